#include "perf/flood/flood_run.hpp"

#include <exception>
#include <stdexcept>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

constexpr int kVenueCpu = 1;
constexpr int kNice = 19;
// Calm begins when what a flood has left behind is gone.
constexpr double kSettleSeconds = 0.3;

/// Runs a flood on a thread of its own, for as long as it lives at most.
class FloodThread {
 public:
  FloodThread(Flood& flood, bool nice) : flood_(flood), thread_([this, nice] { run(nice); }) {}
  ~FloodThread() { stop(); }
  FloodThread(const FloodThread&) = delete;
  FloodThread& operator=(const FloodThread&) = delete;

  /// Ends it; the seconds that it ran. Throws what the flood threw.
  double end() {
    const double seconds = static_cast<double>(now_ns() - began_ns_) / 1e9;
    stop();
    if (fault_) std::rethrow_exception(fault_);
    return seconds;
  }

 private:
  void run(bool nice) {
    // On Linux a thread has a nice value of its own.
    if (nice) (void)::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
    try {
      flood_.run();
    } catch (...) {
      fault_ = std::current_exception();
    }
  }
  void stop() {
    flood_.stop();
    if (thread_.joinable()) thread_.join();
  }

  Flood& flood_;
  std::exception_ptr fault_;
  std::int64_t began_ns_ = now_ns();
  std::thread thread_;
};

double percentile(const std::vector<std::int64_t>& values, double share) {
  Latencies latencies;
  for (const std::int64_t value : values) latencies.add(value);
  return static_cast<double>(latencies.percentile(share));
}

std::string mebibytes(std::uint64_t bytes) { return std::to_string(bytes >> 20U) + " MiB"; }

void append(std::vector<std::int64_t>& to, const std::vector<std::int64_t>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void compare(FloodResults& results, const Bystanders::Waits& calm,
             const Bystanders::Waits& flooded) {
  results.calm_p50.push_back(percentile(calm.arrived, 0.5));
  results.calm_p99.push_back(percentile(calm.arrived, 0.99));
  results.flood_p50.push_back(percentile(flooded.arrived, 0.5));
  results.flood_p99.push_back(percentile(flooded.arrived, 0.99));
  results.calm_read_p50.push_back(percentile(calm.waited, 0.5));
  results.calm_read_p99.push_back(percentile(calm.waited, 0.99));
  results.flood_read_p50.push_back(percentile(flooded.waited, 0.5));
  results.flood_read_p99.push_back(percentile(flooded.waited, 0.99));
  results.p50_ratio.push_back(results.flood_p50.back() / results.calm_p50.back());
  results.p99_ratio.push_back(results.flood_p99.back() / results.calm_p99.back());
  results.calm_cpu_p50.push_back(percentile(calm.venue_cpu, 0.5));
  results.calm_cpu_p99.push_back(percentile(calm.venue_cpu, 0.99));
  results.flood_cpu_p50.push_back(percentile(flooded.venue_cpu, 0.5));
  results.flood_cpu_p99.push_back(percentile(flooded.venue_cpu, 0.99));
  results.orders.push_back(static_cast<double>(flooded.waited.size()));
}

}  // namespace

FloodRun::FloodRun(const FloodOptions& options, const FloodLayout& layout)
    : options_(options),
      layout_(layout),
      venue_(venue_options()),
      watch_(venue_),
      start_bytes_(watch_.resident_bytes()),
      bystanders_(std::in_place, venue_, watch_.cpu_clock()) {}

testing::VenueOptions FloodRun::venue_options() const {
  testing::VenueOptions venue;
  venue.binary = options_.venue;
  venue.config = bounds_.text(certificates_.path());
  if (layout_.apart) venue.cpu = kVenueCpu;
  if (layout_.traded) {
    venue.cpu = 1 - kVenueCpu;
    venue.config.gateway.emplace_back("io_cpus", "[" + std::to_string(kVenueCpu) + "]");
    venue.config.engine.emplace_back("cpu", std::to_string(kVenueCpu));
  }
  return venue;
}

void FloodRun::run(const std::vector<FloodKind>& kinds, std::vector<FloodResults>& results) {
  const char* at = "calm";
  try {
    Window before = calm();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      at = kinds[i].name;
      const Window flooded = flood(kinds[i], results[i]);
      Window after = calm();
      Bystanders::Waits around = before.waits;
      append(around.arrived, after.waits.arrived);
      append(around.waited, after.waits.waited);
      append(around.venue_cpu, after.waits.venue_cpu);
      compare(results[i], around, flooded.waits);
      results[i].calm_bytes.push_back(static_cast<double>(before.bytes));
      results[i].peak_bytes.push_back(static_cast<double>(flooded.bytes));
      if (flooded.bytes > most_bytes()) {
        throw std::runtime_error("the venue holds " + mebibytes(flooded.bytes) +
                                 ", its configuration allows " + mebibytes(most_bytes()));
      }
      before = std::move(after);
    }
    bystanders_->leave();
  } catch (const std::exception& error) {
    throw std::runtime_error(std::string{layout_.name} + ", " + at + ": " + error.what() +
                             "\nthe venue said:\n" + venue_.process().standard_error());
  }
}

FloodRun::Window FloodRun::calm() {
  (void)bystanders_->trade(kSettleSeconds, options_.pause_us);
  Bystanders::Waits waits = bystanders_->trade(options_.window_s, options_.pause_us);
  return {std::move(waits), watch_.resident_bytes()};
}

FloodRun::Window FloodRun::flood(const FloodKind& kind, FloodResults& results) {
  const std::unique_ptr<Flood> flood = kind.make({.host = venue_.host(),
                                                  .port = venue_.port(),
                                                  .tls_port = venue_.tls_port(),
                                                  .store_messages = bounds_.store_messages,
                                                  .rate = options_.rate});
  (void)watch_.counted();
  watch_.forget_peak();
  const VenueWatch::CpuTime before = watch_.cpu_time();
  FloodThread thread{*flood, layout_.nice};
  Bystanders::Waits waits = bystanders_->trade(options_.window_s, options_.pause_us);
  const VenueWatch::CpuTime after = watch_.cpu_time();
  const double seconds = thread.end();
  const double window_ns = options_.window_s * 1e9;
  results.cpus_used.push_back(static_cast<double>(after.used_ns - before.used_ns) / window_ns);
  results.cpus_waited_for.push_back(static_cast<double>(after.waited_ns - before.waited_ns) /
                                    window_ns);
  const FloodTally& tally = flood->achieved();
  results.messages.push_back(static_cast<double>(tally.messages) / seconds);
  results.connections.push_back(static_cast<double>(tally.connections) / seconds);
  results.closed += tally.closed;
  results.failed += tally.failed;
  for (const auto& [name, more] : watch_.counted()) results.counted[name] += more;
  return {std::move(waits), watch_.peak_bytes()};
}

}  // namespace sluice::perf
