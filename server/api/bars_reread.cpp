// SPDX-License-Identifier: Apache-2.0
//
// The events of a subscription, counted and read again from the journal: a page at a time, with the thread's other
// work between. Only numbers are kept on the way, so a long look holds the batches of one page.
#include <algorithm>
#include <deque>

#include "server/api/bars_subscription.hpp"
#include "server/api/others_first.hpp"

namespace hubward::server::api::bars {
namespace {

// A history of consent may be read for each of them.
constexpr std::size_t page_events = 32;

struct Numbered {
    std::uint64_t seq = 0;  // in the stream
    std::uint64_t number = 0;
};

struct Look {
    const storage::OutboundTarget* target = nullptr;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    std::size_t left = 0;         // events that may still be looked at
    std::deque<Numbered> wanted;  // those with numbers in [first, last], the oldest, as many as are shown
};

// Told events up to `to`, of which the newest has this number, back to the one with `first`. False when more than
// `left` would have to be looked at.
http::Task<bool> look_back(Services* services, ConsentHistories* histories, Look* look, std::uint64_t to,
                           std::uint64_t number) {
    const storage::OutboundTarget& target = *look->target;
    const std::uint64_t first = std::max<std::uint64_t>(look->first, 1);
    while (number >= first && to > target.from) {
        const std::uint64_t after = to - std::min<std::uint64_t>(to - target.from, page_events);
        {
            const auto page = services->events.read(target.stream, after, static_cast<std::size_t>(to - after));
            if (page.size() > look->left) {
                co_return false;
            }
            look->left -= page.size();
            for (auto event = page.rbegin(); event != page.rend() && number >= first; ++event) {
                if (!is_told(*services, target, *event, *histories)) {
                    continue;
                }
                if (number <= look->last) {
                    look->wanted.push_front({event->seq, number});
                    look->wanted.resize(std::min(look->wanted.size(), events_shown_max));
                }
                --number;
            }
        }
        to = after;
        co_await others_first();
    }
    co_return true;
}

// Told events behind found->looked_to, numbered on from found->all.
http::Task<bool> look_forward(Services* services, ConsentHistories* histories, Look* look, Reread* found) {
    const storage::OutboundTarget& target = *look->target;
    for (bool more = true; more;) {
        {
            const auto page = services->events.read(target.stream, found->looked_to, page_events);
            if (page.size() > look->left) {
                co_return false;
            }
            look->left -= page.size();
            more = page.size() == page_events;
            for (const storage::StreamEvent& event : page) {
                found->looked_to = event.seq;
                if (!is_told(*services, target, event, *histories)) {
                    continue;
                }
                ++found->all;
                if (found->all >= look->first && found->all <= look->last &&
                    look->wanted.size() < events_shown_max) {
                    look->wanted.push_back({event.seq, found->all});
                }
            }
        }
        if (more) {
            co_await others_first();
        }
    }
    co_return true;
}

}  // namespace

http::Task<std::optional<Reread>> reread(Services* services, const outbound::TargetNow* now, std::uint64_t first,
                                         std::uint64_t last, std::size_t most) {
    const storage::OutboundTarget& target = now->target;
    const bool booked = target.kind == subscription_kind && now->done >= target.from;
    Reread found;
    found.looked_to = booked ? now->done : target.from;
    found.all = booked ? now->delivered : 0;
    Look look;
    look.target = &target;
    look.first = first;
    look.last = last;
    look.left = most;
    ConsentHistories histories(services->events);
    ConsentHistories* consents = &histories;
    Look* way = &look;
    Reread* sum = &found;
    if (!co_await look_back(services, consents, way, found.looked_to, found.all)) {
        co_return std::nullopt;
    }
    if (!co_await look_forward(services, consents, way, sum)) {
        co_return std::nullopt;
    }
    std::size_t told = 0;
    for (const Numbered& one : look.wanted) {
        if (told++ % page_events == 0) {
            co_await others_first();
        }
        const auto event = services->events.read(target.stream, one.seq - 1, 1);
        if (!event.empty()) {
            found.events.push_back(told_of(*services, target, event.front(), one.number));
        }
    }
    co_return found;
}

}  // namespace hubward::server::api::bars
