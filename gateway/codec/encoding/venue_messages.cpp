// What the venue tells by itself: SecurityStatus(f) and News(B).
#include <algorithm>

#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/codec/encoding/message_header.hpp"

namespace sluice::gateway {
namespace {

/// SecurityTradingStatus(326) of FIX.4.4 and Text(58) of a state.
struct StateOnWire {
  unsigned trading_status;
  std::string_view text;
};

StateOnWire on_wire(InstrumentState state) noexcept {
  switch (state) {
    case InstrumentState::pre_open:
      return {21, "pre-open: orders that rest without trading are taken"};
    case InstrumentState::continuous:
      return {17, "continuous trading"};
    case InstrumentState::post_only:
      return {3, "post-only: orders that rest without trading are taken"};
    case InstrumentState::close_only:
      return {18, "close-only: orders that close a position are taken"};
    case InstrumentState::cancel_only:
      return {18, "cancel-only: only cancels are taken"};
    case InstrumentState::halted:
    case InstrumentState::none:
      break;
  }
  return {2, "halted: only cancels are taken"};
}

}  // namespace

std::string_view ReportEncoder::encode_security_status(InstrumentId instrument,
                                                       InstrumentState state, TimeNs since,
                                                       std::uint32_t msg_seq_num,
                                                       TimeNs sending_time,
                                                       std::span<char> out) const noexcept {
  if (out.size() < kMaxOutgoingBytes || !instruments_->contains(instrument)) return {};
  const StateOnWire wire = on_wire(state);
  MessageWriter writer(out, names_.begin_string);
  write_header(writer, names_, "35=f\x01", msg_seq_num, sending_time, timestamp_digits_);
  writer.text("55=", instruments_->at(instrument).symbol);
  writer.character("325=", 'Y');
  writer.number("326=", wire.trading_status);
  writer.number("25101=", static_cast<unsigned>(state));
  writer.time("60=", since, timestamp_digits_);
  writer.text("58=", wire.text);
  return writer.finish();
}

std::string_view ReportEncoder::encode_news(const News& news, std::uint32_t msg_seq_num,
                                            TimeNs sending_time,
                                            std::span<char> out) const noexcept {
  if (out.size() < kMaxOutgoingBytes) return {};
  const std::size_t lines = std::min(news.lines.size(), kMaxNewsLines);
  MessageWriter writer(out, names_.begin_string);
  write_header(writer, names_, "35=B\x01", msg_seq_num, sending_time, timestamp_digits_);
  writer.time("42=", news.orig_time, timestamp_digits_);
  writer.character("61=", news.urgency);
  writer.text("148=", std::string_view(news.headline).substr(0, kMaxHeadlineBytes));
  writer.number("33=", lines);
  for (std::size_t i = 0; i < lines; ++i) {
    writer.text("58=", std::string_view(news.lines[i]).substr(0, kMaxNewsLineBytes));
  }
  return writer.finish();
}

}  // namespace sluice::gateway
