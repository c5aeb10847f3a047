// SPDX-License-Identifier: Apache-2.0
//
// Places with a date: who sits where is counted offer by offer, and a local minute is found by trying
// every quarter of an hour until one shows it.
#include <algorithm>
#include <chrono>

#include "matcher/limits.hpp"
#include "tests/support/naive_matcher.hpp"

namespace hubward::test {

using namespace matcher;

namespace {

constexpr std::int64_t quarter = 15LL * 60'000;
constexpr std::int64_t day_ms = 96 * quarter;

// What a clock on the wall shows.
std::int64_t local_ms(const std::map<int, CalendarYear>& years, std::int64_t utc_ms) {
    using namespace std::chrono;
    const sys_time<milliseconds> utc{milliseconds(utc_ms)};
    const int year = int(year_month_day(floor<days>(utc)).year());
    if (!years.contains(year)) {
        return utc_ms;
    }
    const CalendarYear& y = years.at(year);
    const bool summer = utc_ms >= y.summer_from.ms && utc_ms < y.summer_to.ms;
    return utc_ms + (summer ? y.summer_minutes : y.standard_minutes) * 60'000LL;
}

bool shut_on(const std::map<int, CalendarYear>& years, std::int64_t day) {
    using namespace std::chrono;
    const sys_days date{days(day)};
    const auto year = year_month_day(date).year();
    if (!years.contains(int(year))) {
        return false;
    }
    const CalendarYear& y = years.at(int(year));
    const auto of_year = (date - sys_days(year / January / 1)).count() + 1;
    return std::any_of(y.closed.begin(), y.closed.begin() + y.closed_count,
                       [&](auto closed) { return closed == of_year; });
}

// The first moment at which the clock shows it, or that at which it jumps over it.
Timestamp shown_at(const std::map<int, CalendarYear>& years, std::int64_t day, unsigned minute) {
    const std::int64_t wanted = day * day_ms + minute * 60'000LL;
    for (std::int64_t at = wanted - day_ms; at <= wanted + day_ms; at += quarter) {
        if (local_ms(years, at) >= wanted) {
            return {at};
        }
    }
    return {wanted};
}

}  // namespace

NeedSet NaiveMatcher::at_a_table(Index hub) const {
    NeedSet needs;
    for (std::size_t n = 0; n < names<Need>().size(); ++n) {
        const auto need = static_cast<Need>(n);
        if (hubs_[hub].profile.needs.has(need) && naive_kind(need) == UnitKind::place) {
            needs.add(need);
        }
    }
    return needs;
}

unsigned NaiveMatcher::seats_taken(Index hub, unsigned meeting, bool waiting, bool with_person) const {
    unsigned count = 0;
    for (const NaiveReferral& r : referrals_) {
        for (const NaiveOffer& o : r.offers) {
            const bool counts = (waiting && o.waits() && o.held) || (with_person && o.has_person());
            count += o.hub == hub && o.meeting == meeting && counts ? o.places : 0U;
        }
    }
    return count;
}

unsigned NaiveMatcher::seats_left(Index hub, const NaiveHub::Meeting& meeting) const {
    const unsigned gone = seats_taken(hub, meeting.number, true, true);
    return meeting.cancelled || gone >= meeting.seats ? 0 : meeting.seats - gone;
}

unsigned NaiveMatcher::all_seats_left(Index hub) const {
    unsigned sum = 0;
    for (const NaiveHub::Meeting& meeting : hubs_[hub].meetings) {
        sum += at_ < meeting.starts ? seats_left(hub, meeting) : 0U;
    }
    return sum;
}

const NaiveHub::Meeting* NaiveMatcher::meeting_of(Index hub, unsigned number) const {
    const auto& all = hubs_[hub].meetings;
    const auto it = std::ranges::find(all, number, &NaiveHub::Meeting::number);
    return number == 0 || it == all.end() ? nullptr : &*it;
}

// The earliest with enough seats that helps with one of these, or with all when they go together.
const NaiveHub::Meeting* NaiveMatcher::first_meeting(const NaiveReferral& r,
                                                     const std::set<Index>& needs, Index hub,
                                                     unsigned for_others) const {
    const Ask& ask = r.sent.ask;
    const NaiveHub::Meeting* first = nullptr;
    for (const NaiveHub::Meeting& m : hubs_[hub].meetings) {
        const auto helped =
            std::ranges::count_if(needs, [&](Index n) { return m.needs.has(ask.needs[n]); });
        const bool whole = seats_taken(hub, m.number, true, true) == 0 && for_others == 0;
        if (m.cancelled || m.starts <= at_ || helped == 0 ||
            (ask.together && static_cast<std::size_t>(helped) != needs.size()) ||
            (ask.whole_session && !whole) ||
            seats_left(hub, m) < naive_units(ask, needs, UnitKind::place) + for_others) {
            continue;
        }
        first = first == nullptr || m.starts < first->starts ? &m : first;
    }
    return first;
}

void NaiveMatcher::make_offer(Index index, Index hub, const NaiveVerdict& verdict,
                              unsigned considered, bool held) {
    NaiveReferral& r = referrals_[index];
    const bool urgent = r.sent.ask.urgency == Urgency::urgent;
    const Policy& rules = rules_of(r);
    const std::int64_t own =
        urgent ? rules.answer_urgent_working_ms : rules.answer_routine_working_ms;
    const std::int64_t house =
        urgent ? care_.answer_urgent_working_ms : care_.answer_routine_working_ms;
    const std::int64_t open_time = own != 0 ? own : house;
    const std::int64_t plain =
        urgent ? rules.answer_within_urgent_ms : rules.answer_within_routine_ms;
    NaiveOffer offer;
    offer.born = offers_born_++;
    offer.referral = index;
    offer.hub = hub;
    offer.needs = verdict.needs;
    offer.metres = verdict.metres;
    offer.made = at_;
    offer.held = held;
    offer.answer_by = working(hub, open_time, plain);
    offer.next_look = working(hub, open_time / 2, plain / 2);
    const NaiveHub::Meeting* seat = meeting_of(hub, verdict.meeting);
    offer.places = naive_units(r.sent.ask, offer.needs, UnitKind::place);
    if (seat != nullptr) {
        offer.meeting = seat->number;
        offer.places = r.sent.ask.whole_session ? seat->seats : offer.places;
        offer.answer_by = std::min(offer.answer_by, seat->starts);
    }
    if (offer.next_look == at_ || offer.next_look >= offer.answer_by) {
        offer.next_look = offer.answer_by;
    }
    r.offers.push_back(offer);
    for (const Index n : offer.needs) {
        r.gaps.erase(n);
        r.with_referrer.erase(n);
        r.with_owner.erase(n);
    }
    if (r.status == ReferralStatus::active && !r.somebody_waits()) {
        r.review = never;
        r.ladder = 0;
    }
    about(r.offers.back(), "Offered",
          " " + std::string(hubs_[hub].profile.slug.view()) + " " +
              std::to_string(verdict.terms[0]) + " " + std::to_string(verdict.total()) + " of " +
              std::to_string(considered));
}

void NaiveMatcher::publish(Index hub, NaiveHub::Meeting meeting) {
    NaiveHub& h = hubs_[hub];
    std::erase_if(h.meetings, [&](const NaiveHub::Meeting& m) { return m.ends < at_; });
    meeting.number = ++h.meetings_ever;
    meeting.made = at_;
    h.meetings.push_back(meeting);
    ++h.version;
    ++h.head;
    told_.push_back("SessionPublished " + std::string(h.profile.slug.view()) + " " +
                    std::to_string(meeting.number));
}

void NaiveMatcher::call_off(Index hub, unsigned number, bool forget) {
    NaiveHub& h = hubs_[hub];
    const auto it = std::ranges::find(h.meetings, number, &NaiveHub::Meeting::number);
    it->cancelled = true;
    it->weekly = false;
    if (forget) {
        h.meetings.erase(it);
    }
    ++h.version;
    ++h.head;
    told_.push_back("SessionCancelled " + std::string(h.profile.slug.view()) + " " +
                    std::to_string(number));
}

bool NaiveMatcher::full_of_meetings(Index hub) const {
    return std::ranges::count_if(hubs_[hub].meetings, [&](const NaiveHub::Meeting& m) {
               return m.ends >= at_;
           }) >= static_cast<std::ptrdiff_t>(limits::sessions_max);
}

namespace {

bool away(const HubProfile& profile, const NaiveHub::Meeting& m) {
    return std::ranges::any_of(profile.closures.times, [&](const auto& time) {
        return time.from < time.to && time.from < m.ends && m.starts < time.to;
    });
}

}  // namespace

void NaiveMatcher::plan(Index hub) {
    NaiveHub& h = hubs_[hub];
    std::vector<unsigned> shut;
    for (const NaiveHub::Meeting& m : std::vector<NaiveHub::Meeting>(h.meetings)) {
        if (!m.cancelled && at_ < m.starts && away(h.profile, m) &&
            (!m.weekly || seats_taken(hub, m.number, true, true) != 0)) {
            call_off(hub, m.number, false);
            shut.push_back(m.number);
        }
    }
    plan_weeks(hub);
    for (const unsigned number : shut) {
        leave(hub, true, Reason::session_cancelled, number);
    }
}

void NaiveMatcher::plan_weeks(Index hub) {
    NaiveHub& h = hubs_[hub];
    std::vector<WeeklySlot> slots;
    for (const WeeklySlot& slot : h.profile.weekly) {
        if (slot.seats != 0) {
            slots.push_back(slot);
        }
    }
    Timestamp back = never;
    for (const Closures::Time& time : h.profile.closures.times) {
        if (time.from < time.to && at_ < time.to) {
            back = std::min(back, time.to);
        }
    }
    if (slots.empty() && h.next_plan == never && back == never) {
        return;
    }
    const auto dates_on = [&](std::int64_t day) {
        std::vector<NaiveHub::Meeting> dates;
        for (const WeeklySlot& slot : slots) {
            if (slot.day == (day + 3) % 7 && !shut_on(years_, day)) {
                NaiveHub::Meeting m;
                m.needs = slot.needs.empty() ? at_a_table(hub) : slot.needs;
                m.starts = shown_at(years_, day, slot.span.open);
                m.ends = shown_at(years_, day, slot.span.close);
                m.seats = slot.seats;
                m.weekly = true;
                if (!away(h.profile, m)) {
                    dates.push_back(m);
                }
            }
        }
        return dates;
    };
    const std::vector<NaiveHub::Meeting> before = h.meetings;
    std::vector<unsigned> gone;
    for (const NaiveHub::Meeting& then : before) {
        NaiveHub::Meeting& m = *std::ranges::find(h.meetings, then.number, &NaiveHub::Meeting::number);
        if (!m.weekly || at_ >= m.starts) {
            continue;
        }
        const auto dates = dates_on(local_ms(years_, m.starts.ms) / day_ms);
        const auto d = std::ranges::find(dates, m.starts, &NaiveHub::Meeting::starts);
        if (d != dates.end() && d->ends == m.ends && d->seats == m.seats && d->needs == m.needs) {
            continue;
        }
        const unsigned there = seats_taken(hub, m.number, true, true);
        const unsigned seats = std::max(there, d == dates.end() ? 0U : unsigned{d->seats});
        if (there == 0) {
            call_off(hub, then.number, true);
            gone.push_back(then.number);
        } else if (seats != m.seats) {
            m.seats = static_cast<std::uint16_t>(seats);
            ++h.version;
            ++h.head;
            told_.push_back("CapacityReported " + std::string(h.profile.slug.view()) + " place " +
                            std::to_string(seats));
        }
    }
    for (const unsigned number : gone) {
        leave(hub, false, Reason::session_cancelled, number);
    }
    const std::int64_t today = local_ms(years_, at_.ms) / day_ms;
    for (std::int64_t day = today; day <= today + 28 && !slots.empty(); ++day) {
        for (const NaiveHub::Meeting& d : dates_on(day)) {
            const bool there = std::ranges::any_of(h.meetings, [&](const NaiveHub::Meeting& m) {
                return m.starts == d.starts;
            });
            const bool offered = !d.needs.empty() && at_a_table(hub).covers(d.needs);
            if (at_ < d.starts && d.starts < d.ends && offered && !there && !full_of_meetings(hub)) {
                publish(hub, d);
            }
        }
    }
    h.next_plan = slots.empty() ? back : std::min(back, shown_at(years_, today + 7, 0));
    ++h.head;
    told_.push_back("SessionsPlanned " + std::string(h.profile.slug.view()));
}

void NaiveMatcher::execute(const PublishSession& c, const Actor& who) {
    const Index hub = hub_named(c.hub);
    if (hub == hubs_.size() || !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    expect_version(c.expected_version, hubs_[hub].version);
    want_ahead(c.starts);
    if (c.seats == 0 || c.seats > limits::units_max) {
        throw No{Refused::units_out_of_range};
    }
    NaiveHub::Meeting m;
    m.needs = c.needs.empty() ? at_a_table(hub) : c.needs;
    m.starts = c.starts;
    m.ends = c.ends;
    m.seats = c.seats;
    if (c.ends.ms <= c.starts.ms || c.ends.ms - c.starts.ms > day_ms || m.needs.empty() ||
        !at_a_table(hub).covers(m.needs) || away(hubs_[hub].profile, m)) {
        throw No{Refused::session_invalid};
    }
    if (full_of_meetings(hub)) {
        throw No{Refused::full};
    }
    publish(hub, m);
    fill_gaps(hub);
}

void NaiveMatcher::execute(const CancelSession& c, const Actor& who) {
    const Index hub = hub_named(c.hub);
    if (hub == hubs_.size() || !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    expect_version(c.expected_version, hubs_[hub].version);
    const NaiveHub::Meeting* m = meeting_of(hub, c.session);
    if (m == nullptr || m->cancelled || m->starts <= at_) {
        throw No{Refused::session_invalid};
    }
    call_off(hub, c.session, false);
    leave(hub, true, Reason::session_cancelled, c.session);
    fill_gaps(static_cast<std::size_t>(-1));
}

void NaiveMatcher::execute(const SetSeats& c, const Actor& who) {
    const Index hub = hub_named(c.hub);
    if (hub == hubs_.size() || !naive_speaks_for(who, hubs_[hub].profile)) {
        throw No{Refused::not_found};
    }
    NaiveHub& h = hubs_[hub];
    expect_version(c.expected_version, h.version);
    if (c.seats > limits::units_max) {
        throw No{Refused::units_out_of_range};
    }
    const auto m = std::ranges::find(h.meetings, c.session, &NaiveHub::Meeting::number);
    if (m == h.meetings.end() || m->cancelled || m->starts <= at_) {
        throw No{Refused::session_invalid};
    }
    m->seats = std::max<unsigned>(c.seats, seats_taken(hub, m->number, true, true));
    if (who.role != Role::system) {
        m->weekly = false;
        m->made = at_;
    }
    ++h.version;
    ++h.head;
    told_.push_back("CapacityReported " + std::string(h.profile.slug.view()) + " place " +
                    std::to_string(m->seats));
    fill_gaps(hub);
}

// A seat instead of what the person had.
void NaiveMatcher::book_seat(NaiveOffer& o, unsigned number) {
    const NaiveHub::Meeting* m = meeting_of(o.hub, number);
    const Ask& ask = referrals_[o.referral].sent.ask;
    unsigned places = naive_units(ask, o.needs, UnitKind::place);
    const bool helped = std::ranges::all_of(o.needs, [&](Index n) {
        return naive_kind(ask.needs[n]) != UnitKind::place || (m != nullptr && m->needs.has(ask.needs[n]));
    });
    if (m == nullptr || m->cancelled || m->starts <= at_ || places == 0 || !helped) {
        throw No{Refused::session_invalid};
    }
    const unsigned others = put_by(referrals_[o.referral], o.needs, o.hub, UnitKind::place);
    places = ask.whole_session ? m->seats : places;
    if (o.meeting != number && places + others > seats_left(o.hub, *m)) {
        throw No{Refused::no_unit_left};
    }
    if (o.meeting != number) {
        o.places = places;
    }
    o.meeting = number;
    const Index hub = o.hub;
    sit_down(o, *m);
    fill_gaps(hub);
}

// Away from the table, to a running place as long as there is one.
void NaiveMatcher::get_up(NaiveOffer& o) {
    const unsigned places = naive_units(referrals_[o.referral].sent.ask, o.needs, UnitKind::place);
    o.places = places <= room(o.hub, UnitKind::place) ? places : 0;
    o.meeting = 0;
}

void NaiveMatcher::sit_down(NaiveOffer& o, const NaiveHub::Meeting& m) {
    if (o.status == OfferStatus::on_hold) {
        o.status = OfferStatus::accepted;
    }
    o.booked = m.starts;
    o.next_look = {m.ends.ms + care_.after_appointment_ms};
    o.ladder = 0;
    about(o, "AppointmentBooked");
}

}  // namespace hubward::test
