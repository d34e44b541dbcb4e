// FIX bytes for tests, written with '|' for SOH.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

namespace sluice::gateway::testing {

inline std::string soh(std::string_view text) {
  std::string bytes(text);
  for (char& c : bytes) {
    if (c == '|') c = '\x01';
  }
  return bytes;
}

inline std::string bars(std::string_view bytes) {
  std::string text(bytes);
  for (char& c : text) {
    if (c == '\x01') c = '|';
  }
  return text;
}

/// 8, 9 and 10 around bytes that begin with 35=.
inline std::string framed(std::string_view body_bytes, std::string_view begin = "FIX.4.4") {
  std::string bytes = "8=" + std::string(begin) +
                      "\x01"
                      "9=" +
                      std::to_string(body_bytes.size()) + "\x01";
  bytes += body_bytes;
  unsigned sum = 0;
  for (const char c : bytes) sum += static_cast<unsigned char>(c);
  char trailer[16];
  std::snprintf(trailer, sizeof trailer, "10=%03u\x01", sum % 256);
  return bytes + trailer;
}

/// The same from text with '|'.
inline std::string message(std::string_view body) { return framed(soh(body)); }

/// A whole application message from CLIENT1 to SLUICE: `body` follows the header.
inline std::string from_client(std::string_view type, std::string_view body,
                               std::string_view more_header = "") {
  return message("35=" + std::string(type) +
                 "|34=7|49=CLIENT1|52=20260102-03:04:05.678|56=SLUICE|" + std::string(more_header) +
                 std::string(body));
}

}  // namespace sluice::gateway::testing
