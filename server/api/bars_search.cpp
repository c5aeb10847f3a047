// SPDX-License-Identifier: Apache-2.0
//
// GET /FHIR/R4/ServiceRequest?…: a practice finds its own referrals again.
//
// There is no index of people, on purpose (docs/PRIVACY.md): the practice's own messages are
// opened one by one, newest first, compared and forgotten. What is shown has an audit entry first.
#include "server/api/bars_handlers.hpp"
#include "server/api/bars_stored.hpp"
#include "server/api/others_first.hpp"
#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/search.hpp"
#include "server/wire/referral_json.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api::bars {
namespace {

// A practice sends about a hundred referrals a year, so this is two decades of them. Older ones are
// found by their id only.
constexpr std::size_t looked_through_max = 2000;
// One person has a few; a broader question gets the newest.
constexpr std::size_t shown_max = 50;

// Newest first.
std::vector<matcher::Referral> candidates(const Services& services, const Caller& caller,
                                          const wire::fhir::Question& question) {
    std::vector<matcher::Referral> all;
    services.view.look([&](const View& view) {
        const auto& state = view.state();
        const bool own = !caller.practice.empty();
        static const std::vector<matcher::ReferralIndex> none;
        const auto& mine = own ? view.of_practice(matcher::PracticeCode(caller.practice)) : none;
        const std::size_t size = own ? mine.size() : state.referrals.size();
        for (std::size_t i = size; i-- > 0 && all.size() < looked_through_max;) {
            const auto index = own ? mine[i] : matcher::ReferralIndex{static_cast<std::uint32_t>(i)};
            matcher::Referral referral = state.at(index);
            if (own) {
                wire::veil(referral);
            }
            if (referral.source == matcher::Source::bars &&
                (!question.id || *question.id == referral.id) &&
                (!question.status || *question.status == referral.status)) {
                all.push_back(referral);
            }
        }
    });
    return all;
}

// The details, when the question fits them. Erased ones fit nothing; of those that cannot be opened now nobody
// knows.
std::expected<std::string, Trouble> fitting(Services& services, const matcher::Referral& referral,
                                            const wire::fhir::Question& question) {
    auto details = open_details(services, referral);
    if (!details && were_erased(details.error())) {
        return std::string();
    }
    if (!details) {
        return std::unexpected(std::move(details.error()));
    }
    const auto bundle = wire::read_json(wire::fhir::bundle_in(*details), wire::fhir_depth_max);
    return bundle && wire::fhir::fits(question, *bundle) ? *std::move(details) : std::string();
}

}  // namespace

http::Task<http::Response> search_service_requests(Services* services, http::Request request) {
    const auto caller = reader_of(request, *services);
    if (!caller) {
        co_return told(caller.error());
    }
    const auto question = wire::fhir::read_question(request.query);
    if (!question) {
        co_return told(question.error());
    }
    const auto referrals = candidates(*services, *caller, *question);
    std::vector<wire::fhir::Found> found;
    std::size_t opened = 0;
    for (const auto& referral : referrals) {
        if (found.size() == shown_max) {
            break;
        }
        if (++opened % opened_at_once == 0) {
            co_await others_first();
        }
        const auto details = fitting(*services, referral, *question);
        if (!details) {
            co_return told(details.error());
        }
        if (details->empty()) {
            continue;
        }
        matcher::DiscloseDetails command;
        command.referral = referral.id;
        const std::string practice(referral.practice.view());
        matcher::Envelope letter = envelope(*services, request, practice, command);
        const auto trouble =
            co_await note_disclosure(services, request.thread, std::move(letter));
        if (trouble) {
            co_return told(*trouble);
        }
        found.push_back({"ServiceRequest", wire::id_text(referral.id),
                         service_request_now(*services, referral, *details)});
    }
    co_return fhir(200, wire::fhir::encode_searchset(found, found.size(), services->base_url,
                                                     "/FHIR/R4/ServiceRequest"));
}

}  // namespace hubward::server::api::bars
