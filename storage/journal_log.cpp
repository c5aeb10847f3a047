// SPDX-License-Identifier: Apache-2.0
#include "storage/journal_log.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "storage/batch_bytes.hpp"
#include "storage/prefer_writers.hpp"

namespace hubward::storage {

using matcher::Sequence;
using matcher::SharedBatch;

JournalLog::JournalLog(RocksJournal& journal) : journal_(journal) {
    prefer_writers(index_mutex_);
}

JournalLog::~JournalLog() {
    {
        const std::lock_guard lock(beside_mutex_);
        stopping_.store(true, std::memory_order_relaxed);
    }
    stop_beside_.notify_all();
    if (beside_.joinable()) {
        beside_.join();
    }
}

void JournalLog::learn(const SharedBatch& batch) {
    const std::unique_lock lock(index_mutex_);
    if (batch->last() > shown_.load(std::memory_order_relaxed)) {  // it is written under this lock
        unshown_.push_back(batch);
        return;
    }
    index_.feed(*batch);
}

void JournalLog::show_up_to(Sequence number) {
    const std::unique_lock lock(index_mutex_);
    // Pairs with the load in catch_up.
    shown_.store(number, std::memory_order_release);
    while (!unshown_.empty() && unshown_.front()->last() <= number) {
        index_.feed(*unshown_.front());
        unshown_.pop_front();
    }
}

Sequence JournalLog::tail() const {
    return std::min(journal_.end().number, shown_.load(std::memory_order_acquire));  // pairs with show_up_to
}

bool JournalLog::is_behind() {
    const Sequence until = tail();
    const std::shared_lock lock(index_mutex_);
    return index_.last() < until && !index_.damaged();
}

void JournalLog::begin_with(IndexImage image) {
    // Somebody catches up: then the index is not empty for long, and nobody waits here.
    if (const std::unique_lock one_reader(catching_up_, std::try_to_lock); one_reader.owns_lock()) {
        image_ = std::move(image);
    }
}

void JournalLog::begin() {
    const IndexImage image = std::exchange(image_, nullptr);
    const auto empty = [this] {
        const std::shared_lock lock(index_mutex_);
        return index_.last() == 0;
    };
    if (image == nullptr || !empty()) {
        return;
    }
    auto index = image();
    if (index && index->last() <= tail()) {
        const std::unique_lock lock(index_mutex_);
        if (index_.last() == 0) {
            index_ = *std::move(index);
        }
    }
}

// The journal's writer learns between two batches and must not wait: so the lock is given back after
// every batch that is read. What it learns meanwhile does not follow on and is left, and read here too.
// Only the last stretch is read under the lock, or a busy journal would stay ahead for ever.
void JournalLog::catch_up() {
    if (!is_behind()) {
        return;
    }
    const std::lock_guard one_reader(catching_up_);
    begin();
    while (is_behind()) {
        Sequence from = 0;
        {
            const std::shared_lock lock(index_mutex_);
            from = index_.last();
        }
        if (tail() - from <= last_stretch_events) {
            break;
        }
        Sequence reached = from;
        const auto read = journal_.read(from, tail(), [this, &reached](const SharedBatch& batch) {
            const std::unique_lock lock(index_mutex_);
            const bool fed = index_.feed(*batch);
            reached = index_.last();
            return fed && !stopping_.load(std::memory_order_relaxed);
        });
        // A read that fails leaves the index short: its streams end early and the next call tries again.
        if (!read) {
            unreadable_.note(reached + 1, read.error());
        }
        if (!read || reached == from || stopping_.load(std::memory_order_relaxed)) {
            return;
        }
    }
    read_last_stretch();
}

void JournalLog::read_last_stretch() {
    const std::unique_lock lock(index_mutex_);
    const auto read = journal_.read(
        index_.last(), tail(), [this](const SharedBatch& batch) { return index_.feed(*batch); });
    if (!read) {
        unreadable_.note(index_.last() + 1, read.error());
    } else if (index_.damaged()) {
        unreadable_.note(index_.last() + 1, matcher::JournalError::corrupt);  // nobody comes here again
    }
}

void JournalLog::catch_up_beside(std::chrono::milliseconds after) {
    const std::lock_guard lock(beside_mutex_);
    if (beside_.joinable() || stopping_.load(std::memory_order_relaxed) || !is_behind()) {
        return;
    }
    beside_ = std::thread([this, after] {
        {
            std::unique_lock waiting(beside_mutex_);
            stop_beside_.wait_for(waiting, after, [this] { return stopping_.load(std::memory_order_relaxed); });
        }
        if (!stopping_.load(std::memory_order_relaxed)) {
            catch_up();
        }
    });
}

SharedBatch JournalLog::batch_with(Sequence number) {
    {
        const std::lock_guard lock(cache_mutex_);
        const auto hit = std::find_if(newest_first_.begin(), newest_first_.end(),
                                      [number](const SharedBatch& batch) {
                                          return batch->first <= number && number <= batch->last();
                                      });
        if (hit != newest_first_.end()) {
            newest_first_.splice(newest_first_.begin(), newest_first_, hit);
            return newest_first_.front();
        }
    }
    auto found = journal_.batch_with(number);
    if (!found) {
        unreadable_.note(number, found.error());
        return nullptr;
    }
    if (*found == nullptr) {
        return nullptr;
    }
    keep(*found);
    return *found;
}

void JournalLog::keep(const SharedBatch& batch) {
    const std::lock_guard lock(cache_mutex_);
    newest_first_.push_front(batch);
    cached_bytes_ += batch_bytes(*batch);
    // The newest stays, whatever it takes: somebody is reading it.
    while (newest_first_.size() > cached_batches_max ||
           (cached_bytes_ > cached_bytes_max && newest_first_.size() > 1)) {
        cached_bytes_ -= batch_bytes(*newest_first_.back());
        newest_first_.pop_back();
    }
}

std::optional<StreamEvent> JournalLog::entry(Sequence number) {
    if (number == 0) {
        return std::nullopt;
    }
    SharedBatch batch = batch_with(number);
    if (batch == nullptr) {
        return std::nullopt;
    }
    const auto found =
        std::lower_bound(batch->entries.begin(), batch->entries.end(), number,
                         [](const matcher::Entry& e, Sequence n) { return e.number < n; });
    if (found == batch->entries.end() || found->number != number) {
        return std::nullopt;
    }
    StreamEvent event;
    event.seq = number;
    event.number = number;
    event.entry = &*found;
    event.event = &batch->events[found->event_first];
    event.batch = std::move(batch);
    return event;
}

StreamBounds JournalLog::bounds(std::string_view stream) {
    catch_up();
    StreamBounds bounds;
    bounds.epoch = epoch();
    const std::shared_lock lock(index_mutex_);
    bounds.head = index_.head(stream);
    bounds.floor = 1;
    return bounds;
}

std::string JournalLog::epoch() { return journal_.tail().epoch; }

std::vector<StreamEvent> JournalLog::read(std::string_view stream, std::uint64_t after,
                                          std::size_t limit) {
    catch_up();
    std::vector<Sequence> numbers;
    {
        const std::shared_lock lock(index_mutex_);
        numbers = index_.numbers(stream, after, limit);
    }
    std::vector<StreamEvent> events;
    events.reserve(numbers.size());
    SharedBatch batch;
    std::uint64_t seq = after;
    for (const Sequence number : numbers) {
        if (!add(events, batch, ++seq, number)) {
            break;  // in order and without holes, or not at all
        }
    }
    return events;
}

std::vector<StreamEvent> JournalLog::of_referral(matcher::ReferralIndex referral) {
    return deeds_of_referral(referral, std::numeric_limits<std::size_t>::max());
}

std::vector<StreamEvent> JournalLog::deeds_of_referral(matcher::ReferralIndex referral, std::size_t readings_max) {
    catch_up();
    std::vector<StreamIndex::InPractice> places;
    {
        const std::shared_lock lock(index_mutex_);
        places = index_.of_referral(referral, readings_max);
    }
    std::vector<StreamEvent> events;
    events.reserve(places.size());
    SharedBatch batch;
    for (const StreamIndex::InPractice& place : places) {
        if (!add(events, batch, place.seq, place.number)) {
            break;
        }
    }
    return events;
}

bool JournalLog::add(std::vector<StreamEvent>& events, SharedBatch& batch, std::uint64_t seq,
                     Sequence number) {
    if (batch == nullptr || number < batch->first || number > batch->last()) {
        batch = batch_with(number);
    }
    if (batch == nullptr) {
        return false;
    }
    const auto at = static_cast<std::uint32_t>(number - batch->first);
    const auto next = std::upper_bound(
        batch->entries.begin(), batch->entries.end(), at,
        [](std::uint32_t n, const matcher::Entry& e) { return n < e.event_first; });
    StreamEvent event;
    event.seq = seq;
    event.number = number;
    event.batch = batch;
    event.entry = &*std::prev(next);
    event.event = &batch->events[at];
    events.push_back(std::move(event));
    return true;
}

}  // namespace hubward::storage
