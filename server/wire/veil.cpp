// SPDX-License-Identifier: Apache-2.0
#include "server/wire/veil.hpp"

#include <type_traits>

#include "server/wire/event_about.hpp"

namespace hubward::server::wire {
namespace {

// What the practice said itself, and the ends of what was agreed.
template <class E>
constexpr bool always =
    std::is_same_v<E, matcher::ReferralSubmitted> || std::is_same_v<E, matcher::ConsentGiven> ||
    std::is_same_v<E, matcher::ConsentWithdrawn> || std::is_same_v<E, matcher::ConsentExpired> ||
    std::is_same_v<E, matcher::Withdrawn> || std::is_same_v<E, matcher::Erased> ||
    std::is_same_v<E, matcher::KeyShredded> || std::is_same_v<E, matcher::MarkedError> ||
    std::is_same_v<E, matcher::OnwardLinked>;
template <class E>
constexpr bool tells_an_outcome =
    std::is_same_v<E, matcher::OutcomeRecorded> || std::is_same_v<E, matcher::NeedClosed> ||
    std::is_same_v<E, matcher::PersonAnswered> || std::is_same_v<E, matcher::OutcomeDisputed> ||
    std::is_same_v<E, matcher::MeasureRecorded> || std::is_same_v<E, matcher::FollowUpEscalated> ||
    std::is_same_v<E, matcher::FollowUpClosed>;

}  // namespace

void veil(matcher::Referral& copy) {
    for (matcher::NeedState& need : copy.needs) {
        if (!outcome_is_shared(copy)) {
            need.outcome = matcher::Outcome::none;
            need.person = matcher::Outcome::none;
        }
        if (!status_is_shared(copy)) {
            need = {};
        }
    }
    if (!outcome_is_shared(copy)) {
        copy.disputed = 0;
        copy.follow_up_at = matcher::never;
    }
    if (!status_is_shared(copy)) {
        const bool told = copy.status == matcher::ReferralStatus::revoked ||
                          copy.status == matcher::ReferralStatus::entered_in_error;
        copy.status = told ? copy.status : matcher::ReferralStatus::unknown;
        copy.owner = {};
        copy.review_at = matcher::never;
        copy.level = 0;
        copy.raised = false;
    }
}

void veil_ask(matcher::Ask& copy, const matcher::Ask& said) {
    copy.needs = said.needs;
    copy.need_count = said.need_count;
    copy.travel_max = said.travel_max;
    copy.access = said.access;
    copy.together = said.together;
}

bool practice_may_hear(const matcher::Referral& referral, const matcher::Event& event) {
    return std::visit(
        [&](const auto& e) {
            using E = std::remove_cvref_t<decltype(e)>;
            return always<E> ||
                   (tells_an_outcome<E> ? outcome_is_shared(referral) : status_is_shared(referral));
        },
        event);
}

bool veiled(const matcher::State& state, const matcher::Event& event, std::string_view stream) {
    const About found = about(event);
    return stream.starts_with("practice/") && found.referral &&
           !practice_may_hear(state.at(*found.referral), event);
}

bool names_own_duplicate(const matcher::State& state, const matcher::Event& event) {
    const auto* declined = std::get_if<matcher::Declined>(&event);
    const auto other = declined != nullptr && declined->duplicate_of ? state.find(declined->duplicate_of)
                                                                     : std::nullopt;
    return other && state.at(*other).practice == state.at(declined->on.referral).practice;
}

}  // namespace hubward::server::wire
