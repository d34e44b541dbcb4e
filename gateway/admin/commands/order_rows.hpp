// Orders and quantities as admins read them.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/admin/commands/command_table.hpp"
#include "gateway/codec/values/decimal.hpp"

namespace sluice::gateway {

[[nodiscard]] std::string in_units(std::int64_t units, DecimalUnit unit);

/// An open order as order.list has it.
[[nodiscard]] Json describe(const AdminDesk& desk, const OpenOrder& open);

}  // namespace sluice::gateway
