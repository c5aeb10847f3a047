// SPDX-License-Identifier: Apache-2.0
//
// No silent loss, for people to see: the queue in its order, and whoever is kept by nothing (nobody).
#include <algorithm>
#include <iterator>

#include "server/api/handlers.hpp"
#include "server/api/paging.hpp"
#include "server/api/seen.hpp"
#include "server/wire/parts_json.hpp"

namespace hubward::server::api {
namespace {

struct InQueue {
    std::uint64_t position = 0;
    matcher::Waiting waiting;
    matcher::Referral referral;
};

std::string encode(const InQueue& row) {
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.integer("position", row.position);
    json.text("referral", wire::id_text(row.referral.id));
    json.text("reference", wire::readable_reference(row.waiting.referral));
    json.text("urgency", matcher::name(row.referral.ask.urgency));
    json.boolean("raised", row.referral.raised);
    wire::write_needs(json, row.referral.ask,
                      matcher::needs_that_are(row.referral, matcher::NeedStatus::gap));
    json.text("since", wire::time_text(row.waiting.since));
    json.text("review_at", wire::time_text(row.referral.review_at));
    json.close_object();
    return out;
}

}  // namespace

// A picture of the moment: positions move while somebody turns the pages.
http::Task<Outcome> list_waiting(Services* services, Call call) {
    const auto page = page_of(call.request, 'w');
    if (!page) {
        co_return std::unexpected(page.error());
    }
    std::vector<InQueue> rows;
    std::optional<std::uint64_t> next;
    services->view.look([&](const View& view) {
        const matcher::State& state = view.state();
        std::uint64_t position = std::min<std::uint64_t>(page->after.value_or(0), state.waiting.size());
        const std::uint64_t page_ends = position + scan_max;
        auto at = std::next(state.waiting.begin(), static_cast<std::ptrdiff_t>(position));
        for (; at != state.waiting.end() && rows.size() < page->limit && position < page_ends; ++at) {
            ++position;
            const matcher::Referral& referral = state.at(at->referral);
            if (sees(state, call.principal, referral)) {
                rows.push_back({position, *at, referral});
            }
        }
        if (at != state.waiting.end()) {
            next = position;
        }
    });
    PageWriter writer;
    for (const InQueue& row : rows) {
        writer.add(encode(row));
    }
    co_return writer.finish(call.request, page->limit,
                            next ? std::optional(cursor_text('w', *next)) : std::nullopt);
}

http::Task<Outcome> audit_orphans(Services* services, Call call) {
    static constexpr std::string_view ways[] = {"offer", "appointment", "person", "queue"};
    static_assert(std::size(ways) == matcher::ways_to_keep);
    View::KeptSum kept;
    std::vector<matcher::ReferralId> orphans;
    services->view.look([&](const View& view) {
        kept = view.kept();
        for (const matcher::ReferralIndex index : view.orphans()) {
            const matcher::Referral& referral = view.state().at(index);
            if (orphans.size() < limit_max && sees(view.state(), call.principal, referral)) {
                orphans.push_back(referral.id);
            }
        }
    });
    std::string out;
    wire::JsonWriter json(out);
    json.open_object();
    json.integer("open_referrals", kept.referrals);
    json.open_object("needs_kept_by");
    for (std::size_t way = 0; way < matcher::ways_to_keep; ++way) {
        json.integer(ways[way], kept.needs[way]);
    }
    json.close_object();
    json.open_array("orphans");
    for (const matcher::ReferralId& id : orphans) {
        json.text(wire::id_text(id));
    }
    json.close_array();
    json.close_object();
    http::Response response = api::json(200, std::move(out));
    response.with("Cache-Control", "no-store");
    co_return response;
}

}  // namespace hubward::server::api
