// SPDX-License-Identifier: Apache-2.0
//
// Referrals as their practice, the hubs and the place see them: one, a list, the gaps, the worklist.
#include <algorithm>

#include <fmt/format.h>

#include "server/api/handlers.hpp"
#include "server/api/paging.hpp"
#include "server/api/seen.hpp"
#include "server/api/small_body.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {
namespace {

// Newest first through `all` from behind `after`; copies what the caller sees and `keep` wants.
template <class Keep>
std::vector<Copied> page_back(const matcher::State& state, const auth::Principal& who,
                              const std::vector<matcher::ReferralIndex>* all, std::size_t size,
                              const Page& page, std::optional<std::uint64_t>& next, Keep&& keep) {
    std::vector<Copied> rows;
    std::size_t at = page.after ? std::min(static_cast<std::size_t>(*page.after), size) : size;
    for (std::size_t seen = 0; at != 0 && rows.size() < page.limit && seen < scan_max; ++seen) {
        --at;
        const auto index =
            all != nullptr ? (*all)[at] : matcher::ReferralIndex{static_cast<std::uint32_t>(at)};
        if (keep(state.at(index)) && sees(state, who, state.at(index))) {
            rows.push_back(copy_for(state, who, index));
        }
    }
    next = at != 0 ? std::optional<std::uint64_t>(at) : std::nullopt;
    return rows;
}

// Latest first through `some`, which is in order of arrival. Rows go while someone turns the pages, so the cursor
// is a referral and no position. That a practice's own is among them is told by what it may know alone.
std::vector<Copied> page_of_some(const View& view, const std::vector<matcher::ReferralIndex>& some,
                                 const auth::Principal& who, const Page& page,
                                 std::optional<std::uint64_t>& next) {
    std::vector<Copied> rows;
    auto at = page.after ? std::ranges::lower_bound(some, *page.after, {}, matcher::slot<matcher::ReferralIndex>)
                         : some.end();
    for (std::size_t looked = 0; at != some.begin() && rows.size() < page.limit && looked < scan_max; ++looked) {
        --at;
        const matcher::Referral& it = view.state().at(*at);
        const bool told = who.role != matcher::Role::practice || wire::status_is_shared(it);
        if (told && sees(view.state(), who, it)) {
            rows.push_back(copy_for(view.state(), who, *at));
        }
    }
    next = at != some.begin() ? std::optional<std::uint64_t>(matcher::slot(*at)) : std::nullopt;
    return rows;
}

http::Response listing(Services& services, const Call& call, const Page& page, char list,
                       std::vector<Copied> rows, std::optional<std::uint64_t> next) {
    PageWriter writer;
    for (Copied& row : rows) {
        writer.add(wire::encode_referral(named(services, std::move(row)),
                                         reader_of(call.principal)));
    }
    return writer.finish(call.request, page.limit,
                         next ? std::optional(cursor_text(list, *next)) : std::nullopt);
}

}  // namespace

http::Task<Outcome> get_referral(Services* services, Call call) {
    const auto id = wire::parse_id(call.request.param("id"));
    auto facts = id ? facts_for(*services, call.principal, *id) : std::nullopt;
    if (!facts) {
        co_return fail("not-found", no_such_referral);
    }
    http::Response response = referral_answer(*facts, call.principal);
    if (not_modified(call.request, version_tag(facts->referral.version))) {
        response.status = 304;
        response.content_type = {};
        response.body.clear();
    }
    co_return response;
}

http::Task<Outcome> list_referrals(Services* services, Call call) {
    const auto page = page_of(call.request, 'r');
    if (!page) {
        co_return std::unexpected(page.error());
    }
    std::optional<matcher::ReferralStatus> status;
    if (const auto text = call.request.query_value("status")) {
        status = matcher::parse<matcher::ReferralStatus>(*text);
        if (!status) {
            Problem p = problem("bad-request", "status must be a status of a referral.");
            p.errors = one_fault("/query/status", p.detail, "code");
            co_return std::unexpected(std::move(p));
        }
    }
    // By what is shown: a filter must not tell what the document does not.
    const auto keep = [&](const matcher::Referral& it) {
        matcher::Referral shown = it;
        if (call.principal.role == matcher::Role::practice) {
            wire::veil(shown);
        }
        return !status || shown.status == *status;
    };
    std::optional<std::uint64_t> next;
    auto rows = services->view.look([&](const View& view) {
        const matcher::State& state = view.state();
        const bool practice = call.principal.role == matcher::Role::practice;
        const auto* own =
            practice ? &view.of_practice(matcher::PracticeCode(call.principal.subject)) : nullptr;
        const std::size_t size = practice ? own->size() : state.referrals.size();
        return page_back(state, call.principal, own, size, *page, next, keep);
    });
    co_return listing(*services, call, *page, 'r', std::move(rows), next);
}

http::Task<Outcome> list_gaps(Services* services, Call call) {
    const auto page = page_of(call.request, 'g');
    if (!page) {
        co_return std::unexpected(page.error());
    }
    std::optional<std::uint64_t> next;
    auto rows = services->view.look([&](const View& view) {
        return page_of_some(view, view.open_gaps(), call.principal, *page, next);
    });
    co_return listing(*services, call, *page, 'g', std::move(rows), next);
}

http::Task<Outcome> list_worklist(Services* services, Call call) {
    const auto page = page_of(call.request, 'p');
    if (!page) {
        co_return std::unexpected(page.error());
    }
    std::optional<std::uint64_t> next;
    auto rows = services->view.look([&](const View& view) {
        return page_of_some(view, view.with_people(), call.principal, *page, next);
    });
    co_return listing(*services, call, *page, 'p', std::move(rows), next);
}

}  // namespace hubward::server::api
