// A stock QuickFIX venue for comparison: ThreadedSocketAcceptor, FileStore, FileLog, the same
// engine.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>
#include <netinet/in.h>
#include <pthread.h>
#include <sstream>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

#include "gateway/session/quickfix.hpp"
#include "perf/stock/stock_application.hpp"

namespace sluice::perf {
namespace {

/// A port that is free now: this acceptor cannot tell which one the system gave it.
int free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(fd);
  return ntohs(address.sin_port);
}

void serve(const std::string& folder, const std::string& comp_id) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const int port = free_port();
  std::stringstream text;
  text << "[DEFAULT]\nConnectionType=acceptor\nSocketAcceptPort=" << port
       << "\nSocketReuseAddress=Y\nSocketNodelay=Y\nStartTime=00:00:00\nEndTime=00:00:00"
       << "\nFileStorePath=" << folder << "/store\nFileLogPath=" << folder << "/log"
       << "\nUseDataDictionary=Y\nDataDictionary=" << SLUICE_SOURCE_DIR
       << "/fix-specs/SLUICE44.xml\nTimestampPrecision=6\n[SESSION]\nBeginString=FIX.4.4"
       << "\nSenderCompID=SLUICE\nTargetCompID=" << comp_id << "\n";
  const FIX::SessionSettings settings(text);
  StockApplication application;
  FIX::FileStoreFactory stores(settings);
  FIX::FileLogFactory logs(settings);
  FIX::ThreadedSocketAcceptor acceptor(application, stores, settings, logs);
  acceptor.start();
  std::printf("stock: listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);
  int signal = 0;
  ::sigwait(&signals, &signal);
  acceptor.stop(true);
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  std::string folder;
  std::string comp_id = "BENCH";
  CLI::App app{"Stock QuickFIX acceptor for ack_bench: prints its address, serves until SIGTERM."};
  app.add_option("--folder", folder, "where its store and log go")->required();
  app.add_option("--comp-id", comp_id, "the client's CompID")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    sluice::perf::serve(folder, comp_id);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stock_acceptor: %s\n", error.what());
    return 1;
  }
  return 0;
}
