// SPDX-License-Identifier: Apache-2.0
#include "tests/support/generator.hpp"

#include <string>

namespace hubward::test {

using namespace matcher;

namespace {

std::string practice_name(std::uint64_t i) {
    return "A8100" + std::to_string(i);
}

}  // namespace

std::string hub_slug(std::uint64_t i) {
    return "hub-" + std::to_string(i);
}

// Mixed, so that order of ids is not order of arrival.
HubId generated_hub(std::uint64_t i) {
    Random mix(i + 1);
    return {mix.next(), i + 1};
}

std::uint64_t Random::next() {
    state_ += 0x9e37'79b9'7f4a'7c15ULL;
    std::uint64_t x = state_;
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31);
}

Position position_at(std::int64_t east, std::int64_t north) {
    Position p;
    const std::int64_t y = east * position_scale / earth_radius_metres;
    const std::int64_t z = north * position_scale / earth_radius_metres;
    const std::int64_t rest = position_scale * position_scale - y * y - z * z;
    std::int64_t x = position_scale;
    while (x * x > rest) {  // a town is small: a step or a few hundred
        --x;
    }
    p.latitude_e7 = static_cast<std::int32_t>(north * 572'957'795 / earth_radius_metres);
    p.longitude_e7 = static_cast<std::int32_t>(east * 572'957'795 / earth_radius_metres);
    p.x = static_cast<std::int32_t>(x);
    p.y = static_cast<std::int32_t>(y);
    p.z = static_cast<std::int32_t>(z);
    return p;
}

Generator::Generator(std::uint64_t seed, StreamSettings settings)
    : settings_(settings), random_(seed) {}

Position Generator::somewhere() {
    const auto town = static_cast<std::uint64_t>(settings_.town_metres);
    const auto east = static_cast<std::int64_t>(random_.below(town));
    const auto north = static_cast<std::int64_t>(random_.below(town));
    return position_at(east, north);
}

std::chrono::milliseconds Generator::pause() {
    if (random_.chance(3)) {
        return std::chrono::milliseconds(random_.below(4 * 24 * 3'600'000));
    }
    return std::chrono::milliseconds(random_.below(random_.chance(20) ? 3'600'000 : 500));
}

