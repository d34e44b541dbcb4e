// What a process that was killed has left in memory files.
#pragma once

#include <functional>
#include <string>

#include "engine/journal/round_log.hpp"
#include "engine/journal/stream_reader.hpp"

namespace sluice {

/// Calls `visit` for each record of a stream that nobody writes any more. Throws JournalDamage with
/// the place where one is not good, or where nothing is written and later records are.
void read_stream(StreamReader& from, const std::function<void(const RecordView&)>& visit);

/// Calls `visit` for the records of `FOLDER/NAME-*.seg` from the one that `next` expects on; those
/// before it are passed over. Nothing where there is no such file. Throws JournalDamage when they
/// do not go on where `next` stands, or are damaged, and StorageError.
void read_live_tail(const std::string& folder, const std::string& name, StreamKind kind,
                    const StreamPosition& next,
                    const std::function<void(const RecordView&)>& visit);

}  // namespace sluice
