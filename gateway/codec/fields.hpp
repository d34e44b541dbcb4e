// Every message, field and value that the gateway speaks. The decoder is built from this list; the
// dictionary and the rules of engagement are tested against it.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace sluice::gateway {

/// Data types of FIX.4.4, as the QuickFIX dictionary names them.
enum class FieldType : std::uint8_t {
  string,
  character,
  integer,
  boolean,
  price,
  qty,
  seq_num,
  length,
  data,
  num_in_group,
  multiple_value,
  utc_timestamp,
};

struct FieldDef {
  int tag;
  std::string_view name;
  FieldType type;
  std::string_view values;  ///< The values allowed, with a space between; empty: any of the type.
};

/// One field of one message. A field of a repeating group names its counter and follows it;
/// `required` then means in each entry.
struct FieldUse {
  int tag;
  bool required;
  int group;  ///< Tag of the group's counter; 0 outside groups.
};

/// Seen from the venue.
enum class Direction : std::uint8_t { in, out, both };

struct MessageDef {
  std::string_view msg_type;  ///< MsgType(35)
  std::string_view name;
  Direction direction;
  bool admin;  ///< A session message, QuickFIX's business.
  std::span<const FieldUse> fields;
};

/// Ascending by tag. Values of FIX.4.4; 1057, 1180, 1181 and 2376 are FIX.5.0SP2 tags, as are the
/// values 8 and 18 of 102, 16, 18, 19 and 26 of 103, 8 of 380, P of 447 and 122 of 452. 9406, 25016
/// and 25101 are user-defined.
/// The data fields that no message has stand here so that QuickFIX reads their lengths as we do.
// clang-format off
inline constexpr FieldDef kFields[] = {
    {1, "Account", FieldType::string, ""},
    {6, "AvgPx", FieldType::price, ""},
    {7, "BeginSeqNo", FieldType::seq_num, ""},
    {8, "BeginString", FieldType::string, ""},
    {9, "BodyLength", FieldType::length, ""},
    {10, "CheckSum", FieldType::string, ""},
    {11, "ClOrdID", FieldType::string, ""},
    {14, "CumQty", FieldType::qty, ""},
    {16, "EndSeqNo", FieldType::seq_num, ""},
    {17, "ExecID", FieldType::string, ""},
    {18, "ExecInst", FieldType::multiple_value, "6"},
    {21, "HandlInst", FieldType::character, "1"},
    {31, "LastPx", FieldType::price, ""},
    {32, "LastQty", FieldType::qty, ""},
    {33, "LinesOfText", FieldType::num_in_group, ""},
    {34, "MsgSeqNum", FieldType::seq_num, ""},
    {35, "MsgType", FieldType::string, ""},
    {36, "NewSeqNo", FieldType::seq_num, ""},
    {37, "OrderID", FieldType::string, ""},
    {38, "OrderQty", FieldType::qty, ""},
    {39, "OrdStatus", FieldType::character, "0 1 2 4 8 C"},
    {40, "OrdType", FieldType::character, "1 2"},
    {41, "OrigClOrdID", FieldType::string, ""},
    {42, "OrigTime", FieldType::utc_timestamp, ""},
    {43, "PossDupFlag", FieldType::boolean, "N Y"},
    {44, "Price", FieldType::price, ""},
    {45, "RefSeqNum", FieldType::seq_num, ""},
    {49, "SenderCompID", FieldType::string, ""},
    {50, "SenderSubID", FieldType::string, ""},
    {52, "SendingTime", FieldType::utc_timestamp, ""},
    {54, "Side", FieldType::character, "1 2"},
    {55, "Symbol", FieldType::string, ""},
    {56, "TargetCompID", FieldType::string, ""},
    {57, "TargetSubID", FieldType::string, ""},
    {58, "Text", FieldType::string, ""},
    {59, "TimeInForce", FieldType::character, "0 1 3 4"},
    {60, "TransactTime", FieldType::utc_timestamp, ""},
    {61, "Urgency", FieldType::character, "0 1 2"},
    {89, "Signature", FieldType::data, ""},
    {90, "SecureDataLen", FieldType::length, ""},
    {91, "SecureData", FieldType::data, ""},
    {93, "SignatureLength", FieldType::length, ""},
    {95, "RawDataLength", FieldType::length, ""},
    {96, "RawData", FieldType::data, ""},
    {97, "PossResend", FieldType::boolean, "N Y"},
    {98, "EncryptMethod", FieldType::integer, "0"},
    {102, "CxlRejReason", FieldType::integer, "0 1 2 6 8 18 99"},
    {103, "OrdRejReason", FieldType::integer, "0 1 2 3 6 11 13 15 16 18 19 26 99"},
    {108, "HeartBtInt", FieldType::integer, ""},
    {112, "TestReqID", FieldType::string, ""},
    {115, "OnBehalfOfCompID", FieldType::string, ""},
    {116, "OnBehalfOfSubID", FieldType::string, ""},
    {122, "OrigSendingTime", FieldType::utc_timestamp, ""},
    {123, "GapFillFlag", FieldType::boolean, "N Y"},
    {128, "DeliverToCompID", FieldType::string, ""},
    {129, "DeliverToSubID", FieldType::string, ""},
    {141, "ResetSeqNumFlag", FieldType::boolean, "N Y"},
    {142, "SenderLocationID", FieldType::string, ""},
    {143, "TargetLocationID", FieldType::string, ""},
    {144, "OnBehalfOfLocationID", FieldType::string, ""},
    {145, "DeliverToLocationID", FieldType::string, ""},
    {148, "Headline", FieldType::string, ""},
    {150, "ExecType", FieldType::character, "0 4 5 8 C F I"},
    {151, "LeavesQty", FieldType::qty, ""},
    {212, "XmlDataLen", FieldType::length, ""},
    {213, "XmlData", FieldType::data, ""},
    {325, "UnsolicitedIndicator", FieldType::boolean, "N Y"},
    {326, "SecurityTradingStatus", FieldType::integer, "2 3 17 18 21"},
    {347, "MessageEncoding", FieldType::string, ""},
    {348, "EncodedIssuerLen", FieldType::length, ""},
    {349, "EncodedIssuer", FieldType::data, ""},
    {350, "EncodedSecurityDescLen", FieldType::length, ""},
    {351, "EncodedSecurityDesc", FieldType::data, ""},
    {352, "EncodedListExecInstLen", FieldType::length, ""},
    {353, "EncodedListExecInst", FieldType::data, ""},
    {354, "EncodedTextLen", FieldType::length, ""},
    {355, "EncodedText", FieldType::data, ""},
    {356, "EncodedSubjectLen", FieldType::length, ""},
    {357, "EncodedSubject", FieldType::data, ""},
    {358, "EncodedHeadlineLen", FieldType::length, ""},
    {359, "EncodedHeadline", FieldType::data, ""},
    {360, "EncodedAllocTextLen", FieldType::length, ""},
    {361, "EncodedAllocText", FieldType::data, ""},
    {362, "EncodedUnderlyingIssuerLen", FieldType::length, ""},
    {363, "EncodedUnderlyingIssuer", FieldType::data, ""},
    {364, "EncodedUnderlyingSecurityDescLen", FieldType::length, ""},
    {365, "EncodedUnderlyingSecurityDesc", FieldType::data, ""},
    {369, "LastMsgSeqNumProcessed", FieldType::seq_num, ""},
    {371, "RefTagID", FieldType::integer, ""},
    {372, "RefMsgType", FieldType::string, ""},
    {373, "SessionRejectReason", FieldType::integer, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 99"},
    {378, "ExecRestatementReason", FieldType::integer, "8"},
    {379, "BusinessRejectRefID", FieldType::string, ""},
    {380, "BusinessRejectReason", FieldType::integer, "0 3 4 5 6 8"},
    {383, "MaxMessageSize", FieldType::length, ""},
    {434, "CxlRejResponseTo", FieldType::character, "1 2"},
    {445, "EncodedListStatusTextLen", FieldType::length, ""},
    {446, "EncodedListStatusText", FieldType::data, ""},
    {447, "PartyIDSource", FieldType::character, "D P"},
    {448, "PartyID", FieldType::string, ""},
    {452, "PartyRole", FieldType::integer, "1 3 12 55 122"},
    {453, "NoPartyIDs", FieldType::num_in_group, ""},
    {464, "TestMessageIndicator", FieldType::boolean, "N Y"},
    {528, "OrderCapacity", FieldType::character, "A G I P R W"},
    {529, "OrderRestrictions", FieldType::multiple_value, "1 2 3 4 5 6 7 8 9 A"},
    {553, "Username", FieldType::string, ""},
    {554, "Password", FieldType::string, ""},
    {618, "EncodedLegIssuerLen", FieldType::length, ""},
    {619, "EncodedLegIssuer", FieldType::data, ""},
    {621, "EncodedLegSecurityDescLen", FieldType::length, ""},
    {622, "EncodedLegSecurityDesc", FieldType::data, ""},
    {627, "NoHops", FieldType::num_in_group, ""},
    {628, "HopCompID", FieldType::string, ""},
    {629, "HopSendingTime", FieldType::utc_timestamp, ""},
    {630, "HopRefID", FieldType::seq_num, ""},
    {789, "NextExpectedMsgSeqNum", FieldType::seq_num, ""},
    {797, "CopyMsgIndicator", FieldType::boolean, "Y"},
    {851, "LastLiquidityInd", FieldType::integer, "1 2"},
    {880, "TrdMatchID", FieldType::string, ""},
    {1057, "AggressorIndicator", FieldType::boolean, "N Y"},
    {1180, "ApplID", FieldType::string, ""},
    {1181, "ApplSeqNum", FieldType::seq_num, ""},
    {2376, "PartyRoleQualifier", FieldType::integer, "22 23 24"},
    {9406, "DropCopyFlag", FieldType::boolean, "N Y"},
    {25016, "ErrorCode", FieldType::integer, ""},
    {25101, "InstrumentState", FieldType::integer, "1 2 3 4 5 6"},
};
// clang-format on

inline constexpr FieldUse kHeaderFields[] = {
    {8, true, 0},    {9, true, 0},    {35, true, 0},     {49, true, 0},     {56, true, 0},
    {115, false, 0}, {128, false, 0}, {90, false, 0},    {91, false, 0},    {34, true, 0},
    {50, false, 0},  {142, false, 0}, {57, false, 0},    {143, false, 0},   {116, false, 0},
    {144, false, 0}, {129, false, 0}, {145, false, 0},   {43, false, 0},    {97, false, 0},
    {52, true, 0},   {122, false, 0}, {212, false, 0},   {213, false, 0},   {347, false, 0},
    {369, false, 0}, {627, false, 0}, {628, false, 627}, {629, false, 627}, {630, false, 627},
};

inline constexpr FieldUse kTrailerFields[] = {
    {93, false, 0},
    {89, false, 0},
    {10, true, 0},
};

inline constexpr FieldUse kHeartbeatFields[] = {
    {112, false, 0},
};

inline constexpr FieldUse kTestRequestFields[] = {
    {112, true, 0},
};

inline constexpr FieldUse kResendRequestFields[] = {
    {7, true, 0},
    {16, true, 0},
};

inline constexpr FieldUse kRejectFields[] = {
    {45, true, 0},  {371, false, 0}, {372, false, 0}, {373, false, 0},
    {58, false, 0}, {354, false, 0}, {355, false, 0},
};

inline constexpr FieldUse kSequenceResetFields[] = {
    {123, false, 0},
    {36, true, 0},
};

inline constexpr FieldUse kLogoutFields[] = {
    {58, false, 0},
    {354, false, 0},
    {355, false, 0},
};

inline constexpr FieldUse kExecutionReportFields[] = {
    {1180, false, 0},   {1181, false, 0},  {797, false, 0},  {37, true, 0},    {11, false, 0},
    {41, false, 0},     {453, false, 0},   {448, true, 453}, {447, true, 453}, {452, true, 453},
    {2376, false, 453}, {17, true, 0},     {150, true, 0},   {39, true, 0},    {103, false, 0},
    {378, false, 0},    {1, false, 0},     {55, true, 0},    {54, true, 0},    {38, false, 0},
    {40, false, 0},     {44, false, 0},    {59, false, 0},   {18, false, 0},   {528, false, 0},
    {529, false, 0},    {32, false, 0},    {31, false, 0},   {151, true, 0},   {14, true, 0},
    {6, true, 0},       {60, true, 0},     {58, false, 0},   {851, false, 0},  {880, false, 0},
    {1057, false, 0},   {25016, false, 0},
};

inline constexpr FieldUse kOrderCancelRejectFields[] = {
    {1180, false, 0},   {1181, false, 0}, {797, false, 0},  {37, true, 0},    {11, true, 0},
    {41, true, 0},      {453, false, 0},  {448, true, 453}, {447, true, 453}, {452, true, 453},
    {2376, false, 453}, {39, true, 0},    {1, false, 0},    {60, true, 0},    {434, true, 0},
    {102, true, 0},     {58, true, 0},    {25016, true, 0},
};

inline constexpr FieldUse kLogonFields[] = {
    {98, true, 0},   {108, true, 0},  {95, false, 0},   {96, false, 0},
    {141, false, 0}, {789, false, 0}, {383, false, 0},  {464, false, 0},
    {553, false, 0}, {554, false, 0}, {9406, false, 0}, {58, false, 0},
};

inline constexpr FieldUse kNewOrderSingleFields[] = {
    {11, true, 0},      {453, false, 0}, {448, true, 453}, {447, true, 453}, {452, true, 453},
    {2376, false, 453}, {1, false, 0},   {21, false, 0},   {18, false, 0},   {55, true, 0},
    {54, true, 0},      {60, true, 0},   {38, true, 0},    {40, true, 0},    {44, false, 0},
    {59, false, 0},     {528, false, 0}, {529, false, 0},
};

inline constexpr FieldUse kOrderCancelRequestFields[] = {
    {41, false, 0}, {37, false, 0}, {11, true, 0}, {1, false, 0},
    {55, true, 0},  {54, true, 0},  {60, true, 0}, {38, false, 0},
};

inline constexpr FieldUse kOrderCancelReplaceRequestFields[] = {
    {37, false, 0},   {41, false, 0},   {11, true, 0},      {453, false, 0}, {448, true, 453},
    {447, true, 453}, {452, true, 453}, {2376, false, 453}, {1, false, 0},   {21, false, 0},
    {18, false, 0},   {55, true, 0},    {54, true, 0},      {60, true, 0},   {38, true, 0},
    {40, true, 0},    {44, false, 0},   {59, false, 0},
};

inline constexpr FieldUse kBusinessMessageRejectFields[] = {
    {45, true, 0}, {372, true, 0}, {379, false, 0}, {380, true, 0}, {58, false, 0},
};

inline constexpr FieldUse kNewsFields[] = {
    {42, false, 0}, {61, false, 0}, {148, true, 0}, {33, true, 0}, {58, true, 33},
};

inline constexpr FieldUse kSecurityStatusFields[] = {
    {55, true, 0}, {325, true, 0}, {326, true, 0}, {25101, true, 0}, {60, true, 0}, {58, true, 0},
};

// clang-format off
inline constexpr MessageDef kMessages[] = {
    {"0", "Heartbeat", Direction::both, true, kHeartbeatFields},
    {"1", "TestRequest", Direction::both, true, kTestRequestFields},
    {"2", "ResendRequest", Direction::both, true, kResendRequestFields},
    {"3", "Reject", Direction::both, true, kRejectFields},
    {"4", "SequenceReset", Direction::both, true, kSequenceResetFields},
    {"5", "Logout", Direction::both, true, kLogoutFields},
    {"8", "ExecutionReport", Direction::out, false, kExecutionReportFields},
    {"9", "OrderCancelReject", Direction::out, false, kOrderCancelRejectFields},
    {"A", "Logon", Direction::both, true, kLogonFields},
    {"B", "News", Direction::out, false, kNewsFields},
    {"D", "NewOrderSingle", Direction::in, false, kNewOrderSingleFields},
    {"F", "OrderCancelRequest", Direction::in, false, kOrderCancelRequestFields},
    {"G", "OrderCancelReplaceRequest", Direction::in, false, kOrderCancelReplaceRequestFields},
    {"f", "SecurityStatus", Direction::out, false, kSecurityStatusFields},
    {"j", "BusinessMessageReject", Direction::out, false, kBusinessMessageRejectFields},
};
// clang-format on

/// Null when no message of ours has this field.
[[nodiscard]] constexpr const FieldDef* find_field(int tag) noexcept {
  for (const FieldDef& field : kFields) {
    if (field.tag == tag) return &field;
  }
  return nullptr;
}

}  // namespace sluice::gateway
