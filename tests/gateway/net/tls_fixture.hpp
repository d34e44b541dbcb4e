// A TLS stream of ours and a client of OpenSSL's, over a socket pair.
#pragma once

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "gateway/net/tls_stream.hpp"
#include "tests/gateway/net/socket_pair.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/tls_client.hpp"
#include "tests/support/venue_process.hpp"

namespace sluice::gateway {

/// Made once for the whole program.
struct TestCertificates {
  sluice::testing::TemporaryFolder folder;
  sluice::testing::CertificateAuthority authority{folder.path(), "authority"};
  sluice::testing::CertificateAuthority stranger{folder.path(), "stranger"};
  sluice::testing::CertificateFiles server = authority.issue_server("server");
  sluice::testing::CertificateFiles client = authority.issue("client", {.common_name = "CLIENT1"});
};
inline TestCertificates& test_certificates() {
  static TestCertificates made;
  return made;
}

inline TlsSettings server_settings(ClientCertificates clients = ClientCertificates::none) {
  TlsSettings settings;
  settings.certificate = test_certificates().server.certificate;
  settings.key = test_certificates().server.key;
  settings.client_certificates = clients;
  if (clients != ClientCertificates::none) {
    settings.client_ca = test_certificates().authority.file();
  }
  return settings;
}

inline TlsContext made_context(const TlsSettings& settings) {
  TlsLoad load = load_tls(settings);
  EXPECT_TRUE(load.context) << load.fault.what;
  return load.context;
}

struct TlsPair {
  using Client = sluice::testing::TlsClient;

  SocketPair sockets;
  std::unique_ptr<TlsStream> server;
  std::unique_ptr<Client> client;

  explicit TlsPair(const TlsSettings& settings = server_settings(),
                   sluice::testing::TlsClientOptions options = {})
      : server(TlsStream::accept(made_context(settings), sockets.ours.get())) {
    if (options.ca.empty()) options.ca = test_certificates().authority.file();
    client = std::make_unique<Client>(options, sockets.theirs.get());
  }

  /// Both sides step until ours has an answer other than would_block, and the client has its own.
  HandshakeStatus shake_hands() {
    HandshakeStatus ours = HandshakeStatus::would_block;
    Client::Status theirs = Client::Status::want_read;
    for (int step = 0; step < 20; ++step) {
      if (theirs == Client::Status::want_read) theirs = client->handshake();
      if (ours == HandshakeStatus::would_block) ours = server->handshake();
    }
    return ours;
  }

  void they_write(std::string_view bytes) const {
    std::size_t count = 0;
    ASSERT_EQ(client->write(bytes, count), Client::Status::done);
    ASSERT_EQ(count, bytes.size());
  }

  [[nodiscard]] std::string they_read() const {
    std::string all;
    std::string part(65'536, '\0');
    std::size_t count = 0;
    while (client->read(part.data(), part.size(), count) == Client::Status::done) {
      all.append(part, 0, count);
    }
    return all;
  }
};

}  // namespace sluice::gateway
