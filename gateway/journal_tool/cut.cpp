#include "gateway/journal_tool/cut.hpp"

#include <memory>
#include <ostream>

#include "engine/journal/posix_storage.hpp"
#include "engine/journal/round_log.hpp"
#include "engine/journal/segment_file.hpp"
#include "gateway/journal_tool/folders.hpp"
#include "gateway/journal_tool/tool_error.hpp"

namespace sluice::gateway {
namespace {

std::unique_ptr<PosixStorage> hold(const std::string& folder) {
  (void)look_at(folder);  // a folder that is none of a journal is not made one
  try {
    return std::make_unique<PosixStorage>(folder);
  } catch (const FolderInUse&) {
    throw ToolError(folder + ": a venue uses it; its end can be cut when that has ended");
  }
}

/// Bytes from `at` on that are not zero, to the last of them.
std::size_t torn_bytes(Storage& storage, const std::string& name, std::size_t at) {
  const StoredBytes data = storage.read(name);
  std::size_t end = data.bytes.size();
  while (end > at && data.bytes[end - 1] == std::byte{}) --end;
  return end - at;
}

}  // namespace

int cut(const std::string& folder, bool yes, std::ostream& out, std::ostream& err) {
  const std::unique_ptr<PosixStorage> storage = hold(folder);
  RoundLogTip tip;
  try {
    if (yes) settle_tail(*storage);
    tip = read_round_log(*storage, 0, [](const RecordView&) {});
  } catch (const JournalDamage& damage) {
    err << folder << ": " << damage.what()
        << "\nThis is no torn end, and nothing was changed. ARCHITECTURE.md, \"When the journal is "
           "damaged\", says what can be done\n";
    return kToolDamage;
  }
  const std::uint64_t last = tip.streams[0].next_sequence - 1;
  if (tip.torn.empty()) {
    out << "nothing to cut: the journal ends with command " << last << ", whole\n";
    return kToolGood;
  }
  const std::string name = segment_name(kRoundStream, tip.last_begun);
  out << name << ", offset " << tip.torn_at << ": " << tip.torn << "; "
      << torn_bytes(*storage, name, tip.torn_at) << " bytes, of which nobody was promised "
      << "anything. The journal ends with command " << last << '\n';
  if (!yes) {
    out << "nothing was changed; --yes cuts them off\n";
    return kToolGood;
  }
  mend_tail(*storage, tip);
  out << "cut off\n";
  return kToolGood;
}

}  // namespace sluice::gateway
