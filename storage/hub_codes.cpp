// SPDX-License-Identifier: Apache-2.0
//
// One line a hub: slug SP high SP low SP wrong tries.
#include "storage/hub_codes.hpp"

#include <algorithm>
#include <charconv>
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

HubCodes::Pending settled(HubCodes::Answer answer) {
    return std::make_shared<const std::atomic<HubCodes::Answer>>(answer);
}

}  // namespace

std::expected<std::unique_ptr<HubCodes>, StoreFailure> HubCodes::open(std::filesystem::path file) {
    std::unique_ptr<HubCodes> codes(new HubCodes(std::move(file)));
    std::error_code failed;
    // Where the disk does not say, reading says why: the next word that is set would replace everybody's.
    if (!std::filesystem::exists(codes->file_, failed) && !failed) {
        return codes;
    }
    const auto content = read_file(codes->file_);
    if (!content) {
        return std::unexpected(StoreFailure{StoreError::io, content.error()});
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
            return std::unexpected(StoreFailure{
                StoreError::corrupt, codes->file_.string() + " has a line that cannot be read; move the file away, and "
                                                             "hubs set their code words anew"});
        }
        codes->words_.insert_or_assign(hub, word);
    }
    return codes;
}

HubCodes::~HubCodes() = default;  // the writer is told to stop, and joined, before all else goes

std::string HubCodes::text_with(const std::vector<Waiting>& news) const {
    std::map<std::string_view, matcher::ExternalRef> next;
    for (const Waiting& each : news) {
        if (!each.hub.empty()) {
            next.insert_or_assign(each.hub, each.word);
        }
    }
    std::string content;
    const auto line = [&](std::string_view hub, const Word& word) {
        content.append(hub).append(" ").append(std::to_string(word.word.high)).append(" ");
        content.append(std::to_string(word.word.low)).append(" ");
        content.append(std::to_string(word.wrong)).append("\n");
    };
    for (const auto& [hub, word] : words_) {
        if (!next.contains(hub)) {
            line(hub, word);
        }
    }
    for (const auto& [hub, word] : next) {
        line(hub, Word{word, 0});
    }
    return content;
}

// Asked before anything changes: it may throw for want of a thread.
bool HubCodes::may_wait() {
    if (waiting_.size() >= waiting_max) {
        return false;
    }
    if (!writer_.joinable()) {
        writer_ = std::jthread([this](const std::stop_token& stop) { write_all(stop); });
    }
    return true;
}

HubCodes::Pending HubCodes::wait(Waiting waiting) {
    Pending pending = waiting.pending;
    waiting_.push_back(std::move(waiting));
    woken_.notify_one();
    return pending;
}

HubCodes::Pending HubCodes::set(std::string_view hub, const matcher::ExternalRef& word) {
    const std::lock_guard lock(mutex_);
    const bool known = words_.contains(hub);
    if ((!known && words_.size() + coming_ >= hubs_max) || !may_wait()) {
        return settled(Answer::failed);
    }
    ++coming_;
    return wait({std::make_shared<std::atomic<Answer>>(Answer::not_yet), Answer::kept, std::string(hub), word});
}

bool HubCodes::usable(std::string_view hub) const {
    const std::lock_guard lock(mutex_);
    const auto known = words_.find(hub);
    return known != words_.end() && known->second.wrong < tries_max;
}

HubCodes::Pending HubCodes::check(std::string_view hub, const matcher::ExternalRef& word) {
    const std::lock_guard lock(mutex_);
    const auto known = words_.find(hub);
    if (known == words_.end()) {
        return settled(Answer::none_set);
    }
    Word& kept = known->second;
    if (kept.wrong >= tries_max) {
        return settled(Answer::locked);
    }
    const bool right = same(kept.word, word);
    const unsigned wrong = right ? 0 : kept.wrong + 1;
    const Answer answer = right                ? Answer::right
                          : wrong >= tries_max ? Answer::locked
                                               : Answer::wrong;
    if (wrong == kept.wrong) {
        return settled(answer);
    }
    if (!may_wait()) {
        kept.wrong = std::max(kept.wrong, wrong);  // a crowd gives no free tries
        return settled(Answer::failed);
    }
    kept.wrong = wrong;
    return wait({std::make_shared<std::atomic<Answer>>(Answer::not_yet), answer, {}, {}});
}

// What was written holds from now on, in the order in which it was asked for; of the rest nothing ever held.
void HubCodes::settle(const std::vector<Waiting>& now, bool written) {
    for (const Waiting& each : now) {
        if (!each.hub.empty()) {
            --coming_;
            if (written) {
                words_.insert_or_assign(each.hub, Word{each.word, 0});
            }
        }
    }
    for (const Waiting& each : now) {
        each.pending->store(written ? each.once_written : Answer::failed);
        each.pending->notify_all();
    }
}

void HubCodes::write_all(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (woken_.wait(lock, stop, [this] { return !waiting_.empty(); })) {
        const std::vector<Waiting> now = std::exchange(waiting_, {});
        const std::string content = text_with(now);
        lock.unlock();
        const bool written = write_file_atomically(file_, content, 0600).has_value();
        lock.lock();
        settle(now, written);
    }
}

}  // namespace hubward::storage
