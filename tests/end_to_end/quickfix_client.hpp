// QuickFIX clients: the engine that most of this market's programs use, with our dictionary.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/session/quickfix.hpp"
#include "tests/support/fix_message.hpp"

namespace sluice::testing {

/// A FIX::SocketInitiator with one session for each CompID. It logs on by itself, again whenever it
/// is cut, and keeps its sequence numbers.
///
/// Thread safety: any thread.
class QuickFixClient final : public FIX::Application {
 public:
  struct Received {
    std::string comp_id;
    FixMessage message;
  };

  /// `password`: empty sends none. `store_folder`: empty keeps messages in memory.
  QuickFixClient(const std::vector<std::string>& comp_ids, std::uint16_t port,
                 const std::string& password = {}, const std::string& store_folder = {});
  ~QuickFixClient() override;

  /// Hands a message to QuickFIX, which gives it its header and sends it now or by a resend.
  void send(const std::string& comp_id, const FixBody& body);

  /// Waits until the condition holds for what was received so far; false at the deadline.
  [[nodiscard]] bool wait(
      std::chrono::milliseconds limit,
      const std::function<bool(const std::vector<Received>& received)>& condition);
  /// Waits until all sessions are logged on, and have logged on at least so often.
  [[nodiscard]] bool wait_for_logons(std::chrono::milliseconds limit, std::uint32_t times = 1);

  /// Application messages so far, in the order in which they came.
  [[nodiscard]] std::vector<Received> received();
  /// MsgTypes of session messages that the venue sent, e.g. 2 for ResendRequest.
  [[nodiscard]] std::uint32_t admin_messages(std::string_view msg_type);

  // FIX::Application
  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID& session) override;
  void onLogout(const FIX::SessionID& session) override;
  void toAdmin(FIX::Message& message, const FIX::SessionID& session) override;
  void toApp(FIX::Message&, const FIX::SessionID&) override {}
  void fromAdmin(const FIX::Message& message, const FIX::SessionID& session) override;
  void fromApp(const FIX::Message& message, const FIX::SessionID& session) override;

 private:
  struct LogonState {
    bool now = false;
    std::uint32_t times = 0;
  };

  std::string password_;
  std::unique_ptr<FIX::MessageStoreFactory> stores_;
  std::unique_ptr<FIX::SocketInitiator> initiator_;
  std::mutex mutex_;  ///< Guards what follows.
  std::condition_variable changed_;
  std::vector<Received> received_;
  std::map<std::string, LogonState> logons_;
  std::map<std::string, std::uint32_t, std::less<>> admin_;
};

}  // namespace sluice::testing
