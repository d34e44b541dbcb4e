// What the TLS tests share: certificates, a venue with both listeners, clients of each kind.
#pragma once

#include <gtest/gtest.h>
#include <string>

#include "tests/end_to_end/venue_fixture.hpp"
#include "tests/support/certificates.hpp"

namespace sluice::testing {

/// Made once for the whole program.
struct VenueCertificates {
  TemporaryFolder folder;
  CertificateAuthority authority{folder.path(), "authority"};
  CertificateAuthority stranger{folder.path(), "stranger"};
  CertificateFiles server = authority.issue_server("server");
  CertificateFiles client1 = authority.issue("client1", {"CLIENT1"});
  CertificateFiles client2 = authority.issue("client2", {"CLIENT2"});
};
inline VenueCertificates& venue_certificates() {
  static VenueCertificates made;
  return made;
}

/// small_venue() with a TLS listener beside the plain one.
inline VenueText tls_venue(const std::string& client_certificates = "none",
                           std::initializer_list<const char*> comp_ids = {"CLIENT1", "CLIENT2"}) {
  VenueText text = small_venue(comp_ids);
  const VenueCertificates& files = venue_certificates();
  text.tls = {{"certificate", quoted(files.server.certificate)},
              {"key", quoted(files.server.key)},
              {"client_certificates", quoted(client_certificates)}};
  if (client_certificates != "none") {
    text.tls.emplace_back("client_ca", quoted(files.authority.file()));
  }
  return text;
}

inline RawClientOptions tls_options(const std::string& comp_id, const CertificateFiles& own = {},
                                    const std::string& version = {}) {
  RawClientOptions options = client_options(comp_id);
  options.tls = TlsClientOptions{.ca = venue_certificates().authority.file(),
                                 .certificate = own.certificate,
                                 .key = own.key,
                                 .version = version};
  return options;
}

/// Connects over TLS and logs on; throws std::runtime_error when the answer is not a Logon.
inline FixMessage tls_log_on(RawFixClient& client, VenueProcess& venue) {
  client.connect(venue.host(), venue.tls_port());
  const auto answer = client.logon(false);
  if (!answer || answer->type() != "A") throw std::runtime_error("no Logon came back over TLS");
  return *answer;
}

/// True when the venue closes without a message, in the handshake or after the Logon.
inline bool is_refused(RawFixClient& client, const std::string& host, std::uint16_t port) {
  try {
    client.connect(host, port);
    return !client.logon(false) && client.closed_by_peer();
  } catch (const std::runtime_error&) {
    return true;  // the handshake failed, or the connection was gone before the Logon
  }
}

/// Waits until the venue's log has `text`.
inline bool log_has(VenueProcess& venue, const std::string& text) {
  const Deadline deadline = after(kPatience);
  while (venue.process().standard_error().find(text) == std::string::npos) {
    if (Clock::now() >= deadline) return false;
    std::this_thread::yield();
  }
  return true;
}

}  // namespace sluice::testing
