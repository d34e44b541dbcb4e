// Hop latency and throughput of the project's ring beside a bare boost::lockfree::spsc_queue.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <boost/lockfree/spsc_queue.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "engine/message/command.hpp"
#include "engine/message/event.hpp"
#include "engine/ring/spsc_ring.hpp"
#include "perf/support/figures.hpp"
#include "perf/support/machine.hpp"

namespace sluice::perf {
namespace {

constexpr std::size_t kCapacity = 8'192;
constexpr std::size_t kBatch = 32;

struct Options {
  int repetitions = 5;
  std::uint64_t hops = 400'000;
  std::uint64_t elements = 4'000'000;
  int near_cpu = 0;
  int far_cpu = 1;
};

template <std::size_t Bytes>
struct Element {
  std::uint64_t number;
  std::byte rest[Bytes - sizeof(std::uint64_t)];
};
static_assert(sizeof(Element<sizeof(Command)>) == sizeof(Command));

/// Boost's queue with the same face as ours.
template <class T>
class BareRing {
 public:
  [[nodiscard]] bool try_push(const T& element) { return queue_.push(element); }
  [[nodiscard]] std::size_t try_push(std::span<const T> elements) {
    return queue_.push(elements.data(), elements.size());
  }
  template <class Take>
  std::size_t consume(std::size_t max, Take&& take) {
    if (max == 1) return queue_.consume_one(take) ? 1 : 0;
    return queue_.consume_all(take);
  }

 private:
  boost::lockfree::spsc_queue<T, boost::lockfree::capacity<kCapacity>> queue_;
};

/// A thread on the far CPU that ends with this object.
class FarThread {
 public:
  template <class Body>
  FarThread(int cpu, Body body)
      : thread_([this, cpu, body] {
          pin_to_cpu(cpu);
          body(stop_);
        }) {}
  ~FarThread() {
    stop_.store(true, std::memory_order_relaxed);
    thread_.join();
  }
  FarThread(const FarThread&) = delete;
  FarThread& operator=(const FarThread&) = delete;

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// One element there and back through two rings; half of the mean round trip is a hop.
template <class Ring, class T>
double hop_ns(const Options& options) {
  const auto there = std::make_unique<Ring>();
  const auto back = std::make_unique<Ring>();
  const FarThread far{options.far_cpu, [&](const std::atomic<bool>& stop) {
                        while (!stop.load(std::memory_order_relaxed)) {
                          there->consume(1, [&](const T& element) {
                            while (!back->try_push(element)) cpu_relax();
                          });
                        }
                      }};
  T element{};
  const auto round_trips = [&](std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      element.number = i;
      while (!there->try_push(element)) cpu_relax();
      while (back->consume(1, [&](const T& got) { element = got; }) == 0) cpu_relax();
    }
  };
  round_trips(options.hops / 10);
  const std::uint64_t pairs = options.hops / 2;
  const std::int64_t start = now_ns();
  round_trips(pairs);
  return static_cast<double>(now_ns() - start) / (2.0 * static_cast<double>(pairs));
}

/// Millions of elements a second from here to the far thread.
template <class Ring, class T>
double throughput(const Options& options, std::size_t batch) {
  const auto ring = std::make_unique<Ring>();
  std::atomic<std::uint64_t> received{0};
  const FarThread far{options.far_cpu, [&](const std::atomic<bool>& stop) {
                        std::uint64_t count = 0;
                        std::uint64_t sum = 0;
                        const std::size_t max = batch == 1 ? 1 : 64;
                        while (!stop.load(std::memory_order_relaxed)) {
                          count += ring->consume(max, [&](const T& got) { sum += got.number; });
                          received.store(count, std::memory_order_release);
                        }
                        asm volatile("" : : "r"(sum));  // the elements were read
                      }};
  const std::vector<T> burst(batch);
  const auto send = [&](std::uint64_t count) {
    const std::uint64_t until = received.load(std::memory_order_acquire) + count;
    for (std::uint64_t sent = 0; sent < count;) {
      if (batch == 1) {
        if (ring->try_push(burst.front())) ++sent;
      } else {
        sent += ring->try_push(std::span{burst}.first(std::min<std::size_t>(batch, count - sent)));
      }
    }
    while (received.load(std::memory_order_acquire) < until) cpu_relax();
  };
  send(options.elements / 10);
  const std::int64_t start = now_ns();
  send(options.elements);
  return static_cast<double>(options.elements) * 1e3 / static_cast<double>(now_ns() - start);
}

struct Series {
  std::vector<double> ours;
  std::vector<double> bare;
  std::vector<double> ratio;

  void add(double our, double boosts) {
    ours.push_back(our);
    bare.push_back(boosts);
    ratio.push_back(boosts / our);
  }
};

template <std::size_t Bytes>
void bench_size(const Options& options, Table& table) {
  using T = Element<Bytes>;
  using Ours = SpscRing<T, kCapacity>;
  using Bare = BareRing<T>;
  Series hop;
  Series single;
  Series batched;
  for (int i = 0; i < options.repetitions; ++i) {
    hop.add(hop_ns<Ours, T>(options), hop_ns<Bare, T>(options));
    single.add(throughput<Ours, T>(options, 1), throughput<Bare, T>(options, 1));
    batched.add(throughput<Ours, T>(options, kBatch), throughput<Bare, T>(options, kBatch));
  }
  const auto row = [&](const char* what, const Series& series, int decimals) {
    table.add({std::to_string(Bytes) + " B, " + what, text_of(spread_of(series.ours), decimals),
               text_of(spread_of(series.bare), decimals), text_of(spread_of(series.ratio), 2)});
  };
  row("hop, ns", hop, 0);
  row("one at a time, M/s", single, 1);
  row("batches of 32, M/s", batched, 1);
}

void bench(const Options& options) {
  print_machine();
  std::printf(
      "two threads on CPUs %d and %d, ring of %zu; %d repetitions interleaved; medians "
      "[spread]\n",
      options.near_cpu, options.far_cpu, kCapacity, options.repetitions);
  if (!pin_to_cpu(options.near_cpu)) std::printf("CPU %d refused\n", options.near_cpu);
  Table table;
  table.add({"", "SpscRing", "bare spsc_queue", "bare/ours"});
  bench_size<64>(options, table);
  bench_size<sizeof(Command)>(options, table);
  bench_size<sizeof(Event)>(options, table);
  table.print();
}

}  // namespace
}  // namespace sluice::perf

int main(int argc, char** argv) {
  sluice::perf::Options options;
  CLI::App app{"Times the ring between two pinned threads beside a bare boost queue."};
  app.add_option("--reps", options.repetitions, "repetitions")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  app.add_option("--hops", options.hops, "hops of each latency repetition")
      ->check(CLI::Range(1'000, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--elements", options.elements, "elements of each throughput repetition")
      ->check(CLI::Range(1'000, 1'000'000'000))
      ->capture_default_str();
  app.add_option("--near-cpu", options.near_cpu, "CPU of the producer")->capture_default_str();
  app.add_option("--far-cpu", options.far_cpu, "CPU of the consumer")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  sluice::perf::bench(options);
  return 0;
}
