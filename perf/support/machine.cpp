#include "perf/support/machine.hpp"

#include <cstdio>
#include <fstream>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

namespace sluice::perf {

namespace {

std::string processor_name() {
  std::ifstream file{"/proc/cpuinfo"};
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(line.find(':') + 2);
  }
  return "unknown processor";
}

#if defined(__clang__)
constexpr const char* kCompiler = "clang++ " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

}  // namespace

void print_machine() {
  utsname kernel{};
  ::uname(&kernel);
  const std::time_t now = std::time(nullptr);
  tm utc{};
  ::gmtime_r(&now, &utc);
  char date[32];
  std::strftime(date, sizeof date, "%Y-%m-%d %H:%M UTC", &utc);
  std::ifstream load_file{"/proc/loadavg"};
  std::string load;
  load_file >> load;
  std::printf("%s; %s, %ld CPUs; %s %s; %s; load %s before the run\n", date,
              processor_name().c_str(), ::sysconf(_SC_NPROCESSORS_ONLN), kernel.sysname,
              kernel.release, kCompiler, load.c_str());
#if !defined(__OPTIMIZE__)
  std::printf("warning: this build does not optimise; its figures mean nothing\n");
#endif
}

bool pin_to_cpu(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<unsigned>(cpu), &set);
  return ::sched_setaffinity(0, sizeof set, &set) == 0;
}

void unpin() {
  cpu_set_t set;
  CPU_ZERO(&set);
  const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
  for (long cpu = 0; cpu < count; ++cpu) CPU_SET(static_cast<unsigned>(cpu), &set);
  ::sched_setaffinity(0, sizeof set, &set);
}

}  // namespace sluice::perf
