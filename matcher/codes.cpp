// SPDX-License-Identifier: Apache-2.0
#include "matcher/codes.hpp"

#include <array>

#include "matcher/rejection.hpp"
#include "matcher/score.hpp"

namespace hubward::matcher {
namespace {

// One table per code, in order of value. Append only: positions are on disk.
template <class Code>
struct Words;

template <>
struct Words<Need> {
    static constexpr auto list = std::to_array<std::string_view>({
        "dev-loan",         "dev-gift",       "dev-repair",  "dev-setup",    "data-sim",
        "data-broadband",   "data-tariff",    "data-wifi",   "at-assist",    "skill-foundation",
        "skill-comm",       "skill-info",     "skill-trans", "skill-prob",   "skill-safe",
        "nhs-login",        "nhs-app",        "nhs-proxy",   "nhs-repeat",   "nhs-book",
        "nhs-consult",      "nhs-video",      "nhs-record",  "nhs-monitor",  "health-info",
        "trust-confidence", "trust-safety",   "motivation",  "lang-support", "social-connect",
        "carer-support",    "group-training", "assess",
    });
    static constexpr Need last = Need::assess;
};
template <>
struct Words<UnitKind> {
    static constexpr auto list = std::to_array<std::string_view>({"place", "device", "sim"});
    static constexpr UnitKind last = UnitKind::sim;
};
template <>
struct Words<Access> {
    static constexpr auto list = std::to_array<std::string_view>({
        "wheelchair",       "home-visit",           "low-noise",
        "low-light",        "female-professional",  "male-professional",
        "guide-dog",        "bsl-interpreter",      "uses-bsl",
        "lipspeaker",       "note-taker",           "makaton",
        "advocate",         "sighted-guide",        "hearing-loop",
        "easy-read",        "large-print",          "braille",
        "electronic-audio", "extended-appointment", "first-appointment",
        "last-appointment", "contact-via-carer",    "interpreter",
    });
    static constexpr Access last = Access::interpreter;
};
template <>
struct Words<HalfDay> {
    static constexpr auto list = std::to_array<std::string_view>({
        "mon-am", "mon-pm", "mon-eve", "tue-am", "tue-pm", "tue-eve", "wed-am",
        "wed-pm", "wed-eve", "thu-am", "thu-pm", "thu-eve", "fri-am", "fri-pm",
        "fri-eve", "sat-am", "sat-pm", "sat-eve", "sun-am", "sun-pm", "sun-eve",
    });
    static constexpr HalfDay last = HalfDay::sun_eve;
};
template <>
struct Words<TravelMode> {
    static constexpr auto list =
        std::to_array<std::string_view>({"not-stated", "walk", "bus", "car"});
    static constexpr TravelMode last = TravelMode::car;
};
template <>
struct Words<Trust> {
    static constexpr auto list =
        std::to_array<std::string_view>({"asked-by-name", "attended-before", "known-there"});
    static constexpr Trust last = Trust::known_there;
};
template <>
struct Words<Group> {
    static constexpr auto list = std::to_array<std::string_view>({
        "older-75",       "low-income",   "unemployed",  "core20-most-deprived",
        "homeless",       "temporary-accommodation",     "asylum-refugee",
        "justice-system", "disabled",     "long-term-condition", "learning-disability",
        "autism",         "dementia",     "carer",       "young-carer",
        "care-leaver",    "low-english",  "rural-poor-coverage", "isolated",
        "gypsy-roma-traveller",
    });
    static constexpr Group last = Group::traveller;
};
template <>
struct Words<Factor> {
    static constexpr auto list = std::to_array<std::string_view>({
        "distance", "needs", "language", "trust", "community", "spare", "wait", "times", "groups",
        "price", "confidence", "access",
    });
    static constexpr Factor last = Factor::access;
};
template <>
struct Words<Urgency> {
    static constexpr auto list = std::to_array<std::string_view>({"routine", "urgent"});
    static constexpr Urgency last = Urgency::urgent;
};
template <>
struct Words<ReferralStatus> {
    static constexpr auto list = std::to_array<std::string_view>({
        "draft",
        "active",
        "on-hold",
        "revoked",
        "completed",
        "entered-in-error",
        "unknown",
    });
    static constexpr ReferralStatus last = ReferralStatus::unknown;
};
template <>
struct Words<OfferStatus> {
    static constexpr auto list = std::to_array<std::string_view>({
        "draft",
        "requested",
        "received",
        "accepted",
        "rejected",
        "ready",
        "cancelled",
        "in-progress",
        "on-hold",
        "failed",
        "completed",
        "entered-in-error",
    });
    static constexpr OfferStatus last = OfferStatus::entered_in_error;
};
template <>
struct Words<NeedStatus> {
    static constexpr auto list = std::to_array<std::string_view>(
        {"open", "offered", "accepted", "resolved", "gap", "withdrawn", "with-referrer",
         "with-owner"});
    static constexpr NeedStatus last = NeedStatus::with_owner;
};
template <>
struct Words<Review> {
    static constexpr auto list =
        std::to_array<std::string_view>({"rule", "profile", "stock", "language", "other", "contact"});
    static constexpr Review last = Review::contact;
};
template <>
struct Words<KeptFor> {
    static constexpr auto list = std::to_array<std::string_view>({"need", "urgent", "referrer", "place"});
    static constexpr KeptFor last = KeptFor::place;
};
template <>
struct Words<OfferMode> {
    static constexpr auto list =
        std::to_array<std::string_view>({"sequential", "parallel", "broadcast"});
    static constexpr OfferMode last = OfferMode::broadcast;
};
template <>
struct Words<Asking> {
    static constexpr auto list =
        std::to_array<std::string_view>({"as-house", "sequential", "parallel", "broadcast"});
    static constexpr Asking last = Asking::broadcast;
};
template <>
struct Words<Requirement> {
    static constexpr auto list =
        std::to_array<std::string_view>({"language", "times", "travel"});
    static constexpr Requirement last = Requirement::travel;
};
template <>
struct Words<Contact> {
    static constexpr auto list =
        std::to_array<std::string_view>({"attended", "did-not-attend", "no-contact"});
    static constexpr Contact last = Contact::no_contact;
};
template <>
struct Words<Reason> {
    static constexpr auto list = std::to_array<std::string_view>({
        "none",
        "no-capacity",
        "no-slot",
        "slot-unsuitable",
        "not-eligible",
        "need-not-offered",
        "not-suitable",
        "resource-missing",
        "language-missing",
        "too-far",
        "transport",
        "home-visit-wanted",
        "person-chose-other",
        "person-declined",
        "already-supported",
        "duplicate",
        "missing-information",
        "no-consent",
        "safety-concern",
        "could-not-contact-hub",
        "could-not-contact-person",
        "offer-expired",
        "hub-withdrew",
        "hub-closed",
        "other",
        "withdrawn-by-person",
        "recalled-by-referrer",
        "sent-in-error",
        "need-resolved-elsewhere",
        "transferred",
        "paused",
        "person-unavailable",
        "consent-withdrawn",
        "consent-expired",
        "erased",
        "person-moved",
        "session-cancelled",
    });
    static constexpr Reason last = Reason::session_cancelled;
};
template <>
struct Words<Outcome> {
    static constexpr auto list = std::to_array<std::string_view>({
        "none",
        "need-met",
        "need-partly-met",
        "need-not-met",
        "signposted",
        "already-enrolled",
        "person-declined",
        "did-not-attend",
        "could-not-contact",
        "moved-away",
        "deceased",
        "passed-on",
        "other",
    });
    static constexpr Outcome last = Outcome::other;
};
template <>
struct Words<Role> {
    static constexpr auto list =
        std::to_array<std::string_view>({"system", "practice", "hub", "place", "ops"});
    static constexpr Role last = Role::ops;
};
template <>
struct Words<Source> {
    static constexpr auto list = std::to_array<std::string_view>({"api", "bars", "form", "import"});
    static constexpr Source last = Source::import;
};
template <>
struct Words<Filter> {
    static constexpr auto list = std::to_array<std::string_view>({
        "passed",
        "hub-inactive",
        "refused-by-person",
        "tried-before",
        "need-not-offered",
        "no-free-unit",
        "language-missing",
        "access-missing",
        "age-outside",
        "outside-catchment",
        "beyond-travel",
        "outside-dates",
        "no-agreement",
        "times-differ",
        "kept-for-others",
    });
    static constexpr Filter last = Filter::kept_for_others;
};
template <>
struct Words<Purpose> {
    static constexpr auto list = std::to_array<std::string_view>({
        "share-with-hub",
        "contact-person",
        "contact-related-person",
        "share-status-with-referrer",
        "share-outcome-with-gp",
        "store-adjustments",
        "use-in-aggregates",
        "research",
    });
    static constexpr Purpose last = Purpose::research;
};
static_assert(Words<Purpose>::list.size() == purposes);
template <>
struct Words<ConsentBasis> {
    static constexpr auto list = std::to_array<std::string_view>(
        {"self", "lasting-power-of-attorney", "best-interest"});
    static constexpr ConsentBasis last = ConsentBasis::best_interest;
};
template <>
struct Words<ConsentHow> {
    static constexpr auto list = std::to_array<std::string_view>({"verbal", "written", "online"});
    static constexpr ConsentHow last = ConsentHow::online;
};
template <>
struct Words<Measure> {
    static constexpr auto list = std::to_array<std::string_view>({
        "confidence-online",
        "confidence-nhs-app",
        "foundation-tasks",
        "has-device",
        "has-data",
        "uses-nhs-app",
        "needs-less-help",
        "less-isolated",
    });
    static constexpr Measure last = Measure::less_isolated;
};
template <>
struct Words<Moment> {
    static constexpr auto list = std::to_array<std::string_view>({"before", "after"});
    static constexpr Moment last = Moment::after;
};
template <>
struct Words<OutcomeKind> {
    static constexpr auto list =
        std::to_array<std::string_view>({"none", "loop-closed", "signposted", "not-helped"});
    static constexpr OutcomeKind last = OutcomeKind::not_helped;
};
template <>
struct Words<Refused> {
    static constexpr auto list = std::to_array<std::string_view>({
        "not-found",
        "consent-missing",
        "needs-missing",
        "id-taken",
        "live-duplicate",
        "state-forbids",
        "version-changed",
        "reason-invalid",
        "outcome-invalid",
        "units-out-of-range",
        "policy-invalid",
        "key-reused",
        "full",
        "busy",
        "journal-failed",
        "stopping",
        "choice-not-possible",
        "date-invalid",
        "no-unit-left",
        "no-hub-can",
        "care-invalid",
        "calendar-invalid",
        "note-missing",
        "consent-invalid",
        "erased",
        "measure-invalid",
        "need-invalid",
        "reserve-invalid",
        "session-invalid",
        "onward-invalid",
        "too-large",
    });
    static constexpr Refused last = Refused::too_large;
};

// SNOMED CT concept of each access requirement, in order of Access. Large print and braille have
// several concepts (point sizes, grades); the first is the one we send, all are understood.
constexpr auto snomed_of_access = std::to_array<std::uint64_t>({
    1108191000000103, 1325371000000107, 1325391000000106, 1325381000000109, 314434008,
    314435009,        862731000000105,  204331000000107,  415803005,        945911000000109,
    945891000000106,  204341000000103,  225835008,        719563003,        198061000000105,
    796161000000101,  957331000000109,  936681000000100,  936601000000105,  1108171000000102,
    1325351000000103, 1325361000000100, 719561001,        315594003,
});
static_assert(snomed_of_access.size() == Words<Access>::list.size());

}  // namespace

template <class Code>
std::span<const std::string_view> names() {
    static_assert(Words<Code>::list.size() == static_cast<std::size_t>(Words<Code>::last) + 1);
    return Words<Code>::list;
}

template <class Code>
std::string_view name(Code code) {
    const auto i = static_cast<std::size_t>(code);
    return i < Words<Code>::list.size() ? Words<Code>::list[i] : std::string_view{};
}

template <class Code>
std::optional<Code> parse(std::string_view text) {
    for (std::size_t i = 0; i < Words<Code>::list.size(); ++i) {
        if (Words<Code>::list[i] == text) {
            return static_cast<Code>(i);
        }
    }
    return std::nullopt;
}

#define HUBWARD_CODE(Code)                                    \
    template std::span<const std::string_view> names<Code>(); \
    template std::string_view name<Code>(Code);               \
    template std::optional<Code> parse<Code>(std::string_view);
HUBWARD_CODE(Need)
HUBWARD_CODE(UnitKind)
HUBWARD_CODE(Access)
HUBWARD_CODE(HalfDay)
HUBWARD_CODE(TravelMode)
HUBWARD_CODE(Trust)
HUBWARD_CODE(Group)
HUBWARD_CODE(Factor)
HUBWARD_CODE(Urgency)
HUBWARD_CODE(ReferralStatus)
HUBWARD_CODE(OfferStatus)
HUBWARD_CODE(NeedStatus)
HUBWARD_CODE(Reason)
HUBWARD_CODE(Review)
HUBWARD_CODE(OfferMode)
HUBWARD_CODE(Asking)
HUBWARD_CODE(Requirement)
HUBWARD_CODE(Contact)
HUBWARD_CODE(KeptFor)
HUBWARD_CODE(Outcome)
HUBWARD_CODE(Role)
HUBWARD_CODE(Source)
HUBWARD_CODE(Filter)
HUBWARD_CODE(Purpose)
HUBWARD_CODE(ConsentBasis)
HUBWARD_CODE(ConsentHow)
HUBWARD_CODE(Measure)
HUBWARD_CODE(Moment)
HUBWARD_CODE(OutcomeKind)
HUBWARD_CODE(Refused)
#undef HUBWARD_CODE

std::uint64_t snomed(Access access) {
    return snomed_of_access[static_cast<std::size_t>(access)];
}

std::optional<Access> access_from_snomed(std::uint64_t concept_id) {
    for (std::size_t i = 0; i < snomed_of_access.size(); ++i) {
        if (snomed_of_access[i] == concept_id) {
            return static_cast<Access>(i);
        }
    }
    switch (concept_id) {
        case 957351000000102:  // at least 24 point
        case 957371000000106:  // at least 28 point
            return Access::large_print;
        case 936661000000109:  // grade 2
            return Access::braille;
        default:
            return std::nullopt;
    }
}

}  // namespace hubward::matcher