void Generator::whom_it_serves(HubProfile& p) {
    if (random_.chance(15)) {  // a four-cornered neighbourhood, not always upright
        const MapPoint corner{p.position.latitude_e7, p.position.longitude_e7};
        const auto side = [&] { return static_cast<std::int32_t>(random_.below(900'000)); };
        p.area.count = 4;
        p.area.corners[0] = {corner.latitude_e7 - side(), corner.longitude_e7 - side()};
        p.area.corners[1] = {corner.latitude_e7 - side(), corner.longitude_e7 + side()};
        p.area.corners[2] = {corner.latitude_e7 + side(), corner.longitude_e7 + side()};
        p.area.corners[3] = {corner.latitude_e7 + side(), corner.longitude_e7 - side()};
    }
    if (random_.chance(15)) {
        p.serves[random_.below(4)] = PlaceCode(random_.chance(40)   ? "north"
                                               : random_.chance(60) ? "south"
                                                                    : "city");
    }
    p.interest_only = random_.chance(6);
    if (random_.chance(15)) {
        p.takes_from[random_.below(8)] = PracticeCode(random_.chance(50) ? "A8100" : "A81001");
    }
    p.open.bits = random_.chance(50) ? static_cast<std::uint32_t>(random_.below(1U << 21)) : 0;
    p.closes = random_.chance(5) ? Timestamp{1} : never;
    p.wait_days = random_.chance(60) ? static_cast<std::uint16_t>(random_.below(90)) : wait_not_stated;
    p.groups.bits = random_.chance(20) ? static_cast<std::uint32_t>(random_.below(1U << 20)) : 0;
}

// Some of the last units, for some; now and then for nobody in particular, which is refused.
void Generator::keeps(HubProfile& p) {
    const std::uint64_t rows = random_.chance(30) ? 1 + random_.below(3) : 0;
    for (std::size_t i = 0; i < rows; ++i) {
        Reserve& row = p.kept[i];
        row.count = static_cast<std::uint16_t>(random_.chance(2) ? 10'001 : 1 + random_.below(3));
        row.kind = random_.chance(75) ? UnitKind::place : static_cast<UnitKind>(random_.below(3));
        row.whom = static_cast<KeptFor>(random_.below(4));
        if (row.whom == KeptFor::need && !random_.chance(4)) {
            row.needs.add(common_needs[random_.below(std::size(common_needs))]);
        } else if (row.whom == KeptFor::referrer) {
            row.named = PlaceCode(random_.chance(50) ? "A8100" : "A81001");
        } else if (row.whom == KeptFor::place) {
            row.named = PlaceCode(random_.chance(60) ? "north" : "city");
        }
    }
}

UpsertHub Generator::hub(std::size_t index) {
    UpsertHub command;
    HubProfile& p = command.profile;
    p.id = generated_hub(index);
    p.slug = HubSlug(hub_slug(index));
    p.place = PlaceCode(index % 2 == 0 ? "east" : "west");
    p.position = somewhere();
    p.active = !random_.chance(8);
    p.is_virtual = random_.chance(10);
    p.catchment = random_.chance(40) ? 2'000 + static_cast<Metres>(random_.below(9'000)) : 0;
    for (const Need need : common_needs) {
        if (random_.chance(65)) {
            p.needs.add(need);
        }
    }
    p.languages.add(*parse_language("en"));
    if (random_.chance(40)) {
        p.languages.add(*parse_language("ur"));
    }
    if (random_.chance(60)) {
        p.access.add(Access::wheelchair);
    }
    p.communities = static_cast<std::uint32_t>(random_.below(8));
    p.age_min = random_.chance(20) ? 50 : 0;
    whom_it_serves(p);
    keeps(p);
    opens_weekly(p);
    if (random_.chance(30)) {
        p.hours = week();
    }
    if (random_.chance(15)) {
        p.closures = closures();
    }
    command.totals = {static_cast<std::uint16_t>(random_.below(5)),
                      static_cast<std::uint16_t>(random_.below(3)),
                      static_cast<std::uint16_t>(random_.below(3))};
    command.set_totals = random_.chance(50);
    return command;
}

SubmitReferral Generator::referral() {
    SubmitReferral command;
    command.id = {0x0190'0000'0000'7000ULL, ++referrals_};
    command.practice = PracticeCode(practice_name(random_.below(settings_.practices)));
    if (random_.chance(30)) {
        command.practice_ref = {1, 1 + random_.below(40)};
    }
    command.source = static_cast<Source>(random_.below(4));
    command.share_with_hub = !random_.chance(2);
    command.key_slot = random_.next();
    Ask& ask = command.ask;
    NeedSet asked;
    const std::uint64_t wanted = 1 + random_.below(3);
    while (ask.need_count < wanted) {
        const Need need = common_needs[random_.below(std::size(common_needs))];
        if (!asked.has(need)) {
            asked.add(need);
            ask.needs[ask.need_count++] = need;
        }
    }
    if (random_.chance(2)) {
        ask.needs[ask.need_count++] = ask.needs[0];  // refused: the same need twice
    }
    ask.urgency = random_.chance(20) ? Urgency::urgent : Urgency::routine;
    ask.position = random_.chance(90) ? somewhere() : Position{};
    ask.travel_max = random_.chance(50) ? 3'000 + static_cast<Metres>(random_.below(9'000)) : 0;
    if (random_.chance(30)) {
        ask.language = *parse_language(random_.chance(50) ? "ur" : "pl");
        ask.language_required = random_.chance(40);
    }
    if (random_.chance(15)) {
        ask.access.add(Access::wheelchair);
    }
    ask.communities = random_.chance(30) ? static_cast<std::uint32_t>(random_.below(8)) : 0;
    ask.age = random_.chance(50) ? static_cast<std::uint8_t>(18 + random_.below(70)) : 255;
    if (random_.chance(20)) {
        ask.trusted_hub = generated_hub(random_.below(settings_.hubs));
    }
    ask.may_relax.bits = static_cast<std::uint8_t>(random_.chance(60) ? random_.below(8) : 0);
    ask.place = PlaceCode(random_.chance(50) ? "north" : random_.chance(50) ? "south" : "");
    if (random_.chance(30)) {
        ask.available.bits = 1U << random_.below(21) | 1U << random_.below(21);
    }
    ask.mode = static_cast<TravelMode>(random_.below(4));
    ask.trust = static_cast<Trust>(random_.below(3));
    ask.load = static_cast<std::uint8_t>(random_.chance(15) ? random_.below(4) : 1);
    ask.together = random_.chance(20);
    ask.may_split = random_.chance(50);
    ask.whole_session = random_.chance(4);
    if (random_.chance(10)) {
        ask.access.add(Access::extended_appointment);
    }
    ask.groups.bits = random_.chance(40) ? static_cast<std::uint32_t>(random_.below(1U << 20)) : 0;
    ask.chosen_hub = random_.chance(5) ? generated_hub(random_.below(settings_.hubs)) : HubId{};
    ask.other_access[0] = random_.chance(5) ? 225'835'008 : 0;
    if (random_.chance(30)) {
        ask.access_preferred.add(random_.chance(50) ? Access::hearing_loop : Access::wheelchair);
        ask.access_preferred.bits |= std::uint64_t{1} << random_.below(24);
    }
    if (random_.chance(15)) {
        ask.refused_hubs[0] = generated_hub(random_.below(settings_.hubs));
    }
    return command;
}

Command Generator::on_hub(const State& seen, Actor& actor) {
    const std::size_t index = random_.below(settings_.hubs);
    actor = {Role::system, {}};
    const auto known = seen.find(generated_hub(index));
    if (!known || random_.chance(35)) {
        UpsertHub command = hub(index);
        if (random_.chance(5)) {
            command.totals[0] = limits::units_max + 1;
        }
        return command;
    }
    if (random_.chance(12)) {
        actor = {random_.chance(80) ? Role::place : Role::hub,
                 HubSlug(index % 2 == 0 ? "east" : "west")};
        return CloseReview{generated_hub(index), static_cast<Review>(random_.below(review_kinds))};
    }
    if (random_.chance(12)) {
        actor = {random_.chance(85) ? Role::ops : Role::place, HubSlug("planner")};
        return SetPrice{generated_hub(index),
                        static_cast<std::uint16_t>(random_.chance(3) ? 10'001 : random_.below(400))};
    }
    if (random_.chance(6)) {
        return CloseHub{generated_hub(index), random_.chance(10) ? 1U : 0U};
    }
    actor = {Role::hub, HubSlug(hub_slug(random_.chance(95) ? index : 0))};
    if (random_.chance(30)) {
        return session(seen, index);
    }
    if (random_.chance(30)) {
        return ConfirmCapacity{generated_hub(index),
                               random_.chance(10)
                                   ? seen.at(*known).version + (random_.chance(60) ? 0 : 1)
                                   : 0};
    }
    SetCapacity command{.hub = generated_hub(index),
                        .kind = static_cast<UnitKind>(random_.below(unit_kinds)),
                        .total = static_cast<std::uint16_t>(random_.below(6))};
    if (random_.chance(10)) {
        command.expected_version = seen.at(*known).version + (random_.chance(60) ? 0 : 1);
    }
    return command;
}

Command Generator::command(const State& seen, Actor& actor) {
    const std::uint64_t dice = random_.below(100);
    if (seen.hubs.size() < 3 || dice < 10) {
        return on_hub(seen, actor);
    }
    if (seen.offers.empty() || dice < 35) {
        SubmitReferral command = referral();
        make_onward(seen, command);
        if (random_.chance(15)) {
            command.consent.until = {date(seen).ms + 24 * 3'600'000};
        }
        if (random_.chance(2)) {
            command.consent.purposes = {};
        }
        actor = {Role::practice, HubSlug(command.practice.view())};
        if (random_.chance(3)) {
            actor.subject = HubSlug("Z00000");
        }
        return command;
    }
    if (dice < 45) {
        actor = {Role::system, {}};
        return Tick{};
    }
    if (dice < 53) {
        const Referral& referral = seen.referrals[random_.below(seen.referrals.size())];
        actor = {Role::practice, HubSlug(referral.practice.view())};
        if (random_.chance(50)) {
            DiscloseDetails command{referral.id};
            if (referral.offer_count > 0 && random_.chance(50)) {
                const Offer& last = seen.at(referral.last_offer);
                actor = {Role::hub, seen.at(last.hub).profile.slug};
                // What was said at the end is all that there may still be to read.
                command.withdrawal = last.status == OfferStatus::cancelled;
            }
            return command;
        }
        if (random_.chance(40)) {
            return ChooseHub{referral.id, generated_hub(random_.below(settings_.hubs + 1)),
                             random_.chance(10), random_.chance(10) ? referral.version : 0};
        }
        constexpr Reason reasons[] = {Reason::withdrawn_by_person, Reason::recalled_by_referrer,
                                      Reason::sent_in_error, Reason::no_slot};
        return WithdrawReferral{referral.id, reasons[random_.below(4)],
                                random_.chance(10) ? referral.version : 0};
    }
    if (dice < 60) {
        return random_.chance(50) ? on_referral(seen, actor) : on_words(seen, actor);
    }
    if (dice < 63) {
        actor = {Role::ops, HubSlug("ops")};
        if (random_.chance(30)) {
            return SetCalendarYear{calendar_year()};
        }
        if (random_.chance(45)) {
            return AdoptCare{care(seen)};
        }
        const bool of_place = random_.chance(60);
        const PlaceCode place(random_.chance(40)   ? "north"
                              : random_.chance(50) ? "south"
                              : random_.chance(50) ? "city"
                                                   : "riding");
        const PlaceRules* own = of_place ? seen.places.find(place) : nullptr;
        Policy policy = own != nullptr ? own->policy : seen.policy;
        policy.version += random_.chance(80) ? 1U : 0U;
        policy.distance = static_cast<Points>(random_.below(10'200));
        policy.spare = static_cast<Points>(random_.below(200));
        policy.wait = static_cast<Points>(random_.below(300));
        policy.times = static_cast<Points>(random_.below(300));
        policy.groups = static_cast<Points>(random_.chance(50) ? random_.below(300) : 0);
        policy.confidence = static_cast<Points>(random_.below(300));
        policy.access = static_cast<Points>(random_.below(300));
        policy.urgent_places = static_cast<std::uint16_t>(random_.chance(20) ? random_.below(104) % 99 : 0);
        policy.urgent_devices = static_cast<std::uint16_t>(random_.chance(10) ? 1 : 0);
        policy.urgent_sims = static_cast<std::uint16_t>(random_.chance(10) ? 1 : 0);
        policy.half_life_hours = static_cast<std::uint16_t>(random_.below(400));
        policy.walk_percent = static_cast<std::uint16_t>(50 + random_.below(400));
        policy.community_distance_percent = static_cast<std::uint16_t>(random_.below(105));
        policy.answer_within_routine_ms = 1 + static_cast<std::int64_t>(random_.below(86'400'000));
        policy.gap_review_after_ms = 1 + static_cast<std::int64_t>(random_.below(86'400'000));
        policy.language_hard = random_.chance(40);
        policy.times_hard = random_.chance(70);
        const auto hours = [&] {
            return static_cast<std::int64_t>(random_.chance(30) ? 0 : random_.below(9)) * 3'600'000;
        };
        policy.relax_language_working_ms = hours();
        policy.relax_times_working_ms = hours();
        policy.relax_travel_working_ms = hours();
        policy.relaxed_travel_percent = static_cast<std::uint16_t>(98 + random_.below(200));
        policy.asking_routine = static_cast<Asking>(random_.below(4));
        policy.asking_urgent = static_cast<Asking>(random_.below(4));
        policy.asked_at_once = static_cast<std::uint8_t>(random_.below(5));
        policy.answer_routine_working_ms = hours();
        policy.answer_urgent_working_ms = hours();
        policy.contact_working_ms = hours();
        if (!of_place) {
            return AdoptPolicy{policy};
        }
        if (random_.chance(20)) {
            actor = {Role::place, HubSlug(random_.chance(70) ? place.view() : "north")};
        }
        // Circles, unknown places and too much depth come about; they are refused.
        const PlaceCode within(random_.chance(40) || place.view() == "city" ? ""
                               : random_.chance(50)                         ? "city"
                               : random_.chance(70)                         ? "riding"
                                                                            : "south");
        return AdoptPolicy{policy, place, within};
    }
    return on_offer(seen, actor);
}

Envelope Generator::next(const State& seen) {
    Envelope envelope;
    envelope.command = command(seen, envelope.actor);
    envelope.ticket.generation = ++sent_;
    if (settings_.with_keys && !std::holds_alternative<Tick>(envelope.command) &&
        random_.chance(70)) {
        envelope.key = {random_.next() | 1, sent_};
        envelope.fingerprint = random_.next();
    }
    if (std::holds_alternative<SubmitReferral>(envelope.command)) {
        envelope.payload = "sealed " + std::to_string(sent_);
    }
    return envelope;
}

}  // namespace hubward::test
