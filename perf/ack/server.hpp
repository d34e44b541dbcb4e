// The servers under measurement, each a process of its own.
#pragma once

#include <memory>
#include <string>

#include "perf/ack/layout.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::perf {

/// Who sends, and what is traded.
inline constexpr const char* kCompId = "BENCH";
inline constexpr const char* kSymbol = "BTC-USD";

/// It ends with this object.
class Server {
 public:
  Server() = default;
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  virtual ~Server() = default;
  [[nodiscard]] virtual testing::ListeningAddress address() const = 0;
};

/// `target`: raw, ring, sluice or stock. `venue`: the program for sluice; empty: the one built with
/// this. Throws std::runtime_error when it does not listen in time.
[[nodiscard]] std::unique_ptr<Server> start_server(const std::string& target, const Layout& layout,
                                                   const std::string& venue);

}  // namespace sluice::perf
