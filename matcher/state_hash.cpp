// SPDX-License-Identifier: Apache-2.0
//
// state_hash(): every primary field, in index order. Derived data follows from these, and
// memory addresses and the order of hash tables never enter, so every machine gets one number.
#include <bit>

#include "matcher/receipt.hpp"
#include "matcher/state.hpp"

namespace hubward::matcher {
namespace {

// A 64-bit mix whose steps are the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
class Mix {
  public:
    template <class T>
    void add(const T& value) {
        if constexpr (std::is_enum_v<T>) {
            number(static_cast<std::uint64_t>(value));
        } else if constexpr (std::is_integral_v<T>) {
            number(static_cast<std::uint64_t>(value));
        } else {
            fields(value);
        }
    }
    template <class... T>
    void all(const T&... values) {
        (add(values), ...);
    }
    std::uint64_t value() const { return hash_; }

  private:
    void number(std::uint64_t n) {
        std::uint64_t x = std::rotl(hash_, 23) + 0x9e37'79b9'7f4a'7c15ULL + n;
        x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
        x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
        hash_ = x ^ (x >> 31);
    }

    template <class Tag>
    void fields(const Id128<Tag>& id) {
        all(id.high, id.low);
    }
    template <class Code, class Word>
    void fields(const CodeSet<Code, Word>& set) {
        number(set.bits);
    }
    template <std::size_t N>
    void fields(const ShortText<N>& text) {
        number(text.size);
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < text.size; ++i) {
            word = word << 8 | static_cast<unsigned char>(text.bytes[i]);
            if (i % 8 == 7 || i + 1 == text.size) {
                number(word);
                word = 0;
            }
        }
    }
    template <class T, std::size_t N>
    void fields(const std::array<T, N>& list) {
        for (const T& item : list) {
            add(item);
        }
    }
    void fields(Timestamp t) { number(static_cast<std::uint64_t>(t.ms)); }
    void fields(const LanguageSet& set) { add(set.words); }
    void fields(const Position& p) { all(p.latitude_e7, p.longitude_e7, p.x, p.y, p.z); }
    void fields(const MapPoint& p) { all(p.latitude_e7, p.longitude_e7); }
    void fields(const Area& a) { all(a.count, a.corners); }
    void fields(const Capacity& c) {
        all(c.total, c.held, c.used, c.updated, c.maximum, c.source, c.declines, c.kept, c.broken);
    }
    void fields(const NeedState& n) { all(n.status, n.outcome, n.offer, n.person); }
    void fields(const Consents& c) { all(c.given, c.until); }
    void fields(const Practice& p) { all(p.code, p.feed_head); }
    void fields(const Remembered& r) { all(r.fingerprint, r.number); }
    void fields(const State::KeyAt& k) { all(k.key, k.at); }
    void fields(const Policy& p) {
        all(p.version, p.distance, p.needs, p.language, p.trust, p.community, p.spare, p.reach,
            p.answer_within_routine_ms, p.answer_within_urgent_ms, p.gap_review_after_ms, p.wait, p.times,
            p.groups, p.price_max, p.wait_days_max, p.walk_percent, p.bus_percent,
            p.community_distance_percent, p.confidence, p.half_life_hours, p.language_hard, p.times_hard,
            p.relax_language_working_ms, p.relax_times_working_ms, p.relax_travel_working_ms,
            p.relaxed_travel_percent, p.asking_routine, p.asking_urgent, p.asked_at_once,
            p.answer_routine_working_ms, p.answer_urgent_working_ms, p.contact_working_ms, p.urgent_places,
            p.urgent_devices, p.urgent_sims, p.access);
    }
    void fields(const PlaceRules& p) {
        all(p.place, p.within, p.policy);
    }
    void fields(const Care& c) {
        all(c.version, c.owner, c.mode_routine, c.mode_urgent, c.parallel, c.broadcast,
            c.contact_tries_max, c.information_rounds_max, c.answer_routine_working_ms,
            c.answer_urgent_working_ms, c.contact_working_ms, c.escalate_working_ms,
            c.after_appointment_ms, c.check_in_ms, c.owner_review_ms, c.referrer_review_ms,
            c.follow_up_ms, c.split_households);
    }
    void fields(const Span& s) { all(s.open, s.close); }
    void fields(const Week& w) { add(w.days); }
    void fields(const Closures::Time& t) { all(t.from, t.to); }
    void fields(const Closures& c) { add(c.times); }
    void fields(const CalendarYear& y) {
        all(y.year, y.standard_minutes, y.summer_minutes, y.summer_from, y.summer_to,
            y.closed_count, y.closed);
    }
    void fields(const ReviewCount& r) { all(r.open, r.since); }
    template <class T>
    void fields(const std::vector<T>& list) {
        number(list.size());
        for (const T& item : list) {
            add(item);
        }
    }
    void fields(const Session& s) {
        all(s.number, s.needs, s.starts, s.ends, s.seats, s.held, s.used, s.cancelled, s.weekly,
            s.published);
    }
    void fields(const WeeklySlot& w) { all(w.seats, w.day, w.span, w.needs); }
    void fields(const Reserve& r) { all(r.count, r.kind, r.whom, r.needs, r.named); }
    void fields(const HubProfile& h) {
        all(h.id, h.slug, h.place, h.position, h.active, h.is_virtual, h.catchment, h.needs,
            h.languages, h.access, h.communities, h.age_min, h.age_max, h.serves, h.area,
            h.interest_only, h.takes_from, h.open, h.opens, h.closes, h.wait_days, h.groups,
            h.hours, h.kept, h.weekly, h.closures);
    }
    void fields(const Hub& h) {
        all(h.profile, h.capacity, h.profile_at, h.feed_head, h.version, h.open_offers,
            h.price, h.with_person, h.reviews, h.sessions, h.last_session, h.planned_to, h.plan_at);
    }
    void fields(const Ask& a) {
        all(a.needs, a.need_count, a.urgency, a.position, a.travel_max, a.language,
            a.language_required, a.access, a.communities, a.age, a.trusted_hub, a.refused_hubs,
            a.place, a.available, a.mode, a.trust, a.load, a.together, a.groups, a.chosen_hub,
            a.other_access, a.may_relax, a.may_split, a.whole_session, a.access_preferred);
    }
    void fields(const Referral& r) {
        all(r.id, r.ask, r.practice, r.practice_ref, r.source, r.status, r.ended_with, r.needs,
            r.created, r.review_at, r.submitted_at, r.key_slot, r.first_offer, r.last_offer,
            r.offer_count, r.version, r.owner, r.episode, r.episode_from, r.level,
            r.information_rounds, r.raised, r.relaxed, r.waits_since, r.consents,
            r.erasure, r.disputed, r.follow_up_at, r.follow_up_level, r.onward_of, r.onward_need,
            r.onward_next, r.onward_first);
    }
    void fields(const Offer& o) {
        all(o.referral, o.hub, o.next, o.ordinal, o.needs, o.status, o.reason, o.units, o.distance,
            o.made, o.answer_by, o.answered, o.held, o.transfer, o.missed, o.tries, o.level, o.due,
            o.appointment, o.taken, o.session);
    }

