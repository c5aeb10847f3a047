// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/simulation.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>

#include "matcher/apply.hpp"
#include "matcher/limits.hpp"
#include "matcher/pipeline.hpp"
#include "tests/support/fake_journal.hpp"
#include "tests/support/generator.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/naive_matcher.hpp"
#include "tests/support/recording_outlet.hpp"
#include "tests/support/summary.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

class Life {
  public:
    explicit Life(std::uint64_t seed) : random_(seed ^ 0x51f0'11fe), generator_(seed) { start(); }

    Lived live(std::uint64_t steps) {
        for (std::uint64_t i = 0; i < steps && lived_.broken.empty(); ++i) {
            step();
        }
        settle();
        check_history();
        lived_.state_hash = told_.state_hash();
        return lived_;
    }

  private:
    // --- what may happen ---
    void step() {
        const std::uint64_t dice = random_.below(1000);
        if (dice < 380) {
            clock_.advance(generator_.pause());
            outbox_.push_back(generator_.next(told_));
        } else if (dice < 640) {
            send_one();
        } else if (dice < 790) {
            pipeline_->turn();
        } else if (dice < 940) {
            journal_.complete();
        } else if (dice < 960) {
            clock_.jump(std::chrono::milliseconds(random_.below(7'200'000)) - 1h);
        } else if (dice < 966) {
            journal_.fail(Append::unavailable, random_.below(3));
        } else if (dice < 969) {
            const std::size_t skip = random_.below(3);  // before `written`, on every compiler
            journal_.fail(Append::unknown, skip, random_.chance(50));
        } else if (dice < 974) {
            crash();
        } else if (dice < 977) {
            // To the very moment at which something falls due.
            if (!told_.timers.empty() && told_.timers.begin()->at > clock_.now()) {
                clock_.advance(told_.timers.begin()->at - clock_.now());
            }
        } else if (dice < 980) {
            clock_.advance(3s);  // what waits in the ring may now be too old
        } else {
            for (int i = 0; i < 4; ++i) {  // a calm moment: everybody catches up
                pipeline_->turn();
                while (journal_.complete()) {
                }
            }
        }
        look();
    }

    // Any of those who want to send, not the first: producers overtake each other. Some send twice.
    void send_one() {
        if (outbox_.empty()) {
            return;
        }
        const std::size_t which = random_.below(outbox_.size());
        Envelope envelope = outbox_[which];
        if (!envelope.key || !random_.chance(12)) {
            outbox_.erase(outbox_.begin() + static_cast<std::ptrdiff_t>(which));
        }
        envelope.ticket.cell = ++tickets_;
        envelope.queued_ns = random_.chance(50) ? clock_.steady_ns() : 0;
        asked_.emplace(tickets_, envelope);
        pipeline_->try_submit(std::move(envelope));
    }

    void crash() {
        ++lived_.crashes;
        journal_.crash(random_.below(journal_.waiting() + 1));
        start_again();
    }

    // The process is gone. Whoever had no answer asks again with the same key.
    void start_again() {
        pipeline_.reset();
        outlet_ = std::make_unique<RecordingOutlet>();
        for (auto& [ticket, envelope] : asked_) {
            if (envelope.key) {
                outbox_.push_back(envelope);
            }
        }
        asked_.clear();
        // Written, but nobody was told: the naive twin hears of it now.
        for (const SharedBatch& batch : journal_.written()) {
            if (batch->first > told_.last) {
                repeat_written(*batch);
            }
        }
        start();
    }

    void start() {
        State recovered = journal_.fold();
        if (recovered.state_hash() != told_.state_hash()) {
            fail("the recovered state is not the fold of what was told");
        }
        State copied = recovered;
        copied.rebuild_indexes();
        if (copied.timers != recovered.timers || copied.waiting != recovered.waiting ||
            copied.to_shred != recovered.to_shred) {
            fail("indexes made anew differ from those kept");
        }
        pipeline_ =
            std::make_unique<Pipeline>(Engine(std::move(recovered)), journal_,
                                       *journal_.claim("sim", 10s), *outlet_, clock_, [this] {
                                           ++lived_.unavailable;
                                           return journal_.fold();
                                       });
    }

    // --- what must hold ---
    void look() {
        latest_ = std::max(latest_, clock_.now());
        for (const auto& delivery : outlet_->take()) {
            for (const Answer& answer : delivery.answers) {
                hear(*delivery.batch, answer);
                if (!lived_.broken.empty()) {
                    return;
                }
            }
        }
        if (pipeline_->failed()) {
            ++lived_.fail_stops;
            if (outlet_->stops() != 1) {
                fail("stopped() was not called once");
            }
            journal_.crash(journal_.waiting());
            start_again();
        }
    }

    void hear(const Batch& batch, const Answer& answer) {
        const auto asked = asked_.find(answer.ticket.cell);
        if (asked == asked_.end()) {
            return fail("an answer to nobody");
        }
        const Envelope envelope = asked->second;
        asked_.erase(asked);
        ++lived_.commands;
        if (!answer.result) {
            ++lived_.refused;
            hear_refusal(envelope, answer.result.error());
        } else if (answer.result->resend) {
            ++lived_.resends;
            const auto first = carried_out_.find(envelope.key);
            if (first == carried_out_.end() || first->second.number != answer.result->number) {
                fail("a resend that names the wrong entry");
            }
        } else if (answer.result->entry != no_entry) {
            ++lived_.accepted;
            const Entry& entry = batch.entries[answer.result->entry];
            if (entry.number != answer.result->number || entry.command != envelope.command) {
                fail("an answer that names the wrong entry");
            }
            repeat(batch, entry);
        } else {  // nothing due: the twin must find nothing either
            const NaiveMatcher::Reply reply = NaiveMatcher(naive_).run(
                envelope.command, envelope.actor, std::max(told_.last_time, naive_time_));
            if (!reply.accepted) {
                fail("the twin refuses what had no effect");
            }
        }
    }

    void hear_refusal(const Envelope& envelope, const Rejection& no) {
        switch (no.why) {
            case Refused::busy:
                return;
            case Refused::full:  // the disk, that is
            case Refused::journal_failed:
                if (envelope.key) {
                    outbox_.push_back(envelope);  // as it was told to
                }
                return;
            case Refused::key_reused:
                return fail("no sender reuses a key");
            default:
                break;
        }
        NaiveMatcher twin = naive_;  // a refusal changes nothing: a copy may try
        NaiveMatcher::Reply reply;
        // A date was still ahead when the twin last looked; what it was refused at lies in between.
        const bool by_time = no.why == Refused::date_invalid ||
                             no.why == Refused::consent_invalid ||
                             no.why == Refused::consent_missing;
        // … and a session may have begun in between, or not yet, and a hub have closed for some days.
        const bool in_between = no.why == Refused::session_invalid || no.why == Refused::no_unit_left ||
                                no.why == Refused::choice_not_possible;
        const auto agrees = [&](Timestamp at) {
            twin = naive_;
            reply = twin.run(envelope.command, envelope.actor, at);
            return !reply.accepted && reply.why == no.why;
        };
        if (!agrees(by_time ? latest_ : naive_time_) && !(in_between && agrees(latest_))) {
            fail("refused as " + std::string(name(no.why)) + ", the twin says " +
                 (reply.accepted ? "yes" : std::string(name(reply.why))));
        } else if (twin.summary() != naive_.summary()) {
            fail("the twin changed by a refusal");
        }
    }

    void repeat_written(const Batch& batch) {
        for (const Entry& entry : batch.entries) {
            repeat(batch, entry);
        }
    }

    // One durable entry: apply it, let the twin do the same by its own rules, and compare.
    void repeat(const Batch& batch, const Entry& entry) {
        if (entry.key) {
            const auto [known, fresh] = carried_out_.try_emplace(entry.key);
            if (!fresh && entry.at - known->second.at <= limits::request_key_age_max) {
                return fail("one key was carried out twice");
            }
            known->second = {entry.number, entry.at};
        }
        apply(told_, batch, entry);
        naive_time_ = entry.at;
        const NaiveMatcher::Reply reply = naive_.run(entry.command, entry.actor, entry.at);
        if (!reply.accepted) {
            return fail("accepted, but the twin says " + std::string(name(reply.why)));
        }
        std::vector<std::string> told;
        for (const Event& event : batch.events_of(entry)) {
            told.push_back(tell(told_, event));
            events_.push_back(event);
            lived_.kinds.set(event.index());
        }
        lived_.events += told.size();
        if (told != reply.told) {
            return fail("other events: " + joined(told) + " / twin: " + joined(reply.told));
        }
        if (const auto different = first_difference(summarise(told_), naive_.summary());
            !different.empty()) {
            return fail(different);
        }
        if (const std::string broken = broken_rule(told_); !broken.empty()) {
            return fail(broken);
        }
    }

    // Everybody gets an answer, and then what the engine holds is what was told.
    void settle() {
        for (int i = 0; i < 200 && lived_.broken.empty() && (!asked_.empty() || i < 3); ++i) {
            while (journal_.complete()) {
            }
            pipeline_->turn();
            look();
        }
        if (lived_.broken.empty() && !asked_.empty()) {
            fail("somebody was never answered");
        }
        pipeline_->inspect([&](const State& state) {
            if (lived_.broken.empty() && state.state_hash() != told_.state_hash()) {
                fail("at rest the engine holds more than was told");
            }
        });
    }

    // Numbers without holes, in the journal and in every stream.
    void check_history() {
        Sequence number = 0;
        for (const SharedBatch& batch : journal_.written()) {
            if (batch->first != number + 1 || batch->count != batch->events.size()) {
                return fail("a hole in the journal");
            }
            number = batch->last();
        }
        std::map<HubIndex, std::uint64_t> hub_heads;
        std::map<std::string_view, std::uint64_t> practice_heads;
        const auto on_hub = [&](HubIndex hub, std::uint64_t seq) {
            return seq == ++hub_heads[hub];
        };
        const auto on_practice = [&](ReferralIndex referral, std::uint64_t seq) {
            return seq == ++practice_heads[told_.at(referral).practice.view()];
        };
        for (const Event& event : events_) {
            const bool in_order = std::visit(
                [&](const auto& e) {
                    if constexpr (requires { e.on.hub_seq; }) {
                        return on_hub(e.on.hub, e.on.hub_seq) &&
                               on_practice(e.on.referral, e.on.practice_seq);
                    } else if constexpr (requires { e.on; }) {
                        return on_practice(e.on.referral, e.on.practice_seq);
                    } else if constexpr (requires { e.practice_seq; }) {
                        return on_practice(e.referral, e.practice_seq);
                    } else if constexpr (requires { e.hub_seq; }) {
                        return on_hub(e.hub, e.hub_seq);
                    } else {
                        return true;
                    }
                },
                event);
            if (!in_order) {
                return fail("a hole in a stream");
            }
        }
    }

    void fail(const std::string& what) {
        if (lived_.broken.empty()) {
            lived_.broken = what;
        }
    }

    static std::string joined(const std::vector<std::string>& list) {
        std::string text;
        for (const std::string& item : list) {
            text += (text.empty() ? "" : ", ") + item;
        }
        return text;
    }

    Random random_;  // of the world; the generator has its own
    Generator generator_;
    ManualClock clock_;
    FakeJournal journal_{FakeJournal::Answers::by_hand};
    std::unique_ptr<RecordingOutlet> outlet_ = std::make_unique<RecordingOutlet>();
    std::unique_ptr<Pipeline> pipeline_;

    std::vector<Envelope> outbox_;
    std::map<std::uint32_t, Envelope> asked_;  // by ticket: sent and not answered
    std::uint32_t tickets_ = 0;

    State told_;          // the fold of what was delivered: what the world knows
    NaiveMatcher naive_;  // the twin, at the same point
    Timestamp naive_time_{};
    Timestamp latest_{};  // that the clock has ever shown
    struct CarriedOut {
        Sequence number = 0;
        Timestamp at{};
    };
    std::map<RequestKey, CarriedOut> carried_out_;
    std::vector<Event> events_;
    Lived lived_;
};

}  // namespace

Lived live_through(std::uint64_t seed, std::uint64_t steps) {
    return Life(seed).live(steps);
}

}  // namespace hubward::test
