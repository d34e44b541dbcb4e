// Two instruments, two accounts, and good messages that a test changes in one place.
#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/codec/decoding/decoder.hpp"
#include "tests/gateway/codec/wire.hpp"

namespace sluice::gateway {

inline bool operator==(const DecodeOutcome& a, const DecodeOutcome& b) {
  return a.kind == b.kind && a.reason == b.reason && a.tag == b.tag;
}
inline std::ostream& operator<<(std::ostream& out, const DecodeOutcome& outcome) {
  return out << "kind " << static_cast<int>(outcome.kind) << " reason " << outcome.reason << " tag "
             << outcome.tag;
}

namespace testing {

inline DecodeOutcome ok() { return {DecodeOutcome::Kind::ok, 0, 0}; }
inline DecodeOutcome session_reject(int reason, int tag) {
  return {DecodeOutcome::Kind::session_reject, reason, tag};
}
inline DecodeOutcome business_reject(int reason, int tag) {
  return {DecodeOutcome::Kind::business_reject, reason, tag};
}

/// Fields of a body in order; `with` replaces or appends one, `without` removes one.
class Body {
 public:
  explicit Body(std::vector<std::pair<int, std::string>> fields) : fields_(std::move(fields)) {}

  [[nodiscard]] Body with(int tag, std::string value) const {
    Body changed = *this;
    for (auto& field : changed.fields_) {
      if (field.first == tag) {
        field.second = std::move(value);
        return changed;
      }
    }
    changed.fields_.emplace_back(tag, std::move(value));
    return changed;
  }
  [[nodiscard]] Body twice(int tag, std::string value) const {
    Body changed = *this;
    changed.fields_.emplace_back(tag, std::move(value));
    return changed;
  }
  [[nodiscard]] Body without(int tag) const {
    Body changed = *this;
    std::erase_if(changed.fields_, [tag](const auto& field) { return field.first == tag; });
    return changed;
  }
  [[nodiscard]] std::string text() const {
    std::string text;
    for (const auto& [tag, value] : fields_) text += std::to_string(tag) + "=" + value + "|";
    return text;
  }

 private:
  std::vector<std::pair<int, std::string>> fields_;
};

class DecoderTest : public ::testing::Test {
 protected:
  DecodeOutcome decode(std::string_view type, const Body& body, std::string_view header = "") {
    return decode_raw(from_client(type, body.text(), header));
  }
  DecodeOutcome decode_raw(std::string_view bytes) {
    return decode_command(bytes, context_, command_);
  }

  const InstrumentDirectory instruments_{
      {{{1}, "BTC-USDT", {1, -2}, {1, -5}}, {{2}, "ETH-USDT-PERP", {5, -1}, {1, 0}}}};
  const SessionAccounts accounts_{{{{3}, "MAIN"}, {{4}, "HEDGE"}}};
  DecodeContext context_{&instruments_, &accounts_, {9}};
  Command command_{};

  const Body order_{{{11, "order-1"},
                     {55, "BTC-USDT"},
                     {54, "1"},
                     {60, "20260102-03:04:05.678"},
                     {38, "0.5"},
                     {40, "2"},
                     {44, "65000.01"},
                     {59, "1"}}};
  const Body cancel_{{{41, "order-1"},
                      {11, "cancel-1"},
                      {55, "BTC-USDT"},
                      {54, "1"},
                      {60, "20260102-03:04:05.678"}}};
  const Body replace_{{{41, "order-1"},
                       {11, "replace-1"},
                       {55, "BTC-USDT"},
                       {54, "1"},
                       {60, "20260102-03:04:05.678"},
                       {38, "0.6"},
                       {40, "2"},
                       {44, "65000.02"}}};
};

}  // namespace testing
}  // namespace sluice::gateway
