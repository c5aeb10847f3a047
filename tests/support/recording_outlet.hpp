// SPDX-License-Identifier: Apache-2.0
//
// An Outlet that keeps what it is told. The engine thread delivers; tests read from any thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "matcher/outlet.hpp"

namespace hubward::test {

class RecordingOutlet : public matcher::Outlet {
  public:
    struct Delivery {
        matcher::SharedBatch batch;
        std::vector<matcher::Answer> answers;
        matcher::StageTimes times;
    };

    void deliver(const matcher::SharedBatch& batch, std::span<const matcher::Answer> answers,
                 const matcher::StageTimes& times) override;
    void stopped() override;

    // Blocks until so many answers have come, or ten seconds have gone; false in that case.
    bool wait_for_answers(std::size_t count);
    bool wait_for_stop();
    // What the envelope with this Ticket::generation was told.
    std::optional<matcher::Answer> answer(std::uint64_t generation) const;
    std::size_t answers() const;
    int stops() const;
    // Hands over what has come since the last call.
    std::vector<Delivery> take();

  private:
    mutable std::mutex mutex_;
    std::condition_variable came_;
    std::vector<Delivery> deliveries_;
    std::vector<matcher::Answer> answers_;
    int stops_ = 0;
};

}  // namespace hubward::test
