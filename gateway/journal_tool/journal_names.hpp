// The names that a journal's ids stand for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/journal/run_record.hpp"
#include "engine/journal/storage.hpp"
#include "engine/types/controls.hpp"
#include "engine/types/strong.hpp"
#include "gateway/codec/values/decimal.hpp"

namespace sluice::gateway {

/// Thread safety: none. An id that has no name is written as its number.
class JournalNames {
 public:
  /// What one price step and one lot are worth.
  struct Units {
    DecimalUnit tick;
    DecimalUnit lot;
  };

  /// Takes the names of a run. Ids are kept over runs, so that a later one only adds to them. Names
  /// that are not those of a venue are passed over.
  void learn(const RunStart& run);

  /// Empty: it has none.
  [[nodiscard]] std::string_view name(InstrumentId id) const;
  [[nodiscard]] std::string_view name(SessionId id) const;
  [[nodiscard]] std::string_view name(AccountId id) const;
  [[nodiscard]] std::string_view name(FirmId id) const;
  /// Of what a control concerns.
  [[nodiscard]] std::string_view target(ControlScope scope, std::uint32_t id) const;
  /// Nothing where the journal does not tell.
  [[nodiscard]] std::optional<Units> units(InstrumentId id) const;

  /// The id that a name or a number stands for. Throws ToolError that lists the names there are.
  [[nodiscard]] InstrumentId instrument(const std::string& name) const;
  [[nodiscard]] SessionId session(const std::string& name) const;

 private:
  std::vector<std::string> instruments_;
  std::vector<std::optional<Units>> units_;  ///< As instruments_.
  std::vector<std::string> firms_;
  std::vector<std::string> accounts_;
  std::vector<std::string> sessions_;
};

/// All names that a journal has: those of its newest good snapshot, and of the runs behind that, as
/// far as what lies there is not damaged. Throws StorageError.
[[nodiscard]] JournalNames read_names(Storage& storage);

}  // namespace sluice::gateway
