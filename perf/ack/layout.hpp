// Who runs where, and how they wait. Three spinning threads fight for two CPUs, so none of these
// has three.
#pragma once

#include <array>
#include <string>

namespace sluice::perf {

struct Layout {
  const char* name;
  const char* meaning;
  bool client_polls;  ///< The client spins on its socket instead of sleeping.
  int client_cpu;     ///< -1: not pinned.
  int process_cpu;    ///< The whole server; -1: not pinned.
  int io_cpu;
  int engine_cpu;
  const char* io_idle;
  const char* engine_idle;
};

inline constexpr std::array<Layout, 3> kLayouts{{
    {"pinned", "client spins on CPU 0; all of the server yields on CPU 1", true, 0, 1, 1, 1,
     "yield", "yield"},
    {"engine-spins", "engine spins on CPU 1; client and I/O thread sleep on CPU 0", false, 0, -1, 0,
     1, "backoff", "spin"},
    {"shipped", "nothing pinned, everything sleeps when idle: the shipped configuration", false, -1,
     -1, -1, -1, "backoff", "backoff"},
}};

}  // namespace sluice::perf
