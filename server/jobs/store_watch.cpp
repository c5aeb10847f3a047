// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/store_watch.hpp"

namespace hubward::server::jobs {
namespace {

std::string_view word(matcher::JournalError why) {
    switch (why) {
        case matcher::JournalError::truncated:
            return "it is not there";
        case matcher::JournalError::corrupt:
            return "it is damaged";
        case matcher::JournalError::held:
        case matcher::JournalError::unavailable:
        case matcher::JournalError::fenced:
            break;
    }
    return "the disk could not be read";
}

}  // namespace

std::vector<StoreLine> StoreWatch::look(const storage::StoreTroubles& troubles) {
    std::vector<StoreLine> lines;
    const Keys keys = troubles.keys.empty() ? Keys::made : troubles.keys_left != 0 ? Keys::left : Keys::gone;
    if (keys != keys_) {
        const auto left = static_cast<std::int64_t>(troubles.keys_left);
        if (keys == Keys::made) {
            lines.push_back({.good = true, .message = "keys for new details are made again", .reason = {}, .number = {},
                             .count = left});
        } else {
            lines.push_back({.good = false,
                             .message = keys == Keys::gone
                                            ? "no key for new details is left and none can be made: new referrals and notes are "
                                              "refused; see that the keyring folder can be written and its disk has room"
                                            : "no more keys for new details can be made, so what is left is used up; see that the "
                                              "keyring folder can be written and its disk has room",
                             .reason = troubles.keys, .number = {}, .count = left});
        }
        keys_ = keys;
    }
    // Told until it is written, however long the disk took to say no once more.
    const bool late = !troubles.mark.empty() && (mark_told_ || troubles.mark_late >= mark_late_from);
    if (late != mark_told_) {
        lines.push_back(late ? StoreLine{.good = false,
                                         .message = "the mark of the newest acknowledged event cannot be written: a loss of what "
                                                    "came since would not be noticed; look at the disk of the data folder",
                                         .reason = troubles.mark, .number = {}, .count = {}}
                             : StoreLine{.good = true,
                                         .message = "the mark of the newest acknowledged event is written again",
                                         .reason = {}, .number = {}, .count = {}});
        mark_told_ = late;
    }
    for (const storage::UnreadableEvent& place : troubles.unreadable) {
        lines.push_back({.good = false,
                         .message = "an event of the journal could not be read, and whoever asked for it or for what follows "
                                    "got less; run hubward verify",
                         .reason = std::string(word(place.why)),
                         .number = static_cast<std::int64_t>(place.number), .count = {}});
    }
    return lines;
}

}  // namespace hubward::server::jobs
