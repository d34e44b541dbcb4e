#include <algorithm>
#include <array>
#include <csignal>
#include <cstddef>
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string>
#include <utility>

#include "gateway/net/receive_buffer.hpp"
#include "gateway/net/send_buffer.hpp"
#include "tests/gateway/net/tls_fixture.hpp"

namespace sluice::gateway {
namespace {

std::string numbered_bytes(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 + i / 251);
  return bytes;
}

class TlsVersions : public ::testing::TestWithParam<const char*> {
 protected:
  TlsPair pair_{server_settings(), {.ca = {}, .version = GetParam()}};
};
INSTANTIATE_TEST_SUITE_P(Both, TlsVersions, ::testing::Values("1.2", "1.3"),
                         [](const auto& test) { return std::string("Tls1") + test.param[2]; });

TEST_P(TlsVersions, CarryBytesBothWaysAndEndWithCloseNotify) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done) << pair_.server->fault();
  EXPECT_TRUE(pair_.server->description().starts_with(std::string("TLSv") + GetParam()));
  ReceiveBuffer received(1'024);
  EXPECT_EQ(received.read_from(*pair_.server), ReadStatus::would_block);
  pair_.they_write("8=FIX");
  ASSERT_EQ(received.read_from(*pair_.server), ReadStatus::data);
  EXPECT_EQ(received.view(), "8=FIX");
  SendBuffer unsent(1'024);
  ASSERT_TRUE(unsent.append("answer"));
  EXPECT_EQ(unsent.flush(*pair_.server), FlushStatus::done);
  EXPECT_EQ(pair_.they_read(), "answer");
  pair_.server->shut_down();
  EXPECT_EQ(pair_.they_read(), "");
  EXPECT_TRUE(pair_.client->got_close_notify());
}

TEST_P(TlsVersions, HandshakeInSliversOfOneByteComesToItsEnd) {
  // The client's bytes go through a second pair of sockets, one by one.
  const SocketPair slow;
  TlsPair::Client client({.ca = test_certificates().authority.file(), .version = GetParam()},
                         slow.theirs.get());
  auto theirs = TlsPair::Client::Status::want_read;
  auto ours = HandshakeStatus::would_block;
  int steps = 0;
  for (int round = 0; round < 20 && theirs != TlsPair::Client::Status::done; ++round) {
    theirs = client.handshake();
    char byte = 0;
    while (::recv(slow.ours.get(), &byte, 1, 0) == 1) {
      pair_.sockets.they_send({&byte, 1});
      ours = pair_.server->handshake();
      ASSERT_NE(ours, HandshakeStatus::failed) << pair_.server->fault();
      ++steps;
    }
    const std::string answer = pair_.sockets.they_read();
    ASSERT_EQ(::send(slow.ours.get(), answer.data(), answer.size(), 0),
              static_cast<ssize_t>(answer.size()));
  }
  EXPECT_EQ(theirs, TlsPair::Client::Status::done) << client.fault();
  EXPECT_EQ(ours, HandshakeStatus::done);
  EXPECT_GT(steps, 200);
}

TEST_P(TlsVersions, AnEndWithoutCloseNotifyIsAnEndAndKeepsWhatCameBefore) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done);
  pair_.they_write("bye");
  pair_.client.reset();
  pair_.sockets.theirs.reset();
  ReceiveBuffer received(64);
  ASSERT_EQ(received.read_from(*pair_.server), ReadStatus::data);
  EXPECT_EQ(received.view(), "bye");
  EXPECT_EQ(received.read_from(*pair_.server), ReadStatus::closed);
  EXPECT_EQ(received.read_from(*pair_.server), ReadStatus::closed);
  EXPECT_EQ(pair_.server->fault(), "");
}

TEST_P(TlsVersions, DataAndCloseNotifyInOneReadAreToldOneAfterTheOther) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done);
  pair_.they_write("bye");
  pair_.client->close_notify();
  ReceiveBuffer received(64);
  ASSERT_EQ(received.read_from(*pair_.server), ReadStatus::data);
  EXPECT_EQ(received.view(), "bye");
  // The socket is silent now: only this tells that there is more to know.
  EXPECT_TRUE(pair_.server->has_unread());
  // Nor does it speak again for one who was told and could not act on it yet.
  EXPECT_EQ(received.read_from(*pair_.server), ReadStatus::closed);
  EXPECT_TRUE(pair_.server->has_unread());
  EXPECT_EQ(received.read_from(*pair_.server), ReadStatus::closed);
}

