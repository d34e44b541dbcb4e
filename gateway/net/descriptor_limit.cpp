#include "gateway/net/descriptor_limit.hpp"

#include <cerrno>
#include <cstring>
#include <sys/resource.h>

namespace sluice::gateway {

void allow_descriptors(std::uint64_t needed, const std::string& needs, const std::string& remedy) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw DescriptorLimitError(std::string("cannot query RLIMIT_NOFILE: ") + std::strerror(errno));
  }
  // RLIM_INFINITY is the largest number.
  if (limit.rlim_max < needed) {
    throw DescriptorLimitError(needs + " need " + std::to_string(needed) +
                               " descriptors, the hard limit is " + std::to_string(limit.rlim_max) +
                               ": raise it (ulimit -Hn, LimitNOFILE= of the service) or " + remedy);
  }
  if (limit.rlim_cur >= needed) return;
  limit.rlim_cur = needed;
  if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    throw DescriptorLimitError("cannot raise RLIMIT_NOFILE to " + std::to_string(needed) + ": " +
                               std::strerror(errno));
  }
}

}  // namespace sluice::gateway
