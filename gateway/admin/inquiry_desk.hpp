// The admins' looks at the engine: one question at a time, whoever asks.
#pragma once

#include <cstdint>

#include "engine/runner/inquiry.hpp"

namespace sluice::gateway {

/// Thread safety: the admin thread. A job holds the desk from its first ask() until its answer was
/// read or it is given up; others find it taken and ask again at their next turn.
class InquiryDesk {
 public:
  explicit InquiryDesk(Inquiry& inquiry) : inquiry_(inquiry) {}

  /// False while somebody else's question is under way.
  [[nodiscard]] bool ask(const void* asker, const Inquiry::Question& question) {
    if (asker_ != nullptr || !inquiry_.ask(question)) return false;
    asker_ = asker;
    return true;
  }
  /// Null while there is none. The asker's until release().
  [[nodiscard]] const Inquiry::Answer* answer(const void* asker) const {
    return asker_ == asker ? inquiry_.answered() : nullptr;
  }
  [[nodiscard]] bool is_asking(const void* asker) const { return asker_ == asker; }
  void release(const void* asker) {
    if (asker_ == asker) asker_ = nullptr;
  }

 private:
  Inquiry& inquiry_;
  const void* asker_ = nullptr;
};

}  // namespace sluice::gateway
