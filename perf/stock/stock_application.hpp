// The venue that QuickFIX users write first: one Application, the engine behind a mutex, reports
// through sendToTarget.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "engine/core/engine.hpp"
#include "engine/message/event_sink.hpp"
#include "gateway/session/quickfix.hpp"

namespace sluice::perf {

/// Keeps the events of one command.
class CollectingSink final : public EventSink {
 public:
  CollectingSink() { events_.reserve(1'024); }
  [[nodiscard]] Event& claim() noexcept override { return events_.emplace_back(); }
  void commit() noexcept override {}
  [[nodiscard]] std::vector<Event>& events() { return events_; }

 private:
  std::vector<Event> events_;
};

/// One instrument with whole-dollar ticks and satoshi lots; NewOrderSingle(D) and
/// OrderCancelRequest(F).
class StockApplication final : public FIX::Application {
 public:
  StockApplication();

  void onCreate(const FIX::SessionID&) override {}
  void onLogon(const FIX::SessionID&) override {}
  void onLogout(const FIX::SessionID&) override {}
  void toAdmin(FIX::Message&, const FIX::SessionID&) override {}
  void toApp(FIX::Message&, const FIX::SessionID&) override {}
  void fromAdmin(const FIX::Message&, const FIX::SessionID&) override {}
  void fromApp(const FIX::Message& message, const FIX::SessionID& session) override;

 private:
  std::mutex mutex_;
  Engine engine_;
  CollectingSink sink_;
};

}  // namespace sluice::perf
