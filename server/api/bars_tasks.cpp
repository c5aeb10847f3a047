// SPDX-License-Identifier: Apache-2.0
//
// GET /FHIR/R4/Task and /Task/{id}: where a referral stands. A practice sees the Tasks of its own
// referrals and their sub-Tasks, a hub its own sub-Tasks, place and ops what they see elsewhere.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/api/bars_handlers.hpp"
#include "server/api/bars_paging.hpp"
#include "server/api/bars_stored.hpp"
#include "server/api/paging.hpp"
#include "server/api/seen.hpp"
#include "server/wire/fhir/search.hpp"
#include "server/wire/fhir/task.hpp"

namespace hubward::server::api::bars {
namespace {

Trouble no_such_task() { return {404, "not-found", "There is no such Task of yours here.", {}}; }

// What a search asks for; empty members ask nothing.
struct Wanted {
    std::string status;              // one or several, separated by commas
    std::optional<matcher::ReferralId> referral;  // of part-of, focus or _id
    std::uint8_t ordinal = 0;        // of an _id that names a sub-Task
    bool sub_tasks_only = false;
    bool main_only = false;
    std::string owner;               // slug
};

// "Task/{id}" or "{id}" behind any base.
std::string_view last_part(std::string_view reference) {
    return reference.substr(reference.rfind('/') + 1);
}

std::optional<Trouble> read_wanted(const http::Request& request, Wanted& wanted) {
    for (const auto& [key, value] : request.query) {
        const auto wrong = [&](std::string_view text) {
            return Trouble{400, "value", fmt::format("{}: {}", key, text), {}};
        };
        if (key == "status") {
            wanted.status = value;
        } else if (key == "owner") {
            wanted.owner = last_part(value);
        } else if (key == "part-of" || key == "focus") {
            wanted.referral = wire::parse_id(last_part(value));
            wanted.sub_tasks_only = key == "part-of";
            if (!wanted.referral) {
                return wrong("a reference that ends with the id of a referral is expected.");
            }
        } else if (key == "_id") {
            if (const auto offer = wire::parse_offer_id(value)) {
                wanted.referral = offer->referral;
                wanted.ordinal = offer->ordinal;
            } else {
                wanted.referral = wire::parse_id(value);
                wanted.main_only = true;
            }
            if (!wanted.referral) {
                return wrong("the id of a Task is expected.");
            }
        }
    }
    return std::nullopt;
}

bool status_fits(const Wanted& wanted, std::string_view status) {
    if (wanted.status.empty()) {
        return true;
    }
    return fmt::format(",{},", wanted.status).find(fmt::format(",{},", status)) != std::string::npos;
}

// The Tasks of one referral that are wanted and that this caller may see.
void add_tasks(const Services& services, const auth::Principal& who,
               const wire::ReferralFacts& facts, const Wanted& wanted,
               std::vector<wire::fhir::Found>& found) {
    const bool sees_main = who.role != matcher::Role::hub;
    if (sees_main && !wanted.sub_tasks_only && wanted.ordinal == 0 && wanted.owner.empty() &&
        status_fits(wanted, wire::fhir::task_status(facts))) {
        found.push_back({"Task", wire::id_text(facts.referral.id),
                         wire::fhir::encode_task(facts, services.base_url)});
    }
    for (const auto& offer : facts.offers) {
        if (wanted.main_only || (wanted.ordinal != 0 && wanted.ordinal != offer.offer.ordinal) ||
            (!wanted.owner.empty() && wanted.owner != offer.hub.view()) ||
            !status_fits(wanted, wire::fhir::task_status(offer.offer))) {
            continue;
        }
        found.push_back({"Task", wire::offer_id_text(facts.referral.id, offer.offer.ordinal),
                         wire::fhir::encode_sub_task(facts, offer, services.base_url)});
    }
}

// Referrals that the caller sees, newest first, from behind `after`; at most scan_max looked at.
struct Pile {
    std::vector<Copied> rows;
    std::optional<std::uint64_t> next;
};
// Whether none of this hub's offers of the referral is newer.
bool is_newest(const matcher::State& state, matcher::HubIndex hub, const matcher::Offer& offer) {
    for (auto i = state.at(offer.referral).first_offer; i != matcher::no_offer; i = state.at(i).next) {
        if (state.at(i).hub == hub && state.at(i).ordinal > offer.ordinal) {
            return false;
        }
    }
    return true;
}

// A hub's own offers, newest first; each referral once, whatever page it falls on: its Tasks come all together.
Pile pile_of_hub(const View& view, const auth::Principal& who, const FhirPage& page) {
    Pile out;
    const auto hub = view.hub_by_slug(who.subject);
    if (!hub) {
        return out;
    }
    const auto& state = view.state();
    const auto& offers = view.of_hub(*hub);
    std::size_t at =
        std::min(offers.size(), static_cast<std::size_t>(page.after.value_or(offers.size())));
    while (at > 0 && out.rows.size() < page.count) {
        const matcher::Offer& offer = state.at(offers[--at]);
        if (is_newest(state, *hub, offer)) {
            out.rows.push_back(copy_for(state, who, offer.referral));
        }
    }
    if (at > 0) {
        out.next = at;
    }
    return out;
}

Pile pile(const Services& services, const auth::Principal& who, const Wanted& wanted,
          const FhirPage& page) {
    return services.view.look([&](const View& view) {
        Pile out;
        const auto& state = view.state();
        if (wanted.referral) {
            const auto index = state.find(*wanted.referral);
            if (index && sees(state, who, state.at(*index))) {
                out.rows.push_back(copy_for(state, who, *index));
            }
            return out;
        }
        if (who.role == matcher::Role::hub) {
            return pile_of_hub(view, who, page);
        }
        const bool own = who.role == matcher::Role::practice;
        static const std::vector<matcher::ReferralIndex> none;
        const auto& mine = own ? view.of_practice(matcher::PracticeCode(who.subject)) : none;
        const std::size_t size = own ? mine.size() : state.referrals.size();
        std::size_t at = std::min(size, static_cast<std::size_t>(page.after.value_or(size)));
        for (std::size_t looked = 0; at > 0 && out.rows.size() < page.count && looked < scan_max;
             ++looked) {
            --at;
            const auto index = own ? mine[at] : matcher::ReferralIndex{static_cast<std::uint32_t>(at)};
            if (sees(state, who, state.at(index))) {
                out.rows.push_back(copy_for(state, who, index));
            }
        }
        if (at > 0) {
            out.next = at;
        }
        return out;
    });
}

}  // namespace

http::Task<http::Response> read_task(Services* services, http::Request request) {
    const auto who = principal_of(request, *services);
    if (!who) {
        co_return told(who.error());
    }
    const auto text = request.param("id");
    const auto offer = wire::parse_offer_id(text);
    const auto id = offer ? std::optional(offer->referral) : wire::parse_id(text);
    if (!id) {
        co_return told({400, "value", "The id of a Task is a UUID here, or a UUID.number.", {}});
    }
    const auto facts = facts_for(*services, *who, *id);
    if (!facts) {
        co_return told(no_such_task());
    }
    Wanted wanted;
    wanted.main_only = !offer;
    wanted.ordinal = offer ? offer->ordinal : std::uint8_t{0};
    wanted.sub_tasks_only = offer.has_value();
    std::vector<wire::fhir::Found> found;
    add_tasks(*services, *who, *facts, wanted, found);
    co_return found.empty() ? told(no_such_task()) : fhir(200, std::move(found.front().resource));
}

http::Task<http::Response> search_tasks(Services* services, http::Request request) {
    const auto who = principal_of(request, *services);
    if (!who) {
        co_return told(who.error());
    }
    const auto page = fhir_page(request);
    if (!page) {
        co_return told(page.error());
    }
    Wanted wanted;
    if (auto trouble = read_wanted(request, wanted)) {
        co_return told(*trouble);
    }
    auto piled = pile(*services, *who, wanted, *page);
    std::vector<wire::fhir::Found> found;
    for (Copied& row : piled.rows) {
        add_tasks(*services, *who, named(*services, std::move(row)), wanted, found);
    }
    co_return fhir(200, wire::fhir::encode_searchset(found, std::nullopt, services->base_url, "/FHIR/R4/Task",
                                                     next_page("/FHIR/R4/Task", *page, piled.next)));
}

}  // namespace hubward::server::api::bars
