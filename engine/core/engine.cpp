// Holds the place of the engine until core/engine.cpp exists.
