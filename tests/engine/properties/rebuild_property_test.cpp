// Events alone are enough to rebuild the books.
#include <gtest/gtest.h>
#include <vector>

#include "engine/core/engine.hpp"
#include "tests/engine/properties/generators.hpp"
#include "tests/engine/support/book_rebuilder.hpp"
#include "tests/engine/support/print.hpp"
#include "tests/engine/support/recording_sink.hpp"
#include "tests/engine/support/venue.hpp"

namespace sluice::test {
namespace {

RC_GTEST_PROP(Rebuild, BooksMadeFromEventsAloneEqualTheEnginesBooks, ()) {
  EngineConfig config = random_flow_config();
  config.work_per_command = *rc::gen::element(8U, 1U << 20U);
  const std::vector<Intent> flow = *any_flow();
  Engine engine(config);
  RecordingSink sink;
  FlowPlayer player;
  BookRebuilder rebuilder;
  for (const Intent& intent : flow) {
    engine.apply(player.next(intent), sink);
    const std::vector<Event> events = sink.take();
    player.hear(events);
    rebuilder.observe(events);
    if (engine.has_pending_work()) continue;
    for (std::uint32_t i = 1; i <= config.instruments.size(); ++i) {
      for (const Side side : {Side::buy, Side::sell}) {
        const std::string found = difference(book_of(engine, i, side), rebuilder.book(i, side));
        if (!found.empty()) RC_FAIL(found);
      }
    }
  }
}

}  // namespace
}  // namespace sluice::test
