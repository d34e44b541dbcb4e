// Who a session is to those who read copies of its reports.
#pragma once

#include <string>
#include <vector>

#include "engine/types/strong.hpp"

namespace sluice::gateway {

struct CopySource {
  std::string comp_id;
  std::string firm;
};

/// By SessionId; entry 0 is not used. Constant once the venue is made.
using CopySources = std::vector<CopySource>;

}  // namespace sluice::gateway
