// The proof that no outgoing message is longer than kMaxOutgoingBytes: the longest of each, field
// by field.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "gateway/codec/encoding/encoder.hpp"
#include "gateway/codec/encoding/message_writer.hpp"
#include "gateway/codec/encoding/refusal.hpp"

namespace sluice::gateway::bounds {

inline constexpr std::size_t kU64 = 20;
/// Key, value, SOH.
constexpr std::size_t field_bytes(std::string_view key, std::size_t value) {
  return key.size() + value + 1;
}
inline constexpr std::size_t kEnvelopeBytes =
    MessageWriter::prefix_bytes(kMaxCompIdBytes) + MessageWriter::kTrailerBytes +
    field_bytes("35=", 1) + field_bytes("34=", 10) + field_bytes("49=", kMaxCompIdBytes) +
    field_bytes("52=", kMaxUtcTimestampBytes) + field_bytes("56=", kMaxCompIdBytes) +
    field_bytes("97=", 1);
inline constexpr std::size_t kPartyBytes = field_bytes("448=", kU64) + field_bytes("447=", 1) +
                                           field_bytes("452=", 3) + field_bytes("2376=", 3);
/// What a copy has beside the original's fields; NoPartyIDs(453) still has one digit.
inline constexpr std::size_t kCopyMarkBytes =
    field_bytes("1180=", kMaxCopyNameBytes) + field_bytes("1181=", kU64) + field_bytes("797=", 1) +
    2 * (field_bytes("448=", kMaxCopyNameBytes) + field_bytes("447=", 1) + field_bytes("452=", 2));
inline constexpr std::size_t kExecutionReportBytes =
    kEnvelopeBytes + field_bytes("37=", kU64) + 3 * field_bytes("11=", ClOrdId::kCapacity) +
    field_bytes("453=", 1) + 3 * kPartyBytes + field_bytes("17=", kU64) + field_bytes("150=", 1) +
    field_bytes("39=", 1) + field_bytes("103=", 2) + field_bytes("378=", 3) +
    field_bytes("55=", ClOrdId::kCapacity) + 5 * field_bytes("151=", kUnitTextBytes) +
    2 * field_bytes("38=", kDecimalTextBytes) + field_bytes("40=", 1) + field_bytes("59=", 1) +
    field_bytes("18=", 1) + field_bytes("528=", 1) + field_bytes("529=", 19) +
    field_bytes("60=", kMaxUtcTimestampBytes) + field_bytes("58=", kMaxTextBytes) +
    field_bytes("851=", 1) + field_bytes("880=", kU64) + field_bytes("1057=", 1) +
    field_bytes("25016=", 5);
inline constexpr std::size_t kCancelRejectBytes =
    kEnvelopeBytes + field_bytes("37=", kU64) + 3 * field_bytes("11=", ClOrdId::kCapacity) +
    field_bytes("39=", 1) + field_bytes("60=", kMaxUtcTimestampBytes) + field_bytes("434=", 1) +
    field_bytes("102=", 2) + field_bytes("58=", kMaxTextBytes) + field_bytes("25016=", 5);
inline constexpr std::size_t kBusinessRejectBytes =
    kEnvelopeBytes + field_bytes("45=", 10) + 2 * field_bytes("372=", kMaxRefIdBytes) +
    field_bytes("380=", kU64) + field_bytes("58=", kMaxTextBytes);
inline constexpr std::size_t kNewsBytes =
    kEnvelopeBytes + field_bytes("42=", kMaxUtcTimestampBytes) + field_bytes("61=", 1) +
    field_bytes("148=", kMaxHeadlineBytes) + field_bytes("33=", 2) +
    kMaxNewsLines * field_bytes("58=", kMaxNewsLineBytes);
inline constexpr std::size_t kSecurityStatusBytes =
    kEnvelopeBytes + field_bytes("55=", kMaxSymbolBytes) + field_bytes("325=", 1) +
    field_bytes("326=", 2) + field_bytes("25101=", 1) + field_bytes("60=", kMaxUtcTimestampBytes) +
    field_bytes("58=", kMaxTextBytes);
inline constexpr std::size_t kCopiedCancelRejectBytes =
    kCancelRejectBytes + kCopyMarkBytes + field_bytes("453=", 1) + 3 * kPartyBytes;
static_assert(std::max({kExecutionReportBytes + kCopyMarkBytes, kCopiedCancelRejectBytes,
                        kBusinessRejectBytes, kNewsBytes, kSecurityStatusBytes}) <=
              kMaxOutgoingBytes);
static_assert(kRefusalTextRoom <= kMaxTextBytes);
static_assert(kMaxSymbolBytes <= ClOrdId::kCapacity && kMaxAccountBytes <= ClOrdId::kCapacity);

}  // namespace sluice::gateway::bounds
