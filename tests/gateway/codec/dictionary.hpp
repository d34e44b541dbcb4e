// The shipped dictionary and QuickFIX's own reading of a message: an oracle that is not our code.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "gateway/session/quickfix.hpp"

namespace sluice::gateway::testing {

inline std::filesystem::path fix_specs() {
  return std::filesystem::path(__FILE__).parent_path() / "../../../fix-specs";
}

inline const FIX::DataDictionary& dictionary() {
  static const FIX::DataDictionary loaded((fix_specs() / "SLUICE44.xml").string());
  return loaded;
}

/// Parses with length and checksum, then validates fields and values. What is wrong, or nothing.
inline std::string quickfix_fault(std::string_view bytes) {
  try {
    const FIX::Message message(std::string(bytes), dictionary(), true);
    dictionary().validate(message);
  } catch (const FIX::Exception& fault) {
    return fault.what();
  }
  return {};
}

}  // namespace sluice::gateway::testing
