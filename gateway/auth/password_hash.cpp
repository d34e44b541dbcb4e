#include "gateway/auth/password_hash.hpp"

#include <array>
#include <map>
#include <sodium.h>
#include <stdexcept>

#include "gateway/config/venue_config_reader.hpp"
#include "gateway/net/address_filter.hpp"

namespace sluice::gateway {
namespace {

bool crypto_ready() noexcept {
  static const bool ready = ::sodium_init() >= 0;
  return ready;
}

}  // namespace

std::string hash_password(std::string_view password) {
  if (!crypto_ready()) throw std::runtime_error("libsodium cannot start");
  if (password.empty() || password.size() > kMaxPasswordBytes) {
    throw std::runtime_error("a password has 1 to " + std::to_string(kMaxPasswordBytes) +
                             " bytes, this one has " + std::to_string(password.size()));
  }
  std::array<char, crypto_pwhash_argon2id_STRBYTES> text{};
  if (::crypto_pwhash_argon2id_str(text.data(), password.data(), password.size(), kHashPasses,
                                   kHashMemoryBytes) != 0) {
    throw std::runtime_error("not enough memory to hash a password");
  }
  return text.data();
}

bool verify_password(const std::string& hash, std::string_view password) noexcept {
  // A NUL would end the C string below and make two different hashes equal.
  if (!crypto_ready() || hash.size() >= crypto_pwhash_argon2id_STRBYTES ||
      hash.find('\0') != std::string::npos) {
    return false;
  }
  // The hash is computed for a password that is too long as well: its length must not show in time.
  const bool too_long = password.size() > kMaxPasswordBytes;
  const std::string_view checked = too_long ? password.substr(0, kMaxPasswordBytes) : password;
  std::array<char, crypto_pwhash_argon2id_STRBYTES> text{};
  hash.copy(text.data(), hash.size());
  const bool equal =
      ::crypto_pwhash_argon2id_str_verify(text.data(), checked.data(), checked.size()) == 0;
  return equal && !too_long;
}

const std::string& dummy_hash() {
  static const std::string hash = [] {
    if (!crypto_ready()) throw std::runtime_error("libsodium cannot start");
    std::array<char, 32> password{};
    ::randombytes_buf(password.data(), password.size());
    std::string made = hash_password({password.data(), password.size()});
    ::sodium_memzero(password.data(), password.size());
    return made;
  }();
  return hash;
}

bool is_demo_hash(const std::string& hash) noexcept { return verify_password(hash, kDemoPassword); }

std::vector<std::string> sessions_with_demo_password(const VenueConfig& config) {
  std::vector<std::string> found;
  std::map<std::string, bool> known;
  for (const SessionConfig& session : config.sessions) {
    if (session.authentication != Authentication::password) continue;
    const auto [entry, fresh] = known.try_emplace(session.password_hash, false);
    if (fresh) entry->second = is_demo_hash(session.password_hash);
    if (entry->second) found.push_back(session.comp_id);
  }
  return found;
}

void refuse_demo_passwords_beyond_loopback(const VenueConfig& config) {
  struct Listening {
    std::string_view key;
    std::string address;
    std::string place;
  };
  const GatewayConfig& plain = config.gateway;
  std::vector<Listening> beyond;
  if (plain.port) {
    beyond.push_back({"gateway.bind_address", plain.bind_address, plain.bind_address_place});
  }
  if (config.tls) {
    beyond.push_back(
        {"tls.bind_address", config.tls->bind_address, config.tls->places.bind_address});
  }
  std::erase_if(beyond, [](const Listening& listening) {
    const auto address = IpAddress::parse(listening.address);
    return address && address->is_loopback();
  });
  if (beyond.empty()) return;
  std::string names;
  for (const std::string& name : sessions_with_demo_password(config)) {
    names += (names.empty() ? "" : ", ") + name;
  }
  if (names.empty()) return;
  const Listening& first = beyond.front();
  throw ConfigError((first.place.empty() ? "" : first.place + ": ") + std::string(first.key) +
                    ": found \"" + first.address + "\"; expected a loopback address while " +
                    names +
                    " log on with the shipped password, or hashes of your own for them "
                    "(sluice --hash-password)");
}

void wipe(std::string& secret) noexcept {
  // A moved-from short string still has its bytes in the object: reach them through the capacity.
  secret.resize(secret.capacity());
  ::sodium_memzero(secret.data(), secret.size());
  secret.clear();
}

}  // namespace sluice::gateway
