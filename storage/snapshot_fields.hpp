// SPDX-License-Identifier: Apache-2.0
//
// What the parts of the state consist of on disk, beside the structs that records have too (fields.hpp). These lists
// are the format of snapshots: a change raises the version in snapshot.cpp, and an older image is then passed over
// and made anew from the journal.
#pragma once

#include "matcher/state.hpp"
#include "storage/fields.hpp"

namespace hubward::storage {

template <class A, Of<matcher::PlaceRules> V>
void fields(A& a, V& v) {
    a(v.place, v.within, v.policy);
}
template <class A, Of<matcher::Capacity> V>
void fields(A& a, V& v) {
    a(v.total, v.held, v.used, v.updated, v.maximum, v.source, v.declines, v.kept, v.broken);
}
template <class A, Of<matcher::ReviewCount> V>
void fields(A& a, V& v) {
    a(v.open, v.since);
}
template <class A, Of<matcher::Session> V>
void fields(A& a, V& v) {
    a(v.number, v.needs, v.starts, v.ends, v.seats, v.held, v.used, v.cancelled, v.weekly,
      v.published);
}
template <class A, Of<matcher::Hub> V>
void fields(A& a, V& v) {
    a(v.profile, v.capacity, v.profile_at, v.feed_head, v.version, v.open_offers, v.price,
      v.with_person, v.reviews, v.sessions, v.last_session, v.planned_to, v.plan_at);
}
template <class A, Of<matcher::NeedState> V>
void fields(A& a, V& v) {
    a(v.status, v.outcome, v.offer, v.person);
}
template <class A, Of<matcher::Consents> V>
void fields(A& a, V& v) {
    a(v.given, v.until);
}
template <class A, Of<matcher::Referral> V>
void fields(A& a, V& v) {
    a(v.id, v.ask, v.practice, v.practice_ref, v.source, v.status, v.ended_with, v.needs, v.created,
      v.review_at, v.submitted_at, v.key_slot, v.first_offer, v.last_offer, v.offer_count,
      v.version, v.owner, v.episode, v.episode_from, v.level, v.information_rounds, v.raised,
      v.relaxed, v.waits_since,
      v.consents, v.erasure, v.disputed, v.follow_up_at, v.follow_up_level, v.onward_of,
      v.onward_need, v.onward_next, v.onward_first);
}
template <class A, Of<matcher::Offer> V>
void fields(A& a, V& v) {
    a(v.referral, v.hub, v.next, v.ordinal, v.needs, v.status, v.reason, v.units, v.distance,
      v.made, v.answer_by, v.answered, v.held, v.transfer, v.missed, v.tries, v.level, v.due,
      v.appointment, v.taken, v.session);
}
template <class A, Of<matcher::Practice> V>
void fields(A& a, V& v) {
    a(v.code, v.feed_head);
}

}  // namespace hubward::storage
