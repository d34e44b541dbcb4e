// What each session of a venue is made of.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/types/durations.hpp"
#include "gateway/session/quickfix_settings.hpp"
#include "gateway/venue/engine_settings.hpp"
#include "gateway/venue/venue.hpp"

namespace sluice::gateway {
namespace {

int timestamp_digits(const SessionConfig& session) {
  const auto found = session.quickfix.find("TimestampPrecision");
  return found == session.quickfix.end() ? 6 : std::stoi(found->second);
}

bool has_set(const SessionConfig& session, const char* option, const char* value) {
  const auto found = session.quickfix.find(option);
  return found != session.quickfix.end() && found->second == value;
}

DecodeContext decode_context(const SessionConfig& session) {
  return {.check_user_defined = !has_set(session, "ValidateUserDefinedFields", "N"),
          .check_order = !has_set(session, "ValidateFieldsOutOfOrder", "N"),
          .allow_unknown = has_set(session, "AllowUnknownMsgFields", "Y")};
}

}  // namespace

void Venue::make_units() {
  units_.resize(config_.sessions.size());
  for (std::size_t i = 0; i < units_.size(); ++i) {
    const SessionConfig& session = config_.sessions[i];
    SessionUnit& unit = units_[i];
    const SessionId id{static_cast<std::uint32_t>(i + 1)};
    unit.config = &session;
    unit.io_thread = config_.thread_of(session);
    unit.allowed = AddressFilter::parse(session.allow_addresses).value();
    unit.accounts = accounts_of(session);
    FIX::Session& fix = *acceptor_->getSession(quickfix_session_id(config_, session));
    auto& state = static_cast<FIX::SessionState&>(*fix.getLog());
    auto& store = static_cast<MappedMessageStore&>(*state.store());
    unit.session = std::make_unique<FixSession>(id, session, config_.gateway, fix, store,
                                                logging_.logger(), config_.log.messages, clock_);
    unit.session->set_tap(&taps_[i]);
    // Before its roles: a drop copy goes on behind its last copy.
    restore_store(*unit.session, store);
    unit.encoder = std::make_unique<ReportEncoder>(unit.session->names(), instruments_.get(),
                                                   accounts_.get(), timestamp_digits(session));
    make_roles(unit);
  }
}

void Venue::make_roles(SessionUnit& unit) {
  const SessionConfig& session = *unit.config;
  if (session.role != Role::order_entry) {
    unit.drop_copy = std::make_unique<DropCopy>(DropCopy::Parts{
        .session = *unit.session,
        .group = *drop_copies_->find(session.drop_copy),
        .sources = drop_copies_->sources(),
        .archive = journal_->archive(),
        .encoder = *unit.encoder,
        .counters = drop_copies_->counters(),
        .logger = logging_.logger(),
        .clock = clock_,
        .stall_ns = std::int64_t{config_.gateway.drop_copy_stall_ms} * kNsPerMillisecond,
    });
  }
  if (session.role != Role::drop_copy) {
    DecodeContext context = decode_context(session);
    context.instruments = instruments_.get();
    context.accounts = &unit.accounts;
    context.session = unit.session->id();
    IoLane& lane = *lanes_[session.io_thread];
    unit.order_entry = std::make_unique<OrderEntry>(
        *unit.session, lane, context, *unit.encoder, config_.gateway.in_flight_per_session,
        lane.share_of(sessions_of_lane(config_, session.io_thread)), order_entry_, health_,
        journal_->archive(), logging_.logger(), clock_);
    unit.choose(*unit.order_entry);
  } else {
    unit.choose(*unit.drop_copy);
  }
}

SessionAccounts Venue::accounts_of(const SessionConfig& session) const {
  std::vector<AccountName> accounts;
  for (const std::string& name : session.accounts) {
    const auto found = std::find_if(config_.accounts.begin(), config_.accounts.end(),
                                    [&](const AccountConfig& a) { return a.name == name; });
    const auto index = static_cast<std::uint32_t>(found - config_.accounts.begin());
    accounts.push_back({AccountId{index + 1}, name});
  }
  return SessionAccounts(std::move(accounts));
}

}  // namespace sluice::gateway
