// SPDX-License-Identifier: Apache-2.0
//
// Streams about the life of a referral: opening hours, rules of care, and what people do beside the
// hubs' answers.
#include "tests/support/generator.hpp"

#include <algorithm>

#include "tests/support/manual_clock.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

// Mostly one that looks after the referral.
Actor some_place(Random& random, const State& seen, const Referral& referral) {
    if (random.chance(25)) {
        return {Role::place, HubSlug("east")};
    }
    const PlaceCode& place = referral.last_offer != no_offer
                                 ? seen.at(seen.at(referral.last_offer).hub).profile.place
                                 : referral.ask.place;
    return {Role::place, HubSlug(place.view())};
}

}  // namespace

Week Generator::week() {
    Week week;
    for (auto& day : week.days) {
        if (random_.chance(70)) {
            const auto from = static_cast<std::uint16_t>(15 * (32 + random_.below(16)));
            const auto pause = static_cast<std::uint16_t>(from + 15 * (1 + random_.below(16)));
            day[0] = {from, pause};
            if (random_.chance(40)) {
                const auto again = static_cast<std::uint16_t>(pause + 15 * random_.below(8));
                day[1] = {again, static_cast<std::uint16_t>(again + 60)};
            }
        }
    }
    if (random_.chance(3)) {
        week.days[2] = {{{600, 500}, {0, 0}}};  // refused: it closes before it opens
    }
    return week;
}

// Holidays near the time at which the simulated clock starts, on quarters of an hour.
Closures Generator::closures() {
    constexpr std::int64_t quarter = 15LL * 60'000;
    Closures shut;
    std::int64_t at = ManualClock::monday_ms / quarter;
    for (std::size_t i = 0; i < 1 + random_.below(3); ++i) {
        const auto from = at + static_cast<std::int64_t>(random_.below(3 * 96));
        at = from + static_cast<std::int64_t>(1 + random_.below(6 * 96));
        shut.times[i] = {{from * quarter}, {at * quarter}};
    }
    if (random_.chance(5)) {
        std::swap(shut.times[0].from, shut.times[0].to);  // refused: it ends before it begins
    }
    return shut;
}

UpsertHub Generator::sound_hub(std::size_t index) {
    UpsertHub command = hub(index);
    while (!command.profile.hours.sound() || !sound(command.profile.kept) ||
           !sound(command.profile.weekly) || !command.profile.closures.sound()) {
        command = hub(index);
    }
    return command;
}

// A year around the time at which the simulated clock starts.
CalendarYear Generator::calendar_year() {
    CalendarYear year;
    const std::uint64_t which = random_.below(4);
    year.year = static_cast<std::uint16_t>(2025 + which);
    // Last Sundays of March and October, 01:00 UTC, in milliseconds.
    constexpr std::int64_t from[] = {1'743'296'400'000, 1'774'746'000'000, 1'806'195'600'000,
                                     1'837'645'200'000};
    constexpr std::int64_t to[] = {1'761'440'400'000, 1'792'890'000'000, 1'824'944'400'000,
                                   1'856'394'000'000};
    year.summer_from = {from[which]};
    year.summer_to = {to[which]};
    std::uint16_t day = 0;
    for (std::uint64_t i = random_.below(9); i > 0; --i) {
        day = static_cast<std::uint16_t>(day + 1 + random_.below(40));
        year.closed[year.closed_count++] = day;
    }
    if (random_.chance(5)) {
        year.summer_minutes = 10'000;  // refused
    }
    return year;
}

Care Generator::care(const State& seen) {
    Care care = seen.care;
    care.version += random_.chance(85) ? 1U : 0U;
    care.mode_routine = static_cast<OfferMode>(random_.below(3));
    care.mode_urgent = static_cast<OfferMode>(random_.below(3));
    care.parallel = static_cast<std::uint8_t>(random_.below(5));  // none is refused
    care.broadcast = static_cast<std::uint8_t>(1 + random_.below(8));
    care.contact_tries_max = static_cast<std::uint8_t>(1 + random_.below(3));
    care.information_rounds_max = static_cast<std::uint8_t>(random_.below(3));
    const auto hours = [&] {
        return static_cast<std::int64_t>(1 + random_.below(9) * 3'600'000 / 2);
    };
    care.answer_routine_working_ms = hours();
    care.answer_urgent_working_ms = hours();
    care.contact_working_ms = hours();
    care.escalate_working_ms = hours();
    care.after_appointment_ms = hours();
    care.check_in_ms = 3 * hours();
    care.owner_review_ms = hours();
    care.referrer_review_ms = 2 * hours();
    care.follow_up_ms = hours();
    care.split_households = random_.chance(70);
    return care;
}

