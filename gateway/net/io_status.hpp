// What reading from and writing to a connection answers, plain or through TLS.
#pragma once

#include <cstdint>

namespace sluice::gateway {

enum class ReadStatus : std::uint8_t {
  data,         ///< At least one byte came.
  would_block,  ///< Nothing there now.
  closed,       ///< The peer will send nothing more; what came before is still in view().
  error,        ///< The connection is broken (errno, or the TLS stream's fault()).
  full,         ///< No room: consume first. Nothing was read.
};

enum class FlushStatus : std::uint8_t {
  done,         ///< Nothing is left.
  would_block,  ///< The socket takes no more now; wait until it is writable.
  error,        ///< The connection is broken (errno, or the TLS stream's fault()).
};

}  // namespace sluice::gateway
