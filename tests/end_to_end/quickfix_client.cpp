#include "tests/end_to_end/quickfix_client.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace sluice::testing {

namespace {

FIX::SessionID session_id(const std::string& comp_id) {
  return {FIX::BeginString("FIX.4.4"), FIX::SenderCompID(comp_id), FIX::TargetCompID("SLUICE")};
}

}  // namespace

QuickFixClient::QuickFixClient(const std::vector<std::string>& comp_ids, std::uint16_t port,
                               const std::string& password, const std::string& store_folder)
    : password_(password) {
  FIX::SessionSettings settings;
  FIX::Dictionary all;
  all.setInt("ReconnectInterval", 1);  // read from the default section only
  settings.set(all);
  for (const std::string& comp_id : comp_ids) {
    FIX::Dictionary options;
    options.setString("ConnectionType", "initiator");
    options.setString("SocketConnectHost", "127.0.0.1");
    options.setInt("SocketConnectPort", port);
    options.setInt("HeartBtInt", 30);
    options.setString("StartTime", "00:00:00");
    options.setString("EndTime", "00:00:00");
    options.setString("UseDataDictionary", "Y");
    options.setString("DataDictionary", SLUICE_SOURCE_DIR "/fix-specs/SLUICE44.xml");
    options.setString("TimestampPrecision", "6");
    if (!store_folder.empty()) options.setString("FileStorePath", store_folder);
    settings.set(session_id(comp_id), options);
    logons_[comp_id];
  }
  if (store_folder.empty()) {
    stores_ = std::make_unique<FIX::MemoryStoreFactory>();
  } else {
    stores_ = std::make_unique<FIX::FileStoreFactory>(settings);
  }
  initiator_ = std::make_unique<FIX::SocketInitiator>(*this, *stores_, settings);
  initiator_->start();
}

QuickFixClient::~QuickFixClient() { initiator_->stop(); }

void QuickFixClient::send(const std::string& comp_id, const FixBody& body) {
  FIX::Message message;
  message.getHeader().setField(FIX::MsgType(body.msg_type()));
  FixMessage fields;
  if (!fields.assign(body.fields())) throw std::invalid_argument("not fields: " + body.fields());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    message.setField(fields.tag_at(i), std::string(fields.value_at(i)));
  }
  // False when it is not connected: the message is stored and goes with the next resend.
  (void)FIX::Session::sendToTarget(message, session_id(comp_id));
}

bool QuickFixClient::wait(std::chrono::milliseconds limit,
                          const std::function<bool(const std::vector<Received>&)>& condition) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] { return condition(received_); });
}

bool QuickFixClient::wait_for_logons(std::chrono::milliseconds limit, std::uint32_t times) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, limit, [&] {
    return std::all_of(logons_.begin(), logons_.end(), [&](const auto& entry) {
      return entry.second.now && entry.second.times >= times;
    });
  });
}

std::vector<QuickFixClient::Received> QuickFixClient::received() {
  const std::lock_guard lock(mutex_);
  return received_;
}

std::uint32_t QuickFixClient::admin_messages(std::string_view msg_type) {
  const std::lock_guard lock(mutex_);
  const auto found = admin_.find(msg_type);
  return found == admin_.end() ? 0 : found->second;
}

void QuickFixClient::onLogon(const FIX::SessionID& session) {
  const std::lock_guard lock(mutex_);
  LogonState& state = logons_[session.getSenderCompID().getValue()];
  state.now = true;
  ++state.times;
  changed_.notify_all();
}

void QuickFixClient::onLogout(const FIX::SessionID& session) {
  const std::lock_guard lock(mutex_);
  logons_[session.getSenderCompID().getValue()].now = false;
  changed_.notify_all();
}

void QuickFixClient::toAdmin(FIX::Message& message, const FIX::SessionID& session) {
  if (password_.empty() || message.getHeader().getField(FIX::FIELD::MsgType) != "A") return;
  message.setField(FIX::FIELD::Username, session.getSenderCompID().getValue());
  message.setField(FIX::FIELD::Password, password_);
}

void QuickFixClient::fromAdmin(const FIX::Message& message, const FIX::SessionID&) {
  const std::lock_guard lock(mutex_);
  ++admin_[message.getHeader().getField(FIX::FIELD::MsgType)];
  changed_.notify_all();
}

void QuickFixClient::fromApp(const FIX::Message& message, const FIX::SessionID& session) {
  Received received{session.getSenderCompID().getValue(), {}};
  if (!received.message.assign(message.toString())) {
    throw FIX::IncorrectMessageStructure();
  }
  const std::lock_guard lock(mutex_);
  received_.push_back(std::move(received));
  changed_.notify_all();
}

}  // namespace sluice::testing