TEST_P(TlsVersions, BytesThatDidNotFitAreToldOfAndLostNever) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done);
  const std::string sent = numbered_bytes(10'000);
  for (std::size_t at = 0; at < sent.size(); at += 1'000) pair_.they_write(sent.substr(at, 1'000));
  ReceiveBuffer received(64);
  std::string seen;
  while (received.read_from(*pair_.server) == ReadStatus::data) {
    seen += received.view();
    received.clear();
    if (seen.size() < sent.size()) {
      ASSERT_TRUE(pair_.server->has_unread());
    }
  }
  EXPECT_TRUE(seen == sent);
  EXPECT_FALSE(pair_.server->has_unread());
}

TEST_P(TlsVersions, AMessageOfManyRecordsArrivesWhole) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done);
  const std::string sent = numbered_bytes(300'000);
  ReceiveBuffer received(sent.size());
  std::size_t at = 0;
  for (int round = 0; round < 1'000 && received.size() < sent.size(); ++round) {
    std::size_t count = 0;
    if (at < sent.size() && pair_.client->write(std::string_view(sent).substr(at), count) ==
                                TlsPair::Client::Status::done) {
      at += count;
    }
    ASSERT_NE(received.read_from(*pair_.server), ReadStatus::error) << pair_.server->fault();
  }
  EXPECT_TRUE(received.view() == sent);
}

TEST_P(TlsVersions, WhatAFullSocketDoesNotTakeWaitsAndLosesNothingWhileMoreIsAppended) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done);
  SendBuffer unsent(std::size_t{4} << 20U);
  const std::string part = numbered_bytes(50'000);
  std::string sent;
  std::string seen;
  bool was_full = false;
  for (int i = 0; i < 60; ++i) {
    ASSERT_TRUE(unsent.append(part));
    sent += part;
    const FlushStatus status = unsent.flush(*pair_.server);
    ASSERT_NE(status, FlushStatus::error) << pair_.server->fault();
    was_full |= status == FlushStatus::would_block;
    if (i % 7 == 6) seen += pair_.they_read();
  }
  for (int i = 0; i < 1'000 && !unsent.empty(); ++i) {
    seen += pair_.they_read();
    ASSERT_NE(unsent.flush(*pair_.server), FlushStatus::error);
  }
  seen += pair_.they_read();
  EXPECT_TRUE(was_full);
  EXPECT_TRUE(seen == sent);
  EXPECT_EQ(unsent.sent_bytes(), sent.size());
}

TEST_P(TlsVersions, NothingIsResumedAndNoTicketIsGiven) {
  ASSERT_EQ(pair_.shake_hands(), HandshakeStatus::done);
  EXPECT_EQ(pair_.they_read(), "");  // where TLS 1.3 would send tickets
  SSL_SESSION* const session = SSL_get1_session(pair_.client->ssl());
  EXPECT_EQ(SSL_SESSION_has_ticket(session), 0);
  TlsPair again{server_settings(), {.ca = {}, .version = GetParam()}};
  SSL_set_session(again.client->ssl(), session);
  SSL_SESSION_free(session);
  ASSERT_EQ(again.shake_hands(), HandshakeStatus::done);
  EXPECT_EQ(SSL_session_reused(again.client->ssl()), 0);
}

TEST(TlsStream, PlainBytesInsteadOfAHandshakeFailAndAreToldSo) {
  for (const char* bytes : {"8=FIX.4.4\0019=70\00135=A\001", "GET / HTTP/1.1\r\n\r\n"}) {
    TlsPair pair;
    pair.sockets.they_send(bytes);
    EXPECT_EQ(pair.server->handshake(), HandshakeStatus::failed);
    EXPECT_EQ(pair.server->fault(), "what it sends is not TLS");
    EXPECT_EQ(pair.server->handshake(), HandshakeStatus::failed);
    EXPECT_EQ(ERR_peek_error(), 0U);
  }
}

