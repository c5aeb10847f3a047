// SPDX-License-Identifier: Apache-2.0
//
// One line a hub: slug SP high SP low SP wrong tries.
#include "storage/hub_codes.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "storage/files.hpp"

namespace hubward::storage {
namespace {

template <class Number>
bool take(std::string_view& line, Number& value) {
    const std::string_view word = line.substr(0, line.find(' '));
    const auto [at, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || at != word.data() + word.size() || word.empty()) {
        return false;
    }
    line.remove_prefix(std::min(word.size() + 1, line.size()));
    return true;
}

bool same(const matcher::ExternalRef& a, const matcher::ExternalRef& b) {
    return ((a.high ^ b.high) | (a.low ^ b.low)) == 0;
}

}  // namespace

std::expected<std::unique_ptr<HubCodes>, std::string> HubCodes::open(std::filesystem::path file) {
    std::unique_ptr<HubCodes> codes(new HubCodes(std::move(file)));
    std::error_code ignored;
    if (!std::filesystem::exists(codes->file_, ignored)) {
        return codes;
    }
    const auto content = read_file(codes->file_);
    if (!content) {
        return std::unexpected(content.error());
    }
    for (std::string_view rest = *content; !rest.empty();) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        std::string_view line = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        const std::size_t space = std::min(line.find(' '), line.size());
        const std::string hub(line.substr(0, space));
        line.remove_prefix(std::min(space + 1, line.size()));
        Word word;
        if (hub.empty() || !take(line, word.word.high) || !take(line, word.word.low) ||
            !take(line, word.wrong) || !line.empty()) {
            return std::unexpected(codes->file_.string() +
                                   " has a line that cannot be read; move the file away, and hubs "
                                   "set their code words anew");
        }
        codes->words_.insert_or_assign(hub, word);
    }
    return codes;
}

std::expected<void, std::string> HubCodes::write() const {
    std::string content;
    for (const auto& [hub, word] : words_) {
        content.append(hub).append(" ").append(std::to_string(word.word.high)).append(" ");
        content.append(std::to_string(word.word.low)).append(" ");
        content.append(std::to_string(word.wrong)).append("\n");
    }
    return write_file_atomically(file_, content, 0600);
}

std::expected<void, std::string> HubCodes::set(std::string_view hub, const matcher::ExternalRef& word) {
    const std::lock_guard lock(mutex_);
    const auto known = words_.find(hub);
    if (known == words_.end() && words_.size() == hubs_max) {
        return std::unexpected(std::string("no more hubs can have a code word here"));
    }
    const std::string name(hub);
    const auto before = known == words_.end() ? std::nullopt : std::optional(known->second);
    words_.insert_or_assign(name, Word{word, 0});
    if (auto written = write(); !written) {
        if (before) {
            words_.insert_or_assign(name, *before);
        } else {
            words_.erase(name);
        }
        return written;
    }
    return {};
}

bool HubCodes::usable(std::string_view hub) const {
    const std::lock_guard lock(mutex_);
    const auto known = words_.find(hub);
    return known != words_.end() && known->second.wrong < tries_max;
}

std::expected<HubCodes::Answer, std::string> HubCodes::check(std::string_view hub,
                                                             const matcher::ExternalRef& word) {
    const std::lock_guard lock(mutex_);
    const auto known = words_.find(hub);
    if (known == words_.end()) {
        return Answer::none_set;
    }
    Word& kept = known->second;
    if (kept.wrong >= tries_max) {
        return Answer::locked;
    }
    const bool right = same(kept.word, word);
    const unsigned wrong = right ? 0 : kept.wrong + 1;
    if (const unsigned before = std::exchange(kept.wrong, wrong); before != wrong) {
        if (auto written = write(); !written) {
            // The count stays in memory: a disk that fails gives no free tries.
            return std::unexpected(written.error());
        }
    }
    return right ? Answer::right : kept.wrong >= tries_max ? Answer::locked : Answer::wrong;
}

}  // namespace hubward::storage
