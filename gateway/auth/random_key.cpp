#include "gateway/auth/random_key.hpp"

#include <sodium.h>
#include <stdexcept>

namespace sluice::gateway {

HashKey random_key() {
  if (::sodium_init() < 0) throw std::runtime_error("libsodium cannot start");
  HashKey key;
  ::randombytes_buf(&key, sizeof(key));
  return key;
}

}  // namespace sluice::gateway