TEST(TlsStream, GarbageBehindARecordsFirstByteFailsWithACause) {
  TlsPair pair;
  pair.sockets.they_send("\x16\x03\x01" + std::string(200, 'x'));
  EXPECT_EQ(pair.server->handshake(), HandshakeStatus::failed);
  EXPECT_NE(pair.server->fault(), "");
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(TlsStream, APeerThatLeavesDuringTheHandshakeIsClosedWithoutAFault) {
  TlsPair silent;
  silent.sockets.theirs.reset();
  EXPECT_EQ(silent.server->handshake(), HandshakeStatus::closed);
  TlsPair half;
  ASSERT_EQ(half.client->handshake(), TlsPair::Client::Status::want_read);
  ASSERT_EQ(half.server->handshake(), HandshakeStatus::would_block);
  half.client.reset();
  half.sockets.theirs.reset();
  EXPECT_EQ(half.server->handshake(), HandshakeStatus::closed);
  EXPECT_EQ(half.server->fault(), "");
}

TEST(TlsStream, RecordsThatWereChangedOnTheWayBreakTheStream) {
  TlsPair pair;
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  pair.sockets.they_send(std::string("\x17\x03\x03\x00\x40", 5) + std::string(64, 'x'));
  ReceiveBuffer received(64);
  EXPECT_EQ(received.read_from(*pair.server), ReadStatus::error);
  EXPECT_NE(pair.server->fault().find("mac"), std::string::npos) << pair.server->fault();
  EXPECT_EQ(ERR_peek_error(), 0U);
  SendBuffer unsent(64);
  ASSERT_TRUE(unsent.append("x"));
  EXPECT_EQ(unsent.flush(*pair.server), FlushStatus::error);
}

TEST(TlsStream, ErrorsThatAnotherConnectionLeftBehindAreNotTakenForItsOwn) {
  TlsPair pair;
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  ERR_raise(ERR_LIB_SSL, SSL_R_BAD_LENGTH);
  ReceiveBuffer received(64);
  EXPECT_EQ(received.read_from(*pair.server), ReadStatus::would_block);
}

TEST(TlsStream, RenegotiationIsRefusedAndChangesNothing) {
  TlsPair pair{server_settings(), {.ca = {}, .version = "1.2"}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  SSL_renegotiate(pair.client->ssl());
  (void)pair.client->handshake();
  ReceiveBuffer received(64);
  EXPECT_EQ(received.read_from(*pair.server), ReadStatus::would_block);
  EXPECT_TRUE(pair.server->established());
  // Refused with a warning; the client gives up.
  EXPECT_EQ(pair.client->handshake(), TlsPair::Client::Status::failed);
  EXPECT_EQ(pair.client->fault(), "no renegotiation");
}

TEST(TlsStream, KeyUpdatesAreFollowedButAFloodOfThemEndsTheConnection) {
  TlsPair pair{server_settings(), {.ca = {}, .version = "1.3"}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  ReceiveBuffer received(64);
  for (int i = 0; i < 10; ++i) {
    SSL_key_update(pair.client->ssl(), SSL_KEY_UPDATE_REQUESTED);
    pair.they_write("x");
    ASSERT_EQ(received.read_from(*pair.server), ReadStatus::data) << pair.server->fault();
    received.clear();
    (void)pair.they_read();
  }
  ReadStatus status = ReadStatus::would_block;
  for (int i = 0; i < 100 && status == ReadStatus::would_block; ++i) {
    SSL_key_update(pair.client->ssl(), SSL_KEY_UPDATE_NOT_REQUESTED);
    (void)SSL_do_handshake(pair.client->ssl());
    status = received.read_from(*pair.server);
  }
  EXPECT_EQ(status, ReadStatus::error);
  EXPECT_EQ(pair.server->fault(), "too many messages of TLS itself");
}

TEST(TlsStream, AnAnswerOfTlsThatTheSocketDoesNotTakeIsWaitedForAndAllGoesOn) {
  TlsPair pair{server_settings(), {.ca = {}, .version = "1.3"}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  SSL_key_update(pair.client->ssl(), SSL_KEY_UPDATE_REQUESTED);
  pair.they_write("after");
  const std::string filler(4'096, 'x');
  while (::send(pair.sockets.ours.get(), filler.data(), filler.size(), MSG_DONTWAIT) > 0) continue;
  ReceiveBuffer received(64);
  ASSERT_EQ(received.read_from(*pair.server), ReadStatus::data);
  EXPECT_EQ(received.view(), "after");
  // OpenSSL answers a key update before the next data.
  SendBuffer unsent(64);
  ASSERT_TRUE(unsent.append("answer"));
  EXPECT_EQ(unsent.flush(*pair.server), FlushStatus::would_block);
  (void)pair.sockets.they_read();
  EXPECT_EQ(unsent.flush(*pair.server), FlushStatus::done);
  EXPECT_EQ(pair.they_read(), "answer");
}

TEST(TlsStream, AHandshakeThatAFullSocketHoldsUpWantsToWriteAndGoesOn) {
  TlsPair pair;
  ASSERT_EQ(pair.client->handshake(), TlsPair::Client::Status::want_read);
  const std::string filler(4'096, 'x');
  while (::send(pair.sockets.ours.get(), filler.data(), filler.size(), MSG_DONTWAIT) > 0) continue;
  EXPECT_EQ(pair.server->handshake(), HandshakeStatus::would_block);
  EXPECT_TRUE(pair.server->wants_write());
  (void)pair.sockets.they_read();
  EXPECT_EQ(pair.shake_hands(), HandshakeStatus::done);
  EXPECT_FALSE(pair.server->wants_write());
}

TEST(TlsStream, OldVersionsAreRefused) {
  TlsPair old{server_settings(), {.ca = {}, .version = "1.1"}};
  EXPECT_EQ(old.shake_hands(), HandshakeStatus::failed);
  EXPECT_NE(old.server->fault().find("protocol"), std::string::npos) << old.server->fault();
  TlsSettings strict = server_settings();
  strict.min_version = TlsVersion::tls_1_3;
  TlsPair refused{strict, {.ca = {}, .version = "1.2"}};
  EXPECT_EQ(refused.shake_hands(), HandshakeStatus::failed);
  TlsPair taken{strict, {.ca = {}, .version = "1.3"}};
  EXPECT_EQ(taken.shake_hands(), HandshakeStatus::done);
}

TEST(TlsStream, CiphersAreThoseOfTheList) {
  TlsSettings settings = server_settings();
  settings.ciphers = "ECDHE-ECDSA-CHACHA20-POLY1305";
  TlsPair pair{settings, {.ca = {}, .version = "1.2"}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  EXPECT_EQ(pair.server->description(), "TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305");
}

TEST(TlsStream, SuitesWithoutAuthenticatedEncryptionOrForwardSecrecyAreNotTaken) {
  for (const char* suite : {"ECDHE-ECDSA-AES128-SHA256", "AES128-GCM-SHA256"}) {
    TlsPair pair{server_settings(), {.ca = {}, .version = "1.2"}};
    ASSERT_EQ(SSL_set_cipher_list(pair.client->ssl(), suite), 1);
    EXPECT_EQ(pair.shake_hands(), HandshakeStatus::failed) << suite;
    EXPECT_EQ(pair.server->fault(), "no shared cipher");
  }
}

TEST(TlsStream, AWriteToAPeerThatIsGoneRaisesNoSignal) {
  TlsPair pair;
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  pair.client.reset();
  pair.sockets.theirs.reset();
  const auto before = std::signal(SIGPIPE, SIG_DFL);
  SendBuffer unsent(64);
  ASSERT_TRUE(unsent.append("anyone?"));
  EXPECT_EQ(unsent.flush(*pair.server), FlushStatus::error);
  pair.server->shut_down();
  std::signal(SIGPIPE, before);
}

TEST(TlsStream, AClientMayShowNoCertificateUnlessOneIsRequired) {
  TlsPair without{server_settings(ClientCertificates::optional)};
  EXPECT_EQ(without.shake_hands(), HandshakeStatus::done);
  EXPECT_FALSE(without.server->has_client_certificate());
  EXPECT_FALSE(without.server->client_certificate_is("CLIENT1"));
  TlsPair required{server_settings(ClientCertificates::required)};
  EXPECT_EQ(required.shake_hands(), HandshakeStatus::failed);
  EXPECT_EQ(required.server->fault(), "peer did not return a certificate");
}

TEST(TlsStream, AClientCertificateOfOurRootIsKnownByItsName) {
  const auto& files = test_certificates().client;
  for (const auto kind : {ClientCertificates::optional, ClientCertificates::required}) {
    TlsPair pair{server_settings(kind),
                 {.ca = {}, .certificate = files.certificate, .key = files.key}};
    ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done) << pair.server->fault();
    EXPECT_TRUE(pair.server->has_client_certificate());
    EXPECT_TRUE(pair.server->client_certificate_is("CLIENT1"));
    EXPECT_FALSE(pair.server->client_certificate_is("CLIENT2"));
    EXPECT_NE(pair.server->description().find("/CN=CLIENT1"), std::string::npos)
        << pair.server->description();
  }
  // Not asked for, it is not sent.
  TlsPair pair{server_settings(), {.ca = {}, .certificate = files.certificate, .key = files.key}};
  ASSERT_EQ(pair.shake_hands(), HandshakeStatus::done);
  EXPECT_FALSE(pair.server->client_certificate_is("CLIENT1"));
}

TEST(TlsStream, AClientCertificateThatIsNotGoodFailsAlsoWhereNoneIsRequired) {
  const auto foreign = test_certificates().stranger.issue("foreign", {"CLIENT1"});
  const auto over = test_certificates().authority.issue(
      "over", {.common_name = "CLIENT1", .begins_in_days = -9, .ends_in_days = -1});
  for (const auto kind : {ClientCertificates::optional, ClientCertificates::required}) {
    TlsPair strange{server_settings(kind),
                    {.ca = {}, .certificate = foreign.certificate, .key = foreign.key}};
    EXPECT_EQ(strange.shake_hands(), HandshakeStatus::failed);
    EXPECT_TRUE(strange.server->fault().starts_with("client certificate refused: unable to get"))
        << strange.server->fault();
    TlsPair late{server_settings(kind),
                 {.ca = {}, .certificate = over.certificate, .key = over.key}};
    EXPECT_EQ(late.shake_hands(), HandshakeStatus::failed);
    EXPECT_EQ(late.server->fault(), "client certificate refused: certificate has expired");
  }
}

TEST(TlsStream, AClientCertificateMayHaveSoManyAuthoritiesBetweenItselfAndOurRoot) {
  sluice::testing::CertificateAuthority lowest = test_certificates().authority.below("below-1");
  for (int depth = 1; depth <= kMaxClientChain + 1; ++depth) {
    const auto files = lowest.issue("depth-" + std::to_string(depth), {"CLIENT1"});
    TlsPair pair{server_settings(ClientCertificates::required),
                 {.ca = {}, .certificate = files.certificate, .key = files.key}};
    const HandshakeStatus status = pair.shake_hands();
    if (depth <= kMaxClientChain) {
      EXPECT_EQ(status, HandshakeStatus::done) << depth << " " << pair.server->fault();
      EXPECT_TRUE(pair.server->client_certificate_is("CLIENT1"));
    } else {
      EXPECT_EQ(status, HandshakeStatus::failed);
      EXPECT_EQ(pair.server->fault(), "client certificate refused: certificate chain too long");
    }
    lowest = lowest.below("below-" + std::to_string(depth + 1));
  }
}

TEST(TlsStream, AClientCertificateWithAWeakKeyIsRefused) {
  for (const auto& [bits, expected] :
       {std::pair{1'024U, HandshakeStatus::failed}, std::pair{2'048U, HandshakeStatus::done}}) {
    const auto files = test_certificates().authority.issue(
        "client-rsa", {.common_name = "CLIENT1", .rsa_bits = bits});
    TlsPair pair{server_settings(ClientCertificates::required),
                 {.ca = {}, .certificate = files.certificate, .key = files.key, .weak = true}};
    EXPECT_EQ(pair.shake_hands(), expected) << bits << " " << pair.server->fault();
    if (expected == HandshakeStatus::failed) {
      EXPECT_EQ(pair.server->fault(), "client certificate refused: EE certificate key too weak");
    }
  }
}

TEST(TlsStream, AClientThatDoesNotTrustUsIsToldOfInItsWords) {
  TlsPair pair{server_settings(), {.ca = test_certificates().stranger.file()}};
  EXPECT_EQ(pair.shake_hands(), HandshakeStatus::failed);
  EXPECT_EQ(pair.server->fault(), "tlsv1 alert unknown ca");
}

}  // namespace
}  // namespace sluice::gateway
