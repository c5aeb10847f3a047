// SPDX-License-Identifier: Apache-2.0
#include "tests/support/recording_outlet.hpp"

#include <chrono>
#include <utility>

namespace hubward::test {

using namespace std::chrono_literals;

void RecordingOutlet::deliver(const matcher::SharedBatch& batch,
                              std::span<const matcher::Answer> answers,
                              const matcher::StageTimes& times) {
    const std::lock_guard lock(mutex_);
    deliveries_.push_back({batch, {answers.begin(), answers.end()}, times});
    answers_.insert(answers_.end(), answers.begin(), answers.end());
    came_.notify_all();
}

void RecordingOutlet::stopped() {
    const std::lock_guard lock(mutex_);
    ++stops_;
    came_.notify_all();
}

bool RecordingOutlet::wait_for_answers(std::size_t count) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, 60s, [&] { return answers_.size() >= count; });
}

bool RecordingOutlet::wait_for_stop() {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, 60s, [&] { return stops_ > 0; });
}

std::optional<matcher::Answer> RecordingOutlet::answer(std::uint64_t generation) const {
    const std::lock_guard lock(mutex_);
    for (const matcher::Answer& answer : answers_) {
        if (answer.ticket.generation == generation) {
            return answer;
        }
    }
    return std::nullopt;
}

std::size_t RecordingOutlet::answers() const {
    const std::lock_guard lock(mutex_);
    return answers_.size();
}

int RecordingOutlet::stops() const {
    const std::lock_guard lock(mutex_);
    return stops_;
}

std::vector<RecordingOutlet::Delivery> RecordingOutlet::take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(deliveries_, {});
}

}  // namespace hubward::test
