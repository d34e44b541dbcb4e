// How many descriptors this process may open: RLIMIT_NOFILE.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>

namespace sluice::gateway {

/// The system does not allow as many descriptors as are needed.
class DescriptorLimitError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Raises the soft limit to `needed` if it is lower; a higher one stays. Throws
/// DescriptorLimitError when the hard limit is below: `needs` says what they are for, `remedy` what
/// else can be done than to raise it.
///
/// Thread safety: before other threads open descriptors. The limit is the whole process's.
void allow_descriptors(std::uint64_t needed, const std::string& needs, const std::string& remedy);

}  // namespace sluice::gateway
