// fix-specs/SLUICE44.xml as this program was built with it.
#pragma once

#include <string_view>

namespace sluice::gateway {

[[nodiscard]] std::string_view fix_dictionary() noexcept;

}  // namespace sluice::gateway
