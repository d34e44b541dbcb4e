#include "gateway/venue/mailbox.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <sys/socket.h>
#include <thread>
#include <vector>

namespace sluice::gateway {
namespace {

Mail checked(std::uint64_t ticket, bool good = true) {
  return {.kind = Mail::Kind::password_checked, .ticket = ticket, .good = good};
}

TEST(Mailbox, IsEmptyAtFirst) { EXPECT_TRUE(Mailbox().take().empty()); }

TEST(Mailbox, MailsComeOnceAndInOrder) {
  Mailbox mailbox;
  mailbox.post(checked(7, true));
  mailbox.post(checked(8, false));
  const std::vector<Mail> mails = mailbox.take();
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(mails[0].ticket, 7u);
  EXPECT_TRUE(mails[0].good);
  EXPECT_EQ(mails[1].ticket, 8u);
  EXPECT_FALSE(mails[1].good);
  EXPECT_TRUE(mailbox.take().empty());
}

TEST(Mailbox, AConnectionPassesWithItsMail) {
  Mailbox mailbox;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_GE(fd, 0);
  Mail mail{.kind = Mail::Kind::adopt};
  mail.connection = std::make_unique<Connection>(FileDescriptor(fd), *IpAddress::parse("127.0.0.1"),
                                                 "127.0.0.1", 1'024, 65'536);
  mailbox.post(std::move(mail));
  const std::vector<Mail> mails = mailbox.take();
  ASSERT_EQ(mails.size(), 1u);
  ASSERT_NE(mails[0].connection, nullptr);
  EXPECT_EQ(mails[0].connection->fd(), fd);
}

TEST(Mailbox, NoMailOfManyThreadsIsLostOrDoubled) {
  constexpr std::uint64_t kThreads = 3;
  constexpr std::uint64_t kEach = 2'000;
  Mailbox mailbox;
  std::vector<std::thread> posters;
  for (std::uint64_t thread = 0; thread < kThreads; ++thread) {
    posters.emplace_back([&mailbox, thread] {
      for (std::uint64_t i = 0; i < kEach; ++i) mailbox.post(checked(thread * kEach + i));
    });
  }
  std::vector<std::uint64_t> next(kThreads, 0);
  std::uint64_t seen = 0;
  while (seen < kThreads * kEach) {
    for (const Mail& mail : mailbox.take()) {
      const std::uint64_t thread = mail.ticket / kEach;
      EXPECT_EQ(mail.ticket % kEach, next[thread]++);
      ++seen;
    }
  }
  for (std::thread& poster : posters) poster.join();
  EXPECT_TRUE(mailbox.take().empty());
}

}  // namespace
}  // namespace sluice::gateway
