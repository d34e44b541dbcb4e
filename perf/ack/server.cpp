#include "perf/ack/server.hpp"

#include <chrono>
#include <filesystem>
#include <utility>
#include <vector>

namespace sluice::perf {
namespace {

std::string beside_us(const char* program) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / program).string();
}

testing::ProcessOptions on_cpu(std::vector<std::string> argv, const Layout& layout) {
  testing::ProcessOptions options;
  options.argv = std::move(argv);
  if (layout.process_cpu >= 0) options.cpu = layout.process_cpu;
  return options;
}

class EchoServer final : public Server {
 public:
  EchoServer(const std::string& mode, const Layout& layout)
      : process_(
            on_cpu({beside_us("echo_server"), "--mode", mode, "--io-idle", layout.io_idle,
                    "--engine-idle", layout.engine_idle, "--io-cpu", std::to_string(layout.io_cpu),
                    "--engine-cpu", std::to_string(layout.engine_cpu)},
                   layout)),
        address_(testing::wait_until_listening(process_, "echo: listening on ",
                                               std::chrono::seconds{10})) {}
  [[nodiscard]] testing::ListeningAddress address() const override { return address_; }

 private:
  testing::ChildProcess process_;
  testing::ListeningAddress address_;
};

class StockServer final : public Server {
 public:
  explicit StockServer(const Layout& layout)
      : process_(
            on_cpu({beside_us("stock_acceptor"), "--folder", folder_.path(), "--comp-id", kCompId},
                   layout)),
        address_(testing::wait_until_listening(process_, "stock: listening on ",
                                               std::chrono::seconds{20})) {}
  [[nodiscard]] testing::ListeningAddress address() const override { return address_; }

 private:
  testing::TemporaryFolder folder_;
  testing::ChildProcess process_;
  testing::ListeningAddress address_;
};

class SluiceServer final : public Server {
 public:
  SluiceServer(const Layout& layout, const std::string& binary)
      : venue_(options_of(layout, binary)) {}
  [[nodiscard]] testing::ListeningAddress address() const override {
    return {venue_.host(), venue_.port()};
  }

 private:
  static testing::VenueOptions options_of(const Layout& layout, const std::string& binary) {
    testing::VenueOptions options;
    options.binary = binary;
    if (layout.process_cpu >= 0) options.cpu = layout.process_cpu;
    testing::VenueInstrument instrument;
    instrument.symbol = kSymbol;
    instrument.tick_size = "1";
    instrument.lot_size = "0.00000001";
    options.config.instruments = {instrument};
    testing::VenueSession session;
    session.comp_id = kCompId;
    session.password.clear();
    options.config.sessions = {session};
    options.config.gateway = {{"io_idle", testing::quoted(layout.io_idle)}};
    if (layout.io_cpu >= 0) {
      options.config.gateway.emplace_back("io_cpus", "[" + std::to_string(layout.io_cpu) + "]");
    }
    options.config.engine = {{"idle", testing::quoted(layout.engine_idle)},
                             {"cpu", std::to_string(layout.engine_cpu)}};
    options.config.log = {{"level", "\"warn\""}};
    return options;
  }

  testing::VenueProcess venue_;
};

}  // namespace

std::unique_ptr<Server> start_server(const std::string& target, const Layout& layout,
                                     const std::string& venue) {
  if (target == "sluice") return std::make_unique<SluiceServer>(layout, venue);
  if (target == "stock") return std::make_unique<StockServer>(layout);
  return std::make_unique<EchoServer>(target, layout);
}

}  // namespace sluice::perf
