#include "gateway/codec/framing/secret_mask.hpp"

#include "gateway/codec/framing/field_scanner.hpp"

namespace sluice::gateway {

namespace {

bool is_secret(int tag) { return tag == 554 || tag == 925 || tag == 96 || tag == 89 || tag == 91; }

void append_printable(std::string& line, std::string_view bytes) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      line += "\\\\";
    } else if (byte < 0x20 || byte > 0x7E) {
      line += "\\x";
      line += kHex[byte >> 4U];
      line += kHex[byte & 0xFU];
    } else {
      line += c;
    }
  }
}

}  // namespace

std::string mask_secrets(std::string_view message) {
  std::string line;
  line.reserve(message.size() + 16);
  FieldScanner scanner(message);
  FieldView field{};
  FieldScanner::Step step{};
  while ((step = scanner.next(field)) == FieldScanner::Step::field) {
    line += std::to_string(field.tag);
    line += '=';
    if (is_secret(field.tag)) {
      line += "***";
    } else {
      append_printable(line, field.value);
    }
    line += '|';
  }
  if (step == FieldScanner::Step::garbled) {
    line += "<garbled, " + std::to_string(message.size() - scanner.position()) + " bytes>";
  }
  return line;
}

std::string without_secrets(std::string_view message) {
  std::string copy;
  copy.reserve(message.size());
  FieldScanner scanner(message);
  FieldView field{};
  while (scanner.next(field) == FieldScanner::Step::field) {
    copy += std::to_string(field.tag);
    copy += '=';
    copy += is_secret(field.tag) ? std::string_view("***") : field.value;
    copy += kSoh;
  }
  return copy;
}

}  // namespace sluice::gateway
