// SPDX-License-Identifier: Apache-2.0
#include "server/api/refused_member.hpp"

#include <fmt/format.h>

#include "server/api/small_body.hpp"

namespace hubward::server::api {
namespace {

void point_to(Problem& told, std::string pointer, std::string detail, std::string kind) {
    told.errors = one_fault(std::move(pointer), detail, std::move(kind));
    told.detail = std::move(detail);
}

// `at`: where the body has the consent.
void name_part(Problem& told, std::string_view at, const matcher::Consent& consent, matcher::Timestamp now) {
    if (consent.purposes.empty()) {
        return;  // as the refusal says
    }
    if (consent.until > now && consent.when > now) {
        point_to(told, fmt::format("{}/when", at), "A consent was given before it is written down.", "range");
    } else {
        point_to(told, fmt::format("{}/until", at), "The consent must end later than now.", "range");
    }
}

}  // namespace

void name_member(Problem& told, const matcher::Command& command, const matcher::Rejection& why,
                 matcher::Timestamp now) {
    using enum matcher::Refused;
    if (why.why == date_invalid) {
        const bool books = std::holds_alternative<matcher::BookAppointment>(command);
        told.errors = one_fault(books ? "/starts" : "/review_at", told.detail, "range");
    }
    if (const auto* declined = std::get_if<matcher::DeclineOffer>(&command);
        why.why == reason_invalid && declined != nullptr && declined->duplicate_of &&
        matcher::hub_may_decline_with(declined->reason)) {
        point_to(told, "/duplicate_of",
                 "With the reason duplicate, name a referral that is going on, was offered to this hub too, and has a "
                 "need in common with this one.",
                 "reference");
    }
    if (why.why == consent_invalid) {
        if (const auto* given = std::get_if<matcher::GiveConsent>(&command)) {
            name_part(told, "", given->consent, now);
        } else if (const auto* submitted = std::get_if<matcher::SubmitReferral>(&command)) {
            name_part(told, "/consent", submitted->consent, now);
        }
    }
}

}  // namespace hubward::server::api
