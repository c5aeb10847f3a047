// SPDX-License-Identifier: Apache-2.0
#include "matcher/pipeline.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <mutex>
#include <utility>
#include <vector>

#include "matcher/admission.hpp"
#include "matcher/batch_limits.hpp"
#include "matcher/invariant.hpp"
#include "matcher/kill_point.hpp"
#include "matcher/limits.hpp"
#include "matcher/ring.hpp"

namespace hubward::matcher {
namespace {

// What the journal said about one batch. Shared with its callback, which may outlive the pipeline.
struct Said {
    static constexpr int pending = -1;
    std::atomic<int> append{pending};
    Sequence last = 0;  // written before `append`
};

// One round on its way: decided, and waiting for all before it and itself to be durable.
struct Round {
    SharedBatch batch;
    std::vector<Answer> answers;
    StageTimes times;
    std::shared_ptr<Said> said;  // none when there was nothing to write
};

void add(std::atomic<std::uint64_t>& counter, std::uint64_t n) {
    // One writer: relaxed, readers want a recent number and no order.
    counter.store(counter.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

// A submit makes two events, most other commands one. Only a guess at what to make room for.
constexpr std::size_t events_per_command = 2;

// Recovery reads the whole tail. When the disk stays full, at most a fifth of the time goes there.
constexpr std::int64_t rest_per_recovery = 4;

}  // namespace

struct Pipeline::Impl {
    Impl(Engine e, Journal& j, Claim c, Outlet& o, Clock& k, Recover r)
        : engine(std::move(e)),
          journal(j),
          claim(std::move(c)),
          outlet(o),
          clock(k),
          recover(std::move(r)),
          ring(std::make_shared<Ring<Envelope>>(limits::ring_cells)) {}

    // --- the engine thread ---
    enum class Next : std::uint8_t { decide, wait, stop };
    void run();
    Next deliver_finished();
    bool decide_round();
    void hand_over(Round round, Batch batch);
    Next start_over();
    void fail();
    void refuse_all(std::vector<Answer>& answers, Refused why = Refused::journal_failed);
    void refuse_ring();
    void look_around();
    void end();

    Engine engine;
    Journal& journal;
    Claim claim;
    Outlet& outlet;
    Clock& clock;
    Recover recover;

    std::deque<Round> rounds;       // oldest first
    std::vector<Envelope> drained;  // kept for its memory; between two rounds, what a full batch left
    std::uint64_t batch_id = 0;
    std::int64_t rest_until_ns = 0;  // after a recovery: nothing is decided before

    // --- shared ---
    // The journal's callback wakes the ring and may come after the pipeline's end.
    std::shared_ptr<Ring<Envelope>> ring;
    PipelineStats stats;
    std::atomic<bool> failed{false};
    Admission admission;

    std::mutex mutex;  // guards the three below
    std::vector<std::packaged_task<void(const State&)>> looks;
    bool running = false;
    bool started = false;
    std::thread thread;
};

void Pipeline::Impl::run() {
    for (;;) {
        const Next next = deliver_finished();
        look_around();
        if (next == Next::stop) {
            fail();
            break;
        }
        if (next == Next::wait) {
            ring->wait_for_wake();  // by the journal's callback
        } else if (!decide_round()) {
            if (ring->closed() && ring->drained() && rounds.empty()) {
                break;
            }
            ring->wait();
        }
    }
    end();
}

// Hands out what has become durable, in order, and says how to go on.
Pipeline::Impl::Next Pipeline::Impl::deliver_finished() {
    while (!rounds.empty()) {
        Round& round = rounds.front();
        if (round.said) {
            // Pairs with the release in hand_over's callback: `last` is visible with it.
            const int said = round.said->append.load(std::memory_order_acquire);
            if (said == Said::pending) {
                break;
            }
            if (said == static_cast<int>(Append::unavailable)) {
                return start_over();
            }
            if (said != static_cast<int>(Append::durable)) {
                return Next::stop;
            }
            invariant(round.said->last == round.batch->last(), "the journal counts differently");
            kill_point("pipeline.durable");
        }
        round.times.durable_ns = clock.steady_ns();
        outlet.deliver(round.batch, round.answers, round.times);
        kill_point("pipeline.told");
        rounds.pop_front();
    }
    return rounds.size() < limits::journal_window ? Next::decide : Next::wait;
}

// False when the ring had nothing.
bool Pipeline::Impl::decide_round() {
    std::size_t bytes = 0;
    for (const Envelope& left : drained) {
        bytes += left.payload.size();
    }
    Envelope envelope;
    while (drained.size() < limits::batch_commands_max && bytes < limits::batch_bytes_max &&
           ring->try_pop(envelope)) {
        bytes += envelope.payload.size();
        drained.push_back(std::move(envelope));
    }
    if (drained.empty()) {
        return false;
    }
    kill_point("pipeline.drained");
    Round round;
    round.times.drained_ns = clock.steady_ns();
    round.answers.reserve(drained.size());
    const std::size_t left_behind = ring->depth();
    stats.queue_depth.store(drained.size() + left_behind, std::memory_order_relaxed);
    admission.left_behind(left_behind, round.times.drained_ns);
    add(stats.rounds, 1);

    Batch batch;
    batch.first = engine.state().last + 1;
    batch.entries.reserve(drained.size());
    batch.events.reserve(drained.size() * events_per_command);
    const Timestamp at = std::max(clock.now(), engine.state().last_time);
    const std::int64_t oldest_ns =
        round.times.drained_ns - std::chrono::nanoseconds(limits::ring_age_max).count();
    const bool resting = round.times.drained_ns < rest_until_ns;
    std::size_t decided = 0;
    // A command may make thousands of events: then the others go into the next batch, or the journal could
    // not take this one.
    for (; decided < drained.size() && batch.events.size() < limits::events_per_batch_max; ++decided) {
        Envelope& next = drained[decided];
        Answer& answer = round.answers.emplace_back();
        answer.ticket = next.ticket;
        if (resting) {
            answer.result = std::unexpected(Rejection{.why = Refused::full});
        } else if (is_new_referral(next.command) && next.queued_ns != 0 &&
                   next.queued_ns < oldest_ns) {
            answer.result = std::unexpected(Rejection{.why = Refused::busy});
            stats.shed_old.fetch_add(1, std::memory_order_relaxed);
        } else {
            answer.result = engine.step(next, at, batch);
        }
        if (!answer.result) {
            add(stats.refused, 1);
        } else {
            add(answer.result->resend ? stats.resends : stats.accepted, 1);
        }
    }
    drained.erase(drained.begin(), drained.begin() + static_cast<std::ptrdiff_t>(decided));
    add(stats.commands, decided);
    round.times.decided_ns = clock.steady_ns();
    kill_point("pipeline.decided");
    hand_over(std::move(round), std::move(batch));
    return true;
}

// To the journal when there is something to write; in any case to the end of the queue, because a
// refusal or a resend may rest on a decision that is not durable yet.
void Pipeline::Impl::hand_over(Round round, Batch batch) {
    const bool to_write = !batch.entries.empty();
    if (to_write) {
        batch.id = ++batch_id;
        add(stats.events, batch.count);
        round.said = std::make_shared<Said>();
    }
    round.batch = std::make_shared<const Batch>(std::move(batch));
    const SharedBatch written = round.batch;
    const std::shared_ptr<Said> said = round.said;
    rounds.push_back(std::move(round));
    if (to_write) {
        journal.append(claim, written, [said, waker = ring](Append result, Sequence last) {
            said->last = last;
            // Pairs with the acquire in deliver_finished.
            said->append.store(static_cast<int>(result), std::memory_order_release);
            waker->wake();
        });
    }
}

// The oldest batch was surely not written: what was decided on top of it falls with it.
Pipeline::Impl::Next Pipeline::Impl::start_over() {
    for (const Round& round : rounds) {
        if (!round.said) {
            continue;
        }
        const int said = round.said->append.load(std::memory_order_acquire);
        if (said == Said::pending) {
            return Next::wait;  // every callback first: after that nothing is in flight
        }
        // Those behind it are no longer "tail + 1", so `refused` is what they should say.
        if (said != static_cast<int>(Append::unavailable) &&
            said != static_cast<int>(Append::refused)) {
            return Next::stop;
        }
    }
    add(stats.append_unavailable, 1);
    const std::int64_t began_ns = clock.steady_ns();
    const Sequence durable = rounds.front().batch->first - 1;
    engine = Engine(recover());
    if (engine.state().last != durable) {
        return Next::stop;
    }
    const std::int64_t ended_ns = clock.steady_ns();
    rest_until_ns = ended_ns + rest_per_recovery * (ended_ns - began_ns);
    while (!rounds.empty()) {
        refuse_all(rounds.front().answers, Refused::full);
        rounds.pop_front();
    }
    return Next::decide;
}

void Pipeline::Impl::fail() {
    failed.store(true, std::memory_order_release);  // pairs with failed()
    ring->close();
    while (!rounds.empty()) {
        refuse_all(rounds.front().answers);
        rounds.pop_front();
    }
    refuse_ring();
}

void Pipeline::Impl::refuse_all(std::vector<Answer>& answers, Refused why) {
    for (Answer& answer : answers) {
        answer.result = std::unexpected(Rejection{.why = why});
    }
    static const SharedBatch nothing = std::make_shared<const Batch>();
    outlet.deliver(nothing, answers, StageTimes{});
}

void Pipeline::Impl::refuse_ring() {
    Envelope envelope;
    std::vector<Answer> left;
    left.reserve(drained.size());
    for (const Envelope& undecided : drained) {
        left.push_back({undecided.ticket, Receipt{}});
    }
    drained.clear();
    if (!left.empty()) {
        refuse_all(left);
    }
    while (!ring->drained()) {
        std::vector<Answer> answers;
        while (ring->try_pop(envelope)) {
            answers.push_back({envelope.ticket, Receipt{}});
        }
        if (!answers.empty()) {
            refuse_all(answers);
        } else if (!ring->drained()) {
            ring->wait();  // a submitter has its cell and is about to fill it
        }
    }
}

void Pipeline::Impl::look_around() {
    std::vector<std::packaged_task<void(const State&)>> now;
    {
        const std::lock_guard lock(mutex);
        now.swap(looks);
    }
    for (auto& look : now) {
        look(engine.state());
    }
}

void Pipeline::Impl::end() {
    outlet.stopped();
    std::vector<std::packaged_task<void(const State&)>> last;
    {
        const std::lock_guard lock(mutex);
        running = false;
        last.swap(looks);
    }
    for (auto& look : last) {
        look(engine.state());
    }
}

Pipeline::Pipeline(Engine engine, Journal& journal, Claim claim, Outlet& outlet, Clock& clock,
                   Recover recover)
    : impl_(std::make_unique<Impl>(std::move(engine), journal, std::move(claim), outlet, clock,
                                   std::move(recover))) {}

Pipeline::~Pipeline() {
    stop();
}

void Pipeline::start(Recover first) {
    const std::lock_guard lock(impl_->mutex);
    invariant(!impl_->started, "a pipeline starts once");
    impl_->started = true;
    impl_->running = true;
    impl_->thread = std::thread([impl = impl_.get(), make = std::move(first)] {
        if (make) {
            impl->engine = Engine(make());
        }
        impl->run();
    });
}

bool Pipeline::turn() {
    invariant(!impl_->started, "turn() is for a pipeline without a thread of its own");
    if (failed()) {
        return false;
    }
    const std::size_t waiting = impl_->rounds.size();
    const Impl::Next next = impl_->deliver_finished();
    if (next == Impl::Next::stop) {
        impl_->fail();
        impl_->outlet.stopped();
        return true;
    }
    const bool decided = next == Impl::Next::decide && impl_->decide_round();
    return decided || impl_->rounds.size() != waiting;
}

void Pipeline::stop() {
    impl_->ring->close();
    std::thread ending;
    {
        const std::lock_guard lock(impl_->mutex);
        ending.swap(impl_->thread);
    }
    if (ending.joinable()) {
        ending.join();
    }
}

bool Pipeline::turns_away(const Command& command) {
    Impl& my = *impl_;
    const bool room = my.admission.has_room_for(command, my.ring->depth(),
                                                [&my] { return my.clock.steady_ns(); });
    my.stats.shed_old.fetch_add(room ? 0U : 1U, std::memory_order_relaxed);
    return !room;
}

bool Pipeline::try_submit(Envelope&& envelope) {
    Impl& my = *impl_;
    if (!my.admission.has_room_for(envelope.command, my.ring->depth(),
                                   [&my] { return my.clock.steady_ns(); })) {
        my.stats.shed_old.fetch_add(1, std::memory_order_relaxed);
        return false;
    }
    return my.ring->try_push(std::move(envelope));
}

bool Pipeline::failed() const {
    return impl_->failed.load(std::memory_order_acquire);
}

const PipelineStats& Pipeline::stats() const {
    return impl_->stats;
}

void Pipeline::inspect(const std::function<void(const State&)>& look) {
    std::future<void> seen;
    {
        const std::lock_guard lock(impl_->mutex);
        if (!impl_->running) {
            look(impl_->engine.state());  // no engine thread: the caller may look itself
            return;
        }
        seen = impl_->looks.emplace_back(look).get_future();
    }
    impl_->ring->wake();
    seen.get();
}

}  // namespace hubward::matcher
