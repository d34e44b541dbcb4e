// A journal in which there is a record of every kind, copies of it with a byte that has flipped,
// and what the program says of those.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/journal/record.hpp"
#include "tests/end_to_end/venue_fixture.hpp"

namespace sluice::testing {

/// A record of a file, and the round in which it became durable: what a reader names.
struct RecordPlace {
  std::string file;
  std::size_t offset = 0;
  RecordHeader header{};
  std::size_t round_offset = 0;    ///< Events: its own.
  std::uint64_t next_command = 0;  ///< Sequence of the first command that is not before that round.
};

/// How a start over a journal went.
struct StartOutcome {
  bool listened = false;  ///< Then it was stopped.
  int code = 0;
  std::string err;
};

/// Thread safety: none.
class TradedJournal {
 public:
  /// Three runs, with durability "disk", "process" and "disk", each with trades, messages of other
  /// kinds and drop copies. All but the last have stopped in order; that one has if `stopped`, else
  /// it was killed, and its memory is gone.
  explicit TradedJournal(bool stopped);

  [[nodiscard]] std::string folder() const { return venue_.state_dir() + "/journal"; }
  /// Names of files that begin so and have records, oldest first.
  [[nodiscard]] std::vector<std::string> files(const std::string& beginning) const;
  /// All records of a segment file.
  [[nodiscard]] std::vector<RecordPlace> records(const std::string& file) const;

  /// A new copy in which bits of one byte have flipped; the one before it is gone.
  [[nodiscard]] std::string copy_with_flip(const std::string& file, std::size_t offset);
  /// A start of the real program over it, on a machine that has lost all else.
  [[nodiscard]] StartOutcome start_over(const std::string& journal);

 private:
  void trade();

  VenueProcess venue_;
  RawFixClient client_{client_options("CLIENT1")};
  RawFixClient reader_{client_options("DROP1")};
  std::uint64_t trades_ = 0;
  TemporaryFolder copies_;
};

}  // namespace sluice::testing
