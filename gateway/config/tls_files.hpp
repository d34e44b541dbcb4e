// The files that [tls] names, read and checked.
#pragma once

#include "gateway/config/venue_config.hpp"
#include "gateway/net/tls_context.hpp"

namespace sluice::gateway {

/// Throws ConfigError that names the key, its file and what is wrong with it.
[[nodiscard]] TlsLoad load_tls_files(const TlsConfig& config);

}  // namespace sluice::gateway
