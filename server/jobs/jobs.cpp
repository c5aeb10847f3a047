// SPDX-License-Identifier: Apache-2.0
#include "server/jobs/jobs.hpp"

#include <exception>

#include "matcher/limits.hpp"

namespace hubward::server::jobs {
namespace {

matcher::Envelope by_system(matcher::Command command, std::string_view who) {
    matcher::Envelope envelope;
    envelope.command = command;
    envelope.actor = {matcher::Role::system, matcher::HubSlug(who)};
    return envelope;
}

}  // namespace

bool tick(Gateway& gateway) {
    for (;;) {
        const auto done = gateway.submit_and_wait(by_system(matcher::Tick{}, "clock"));
        if (!done) {
            return false;
        }
        if (done->entry == nullptr) {
            return true;
        }
        // Each thing that was due made one event at least.
        if (done->entry->event_count < matcher::limits::expiries_per_tick_max) {
            return true;
        }
    }
}

namespace {

struct Texts {
    std::string_view same_version;
    std::string_view out_of_range;
    std::string_view not_taken;
};

// Adopts rules whose version rises; Adopt is the command that carries them.
template <class Adopt, class Rules>
std::string_view adopt(Gateway& gateway, const Rules& in_force, const Rules& wanted,
                       matcher::Refused invalid, const Texts& texts) {
    if (wanted.version <= in_force.version) {
        return wanted.version == in_force.version && wanted != in_force ? texts.same_version
                                                                        : std::string_view();
    }
    const auto done = gateway.submit_and_wait(by_system(Adopt{wanted}, "config"));
    if (done) {
        return {};
    }
    return done.error().why == invalid ? texts.out_of_range : texts.not_taken;
}

}  // namespace

std::string_view adopt_policy(Gateway& gateway, const matcher::Policy& in_force,
                              const matcher::Policy& wanted) {
    return adopt<matcher::AdoptPolicy>(
        gateway, in_force, wanted, matcher::Refused::policy_invalid,
        {"the policy in the configuration differs from the one in force, but its version is the "
         "same; raise policy.version to adopt it",
         "a weight or a time of the policy is outside its range",
         "the journal did not take the new policy"});
}

std::string_view adopt_care(Gateway& gateway, const matcher::Care& in_force,
                            const matcher::Care& wanted) {
    return adopt<matcher::AdoptCare>(
        gateway, in_force, wanted, matcher::Refused::care_invalid,
        {"the rules of care in the configuration differ from those in force, but their version is "
         "the same; raise care.version to adopt them",
         "a wait or a number of the rules of care is outside its range",
         "the journal did not take the new rules of care"});
}

bool set_calendar(Gateway& gateway, const matcher::Calendar& in_force, std::span<const matcher::CalendarYear> years) {
    for (const matcher::CalendarYear& year : years) {
        const matcher::CalendarYear* known = in_force.find(year.year);
        if (known != nullptr && *known == year) {
            continue;
        }
        if (!gateway.submit_and_wait(by_system(matcher::SetCalendarYear{year}, "calendar"))) {
            return false;
        }
    }
    return true;
}

namespace {

struct ToShred {
    matcher::ReferralIndex index{};
    matcher::ReferralId id;
    std::uint64_t key_slot = 0;
    std::uint32_t version = 0;
};

// The details, and every note that came later: each has a key of its own. Each event of a referral raised its
// version by one, so it is noticed when the journal could not be read to the end.
bool destroy_keys(const ToShred& one, storage::EventLog& events, storage::Vault& vault) {
    bool gone = vault.erase_for_good(one.id, one.key_slot).has_value();
    const auto all = events.of_referral(one.index);
    gone = gone && all.size() >= one.version;
    for (const storage::StreamEvent& at : all) {
        const std::uint64_t note = matcher::note_slot_of(*at.event);
        gone = gone && (note == 0 || vault.erase_for_good(one.id, note));
    }
    return gone;
}

}  // namespace

std::string_view ShredJob::run(const std::stop_token& stop) {
    std::vector<ToShred> turn;
    next_ = view_.look([&](const View& v) {
        const auto& ordered = v.state().to_shred;
        for (auto it = ordered.lower_bound(next_); it != ordered.end(); ++it) {
            if (turn.size() == per_run_max) {
                return *it;
            }
            const matcher::Referral& referral = v.state().at(*it);
            turn.push_back({*it, referral.id, referral.key_slot, referral.version});
        }
        return matcher::ReferralIndex{};
    });
    std::string_view trouble;
    for (const ToShred& one : turn) {
        if (stop.stop_requested()) {
            break;  // the rest is due after the next start
        }
        if (!destroy_keys(one, events_, vault_)) {
            trouble =
                "a key that must be destroyed could not be, and is tried again; see what hubward verify says of the "
                "keyring, and that the disk has room";
        } else if (!gateway_.submit_and_wait(by_system(matcher::ConfirmErasure{one.id}, "vault"))) {
            trouble = "the journal did not take that keys were destroyed; it is told again";
        }
    }
    return trouble;
}

bool erase_again(Gateway& gateway, const View& view,
                 std::span<const matcher::ReferralId> erased_for_good) {
    for (const matcher::ReferralId& id : erased_for_good) {
        const bool known = view.look([&](const View& v) {
            const auto index = v.state().find(id);
            return index && v.state().at(*index).erasure == matcher::Erasure::none;
        });
        if (known && !gateway.submit_and_wait(by_system(matcher::EraseReferral{id}, "vault"))) {
            return false;
        }
    }
    return true;
}

bool snapshot_due(std::uint64_t events, std::chrono::nanoseconds passed, std::uint64_t every) {
    return events >= every || (events >= every / snapshot_rested_share && passed >= snapshot_rest);
}

SnapshotJob::SnapshotJob(storage::Store& store, matcher::Clock& clock, matcher::Sequence last, std::uint64_t every,
                         std::uint64_t leave_free_bytes)
    : store_(store), clock_(clock), last_(last), last_ns_(clock.steady_ns()), every_(every),
      leave_free_bytes_(leave_free_bytes) {}

// It needs as much memory as the server itself, and a second thread. Where there is none, the server goes on.
std::expected<matcher::Sequence, storage::StoreFailure> SnapshotJob::snapshot() {
    try {
        return store_.snapshot(leave_free_bytes_);
    } catch (const std::exception& trouble) {
        return std::unexpected(storage::StoreFailure{storage::StoreError::io, trouble.what()});
    }
}

void SnapshotJob::run(const std::function<void(const storage::StoreFailure&)>& failed) {
    const std::chrono::nanoseconds passed{clock_.steady_ns() - last_ns_};
    if ((failed_ && passed < snapshot_rest) ||
        !snapshot_due(store_.journal().tail().number - last_, passed, every_)) {
        return;
    }
    const auto number = snapshot();
    last_ns_ = clock_.steady_ns();
    failed_ = !number;
    if (number) {
        last_ = *number;
    } else {
        failed(number.error());
    }
}

}  // namespace hubward::server::jobs
