// RapidCheck's view of a random flow. RapidCheck prints its seed; RC_PARAMS="seed=..." runs it
// again, RC_PARAMS="max_success=10000" runs longer.
#pragma once

#include <rapidcheck/gtest.h>
#include <vector>

#include "tests/engine/support/random_flow.hpp"

namespace sluice::test {

template <class T>
[[nodiscard]] rc::Gen<T> below(int bound) {
  // Full range at every size: a small case shall be short, not poor.
  return rc::gen::map(rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, bound)),
                      [](int value) { return static_cast<T>(value); });
}

[[nodiscard]] inline rc::Gen<Intent> any_intent() {
  using rc::gen::set;
  return rc::gen::build<Intent>(
      set(&Intent::kind, rc::gen::weightedElement<Intent::Kind>({{60, Intent::Kind::enter},
                                                                 {15, Intent::Kind::cancel},
                                                                 {5, Intent::Kind::control},
                                                                 {21, Intent::Kind::replace},
                                                                 {2, Intent::Kind::tick},
                                                                 {2, Intent::Kind::jump}})),
      set(&Intent::session, below<std::uint8_t>(3)),
      set(&Intent::instrument, below<std::uint8_t>(64)),
      set(&Intent::sell, rc::gen::arbitrary<bool>()),
      set(&Intent::condition, below<std::uint8_t>(16)),
      set(&Intent::price, below<std::uint8_t>(128)), set(&Intent::qty, below<std::uint8_t>(64)),
      set(&Intent::naming, below<std::uint8_t>(32)),
      set(&Intent::target, rc::gen::weightedOneOf<std::uint16_t>(
                               {{3, below<std::uint16_t>(12)}, {1, below<std::uint16_t>(1'000)}})),
      set(&Intent::time, below<std::uint8_t>(64)));
}

/// Up to about 300 commands: long enough for books with queues and for a full ClOrdID history.
[[nodiscard]] inline rc::Gen<std::vector<Intent>> any_flow() {
  return rc::gen::scale(3.0, rc::gen::container<std::vector<Intent>>(any_intent()));
}

}  // namespace sluice::test
