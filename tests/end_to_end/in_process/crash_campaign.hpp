// Two clients trade at random while their venue dies again and again.
#pragma once

#include <functional>
#include <random>

#include "tests/end_to_end/in_process/turned_venue.hpp"

namespace sluice::testing {

/// So many lives of 200 steps each, and one more in which nothing happens. `die` ends each life;
/// `meanwhile` may do something in a tenth of the steps. At the end each client must have heard all
/// events of its session, each once and in order.
void expect_nothing_lost(TurnedVenue& venue, int lives,
                         const std::function<void(std::mt19937_64&)>& die,
                         const std::function<void(std::mt19937_64&)>& meanwhile = {});

}  // namespace sluice::testing