Timestamp Generator::date(const State& seen) {
    const auto ahead = static_cast<std::int64_t>(random_.below(3 * 24 * 3'600'000));
    return {seen.last_time.ms + (random_.chance(92) ? ahead + 1'000 : -ahead)};
}

// Now and then for a need of an earlier one, not always of the same practice, nor one that it has.
void Generator::make_onward(const State& seen, SubmitReferral& command) {
    if (!seen.referrals.empty() && random_.chance(8)) {
        const Referral& other = seen.referrals[random_.below(seen.referrals.size())];
        command.onward_of = random_.chance(4) ? ReferralId{1, 1} : other.id;
        command.onward_need = static_cast<std::uint8_t>(random_.below(3));
        command.practice = random_.chance(85) ? other.practice : command.practice;
    }
}

// What a practice or the place does with a referral, besides sending and withdrawing it.
Command Generator::on_referral(const State& seen, Actor& actor) {
    const std::size_t count = seen.referrals.size();
    const std::size_t back = random_.below(random_.chance(60) ? std::min<std::size_t>(count, 16)
                                                              : count);
    const Referral& referral = seen.referrals[count - 1 - back];
    const std::uint32_t version = random_.chance(8) ? referral.version : 0;
    const std::uint64_t dice = random_.below(20);
    if (random_.chance(55)) {
        actor = {Role::practice, HubSlug(referral.practice.view())};
    } else {
        actor = random_.chance(80) ? some_place(random_, seen, referral) : Actor{Role::hub, HubSlug("hub-1")};
    }
    if (referral.status == ReferralStatus::on_hold && random_.chance(60)) {
        return ResumeReferral{referral.id, version};
    }
    const bool ended = referral.status == ReferralStatus::completed ||
                       referral.status == ReferralStatus::revoked;
    if (ended && random_.chance(70)) {
        return ReopenReferral{referral.id, 0, random_.next() | 1, version};
    }
    if (dice < 4) {
        constexpr Reason reasons[] = {Reason::person_unavailable, Reason::transport, Reason::other,
                                      Reason::too_far};
        return PauseReferral{referral.id, reasons[random_.below(4)], date(seen), version};
    }
    if (dice < 7) {
        return ResumeReferral{referral.id, version};
    }
    if (dice < 10) {
        return ReopenReferral{referral.id, static_cast<NeedMask>(random_.below(4)),
                              random_.chance(90) ? random_.next() | 1 : 0, version};
    }
    if (dice < 14) {
        return ReleaseNeeds{referral.id, version};
    }
    if (dice < 16) {
        return ChooseHub{referral.id, generated_hub(random_.below(settings_.hubs)), false, version};
    }
    if (dice < 18) {
        return CloseNeed{referral.id, static_cast<std::uint8_t>(random_.below(3)),
                         static_cast<Outcome>(random_.below(13)), version};
    }
    if (dice < 19) {
        return AssignOwner{referral.id, OwnerName(random_.chance(80) ? "link-worker" : ""),
                           version};
    }
    return MarkError{referral.id, version};
}

// Now and then the other referral is one that the hub was never asked for.
ReferralId Generator::duplicate(const State& seen, Reason reason) {
    const bool name_one = random_.chance(reason == Reason::duplicate ? 70 : 2);
    return name_one ? seen.referrals[random_.below(seen.referrals.size())].id : ReferralId{};
}

// The newest need of which a hub has said how it went, and the person says the opposite.
RecordPersonWord Generator::contradiction(const State& seen, Actor& actor) {
    for (std::size_t i = seen.referrals.size(); i-- > 0;) {
        const Referral& referral = seen.referrals[i];
        for (std::uint8_t n = 0; n < referral.ask.need_count && referral.erasure == Erasure::none; ++n) {
            if (kind_of(referral.needs[n].outcome) == OutcomeKind::loop_closed) {
                actor = {Role::practice, HubSlug(referral.practice.view())};
                return {referral.id, n,
                        referral.needs[n].outcome == Outcome::need_not_met ? Outcome::need_met
                                                                           : Outcome::need_not_met,
                        0};
            }
        }
    }
    return {seen.referrals.front().id, 0, Outcome::need_met, 0};
}

// What the person says: consent, their view of an outcome, a new address, that they be forgotten.
Command Generator::on_words(const State& seen, Actor& actor) {
    const std::size_t count = seen.referrals.size();
    const std::size_t back = random_.below(random_.chance(60) ? std::min<std::size_t>(count, 16)
                                                              : count);
    const Referral& referral = seen.referrals[count - 1 - back];
    const std::uint32_t version = random_.chance(8) ? referral.version : 0;
    actor = random_.chance(65) ? Actor{Role::practice, HubSlug(referral.practice.view())}
                               : some_place(random_, seen, referral);
    if (!seen.to_shred.empty() && random_.chance(30)) {
        actor = {random_.chance(90) ? Role::system : Role::place, {}};
        return ConfirmErasure{seen.at(*seen.to_shred.begin()).id};
    }
    const auto disputed = std::ranges::find_if(
        seen.referrals, [](const Referral& r) { return r.disputed != 0; });
    if (disputed != seen.referrals.end() && random_.chance(12)) {
        actor = some_place(random_, seen, *disputed);
        return CloseFollowUp{disputed->id, 0};
    }
    const std::uint64_t dice = random_.below(20);
    if (dice < 4) {
        Consent consent;
        consent.purposes.bits = static_cast<std::uint8_t>(
            random_.chance(60) ? direct_care.bits : random_.below(256));
        consent.given_by = static_cast<ConsentBasis>(random_.below(3));
        consent.how = static_cast<ConsentHow>(random_.below(3));
        consent.when = random_.chance(5) ? never : Timestamp{};
        consent.until = random_.chance(50) ? never : date(seen);
        return GiveConsent{referral.id, consent, version};
    }
    if (dice < 7) {
        PurposeSet purposes;
        purposes.bits = static_cast<std::uint8_t>(random_.below(256));
        return WithdrawConsent{referral.id, purposes, version};
    }
    if (dice < 8) {
        return EraseReferral{referral.id, version};
    }
    if (dice < 14) {
        return random_.chance(60) ? contradiction(seen, actor)
                                  : RecordPersonWord{referral.id,
                                                     static_cast<std::uint8_t>(random_.below(3)),
                                                     static_cast<Outcome>(random_.below(13)), version};
    }
    if (dice < 16) {
        return CloseFollowUp{referral.id, version};
    }
    return MovePerson{referral.id, somewhere(), PlaceCode(random_.chance(50) ? "north" : "south"),
                      random_.next() | 1, version};
}

}  // namespace hubward::test
