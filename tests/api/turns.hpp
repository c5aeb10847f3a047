// SPDX-License-Identifier: Apache-2.0
//
// One I/O thread, and a log that writes down how much of it is read before the thread does something else.
#pragma once

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "server/http/task.hpp"
#include "storage/event_log.hpp"

namespace hubward::tests {

// A log with one long stream; everything else of it is the real one's.
class LongLog final : public storage::EventLog {
  public:
    LongLog(storage::EventLog& real, boost::asio::io_context& thread) : real_(real), thread_(thread) {}

    void add(const storage::StreamEvent& event, std::size_t times = 1) {
        for (std::size_t i = 0; i < times; ++i) {
            stream_.push_back(event);
            stream_.back().seq = stream_.size();
        }
    }
    // Events of the stream, and histories of referrals.
    std::size_t most_in_one_turn() const { return most_; }
    std::size_t histories() const { return histories_; }

    std::optional<storage::StreamEvent> entry(matcher::Sequence number) override { return real_.entry(number); }
    storage::StreamBounds bounds(std::string_view) override { return {real_.epoch(), 1, stream_.size()}; }
    void show_up_to(matcher::Sequence) override {}
    std::vector<storage::StreamEvent> read(std::string_view, std::uint64_t after, std::size_t limit) override {
        const std::size_t from = std::min<std::size_t>(after, stream_.size());
        const std::size_t count = std::min(limit, stream_.size() - from);
        note(count);
        return {stream_.begin() + static_cast<std::ptrdiff_t>(from),
                stream_.begin() + static_cast<std::ptrdiff_t>(from + count)};
    }
    std::vector<storage::StreamEvent> of_referral(matcher::ReferralIndex referral) override {
        ++histories_;
        note(1);
        return real_.of_referral(referral);
    }

  private:
    void note(std::size_t count) {
        if (now_ == 0) {
            boost::asio::post(thread_, [this] { now_ = 0; });
        }
        now_ += count;
        most_ = std::max(most_, now_);
    }

    storage::EventLog& real_;
    boost::asio::io_context& thread_;
    std::vector<storage::StreamEvent> stream_;
    std::size_t now_ = 0;  // in this turn
    std::size_t most_ = 0;
    std::size_t histories_ = 0;
};

template <class T>
server::http::Task<void> give(server::http::Task<T> task, std::optional<T>* result) {
    *result = co_await std::move(task);
}

// What the task comes to, run on `thread` until there is nothing left to do.
template <class T>
T run_on(boost::asio::io_context& thread, server::http::Task<T> task) {
    std::optional<T> result;
    boost::asio::co_spawn(thread.get_executor(), give(std::move(task), &result),
                          [](std::exception_ptr failed) {
                              if (failed) {
                                  std::rethrow_exception(failed);
                              }
                          });
    thread.restart();
    thread.run();
    return *std::move(result);
}

}  // namespace hubward::tests