    std::uint64_t hash_ = 0;
};

template <class List>
void add_list(Mix& mix, const List& list) {
    mix.add(static_cast<std::uint64_t>(list.size()));
    for (const auto& item : list) {
        mix.add(item);
    }
}

}  // namespace

std::uint64_t hash_of(const Policy& policy) {
    Mix mix;
    mix.add(policy);
    return mix.value();
}

std::uint64_t hash_of(const Question& q, const Hub& chosen) {
    Mix mix;
    mix.all(*q.ask, q.practice, q.open, q.at, q.lives_in, q.relaxed, chosen.profile, chosen.capacity,
            chosen.price, chosen.sessions);
    for (const HubId& hub : q.tried) {
        mix.add(hub);
    }
    return mix.value();
}

Cited cite(const Question& question, const Hub& chosen) {
    return {hash_of(*question.rules), hash_of(question, chosen), engine_version, question.rules_of};
}

std::uint64_t State::state_hash() const {
    Mix mix;
    mix.all(last, last_time, policy, care, keys_forgotten);
    add_list(mix, places.list());
    add_list(mix, calendar.years);
    add_list(mix, hubs);
    add_list(mix, referrals);
    add_list(mix, offers);
    add_list(mix, practices);
    add_list(mix, keys_by_age);
    add_list(mix, remembered);
    return mix.value();
}

}  // namespace hubward::matcher
