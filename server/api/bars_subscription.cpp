// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars_subscription.hpp"

#include <algorithm>
#include <utility>

#include "server/api/new_id.hpp"
#include "server/api/seen.hpp"
#include "server/wire/event_about.hpp"
#include "server/wire/fhir/task.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api::bars {
namespace {

constexpr std::size_t page_events = 256;

using wire::fhir::Content;
using wire::fhir::NotificationType;
using wire::fhir::NotifiedEvent;
using wire::fhir::SubscriptionFacts;

auth::Principal owner_of(const storage::OutboundTarget& target) {
    auth::Principal who;
    who.role = matcher::parse<matcher::Role>(target.role).value_or(matcher::Role::system);
    who.subject = target.subject;
    return who;
}

// Only the Task of one hub's side, not that of the practice's.
bool hubs_side(const storage::OutboundTarget& target, const wire::fhir::SubscriptionWish& wish) {
    return target.role == matcher::name(matcher::Role::hub) || !wish.owner.empty();
}

// Whether the practice could be told of it when it happened.
bool could_be_told(const Services& services, matcher::ReferralIndex referral,
                   const storage::StreamEvent& at) {
    matcher::Referral then;
    for (const storage::StreamEvent& one : services.events.deeds_of_referral(referral, 0)) {
        if (one.number >= at.number) {
            break;
        }
        if (const auto* sent = std::get_if<matcher::ReferralSubmitted>(one.event)) {
            then.consents.give(sent->consent);
        } else if (const auto* given = std::get_if<matcher::ConsentGiven>(one.event)) {
            then.consents.give(given->consent);
        } else if (const auto* taken = std::get_if<matcher::ConsentWithdrawn>(one.event)) {
            then.consents.take(taken->purposes);
        } else if (const auto* ended = std::get_if<matcher::ConsentExpired>(one.event)) {
            then.consents.take(ended->purposes);
        } else if (std::holds_alternative<matcher::Erased>(*one.event)) {
            then.consents = {};
        }
    }
    return wire::practice_may_hear(then, *at.event);
}

std::string_view words(std::string_view off_reason) {
    if (off_reason == "not-greeted") {
        return "The endpoint did not answer the handshake with 2xx.";
    }
    if (off_reason == "gave-up") {
        return "The endpoint took nothing for about three days.";
    }
    if (off_reason == outbound::off_restored) {
        return "The server was restored from a backup, and numbers would come again for other events. Read your "
               "Tasks, then make a new Subscription.";
    }
    return off_reason == "url-invalid" ? "The endpoint is no URL that is sent to." : "";
}

std::string_view status_of(const storage::OutboundTarget& target) {
    if (target.on && target.off_reason != outbound::off_restored) {
        return target.greeted ? "active" : "requested";
    }
    return words(target.off_reason).empty() ? "off" : "error";
}

outbound::Outgoing message(const Services& services, const SubscriptionFacts& facts,
                           NotificationType type, const std::vector<NotifiedEvent>& events) {
    outbound::Outgoing out;
    out.headers = {{"Content-Type", "application/fhir+json; fhirVersion=4.0; charset=utf-8"}};
    out.body = notification(services, facts, type, events);
    return out;
}

}  // namespace

SubscriptionFacts subscription_facts(const storage::OutboundTarget& target, std::uint64_t events) {
    SubscriptionFacts facts;
    facts.id = target.id;
    facts.status = status_of(target);
    facts.error = words(target.off_reason);
    facts.wish = wire::fhir::wish_of(target.options);
    facts.wish.endpoint = target.url;
    facts.wish.websocket = target.kind == socket_kind;
    facts.wish.heartbeat_s = target.beat_s;
    facts.wish.until_ms = target.until_ms;
    facts.events = events;
    facts.made = matcher::Timestamp{target.made_ms};
    return facts;
}

bool is_told(const Services& services, const storage::OutboundTarget& target,
             const storage::StreamEvent& at) {
    const wire::About about = wire::about(*at.event);
    // Who read the details is in the audit; it changes no Task.
    if (!about.referral || std::holds_alternative<matcher::DetailsDisclosed>(*at.event)) {
        return false;
    }
    const auto wish = wire::fhir::wish_of(target.options);
    if (!hubs_side(target, wish)) {
        return true;
    }
    // A practice that asks about one hub would learn from any message that this hub was asked.
    const auto is_owner = [&](const View& view) {
        return view.state().at(about.hub).profile.slug.view() == wish.owner;
    };
    return about.offer != matcher::no_offer &&
           (wish.owner.empty() || (services.view.look(is_owner) &&
                                   (target.role != matcher::name(matcher::Role::practice) ||
                                    could_be_told(services, *about.referral, at))));
}

NotifiedEvent told_of(Services& services, const storage::OutboundTarget& target,
                      const storage::StreamEvent& event, std::uint64_t number) {
    const auto wish = wire::fhir::wish_of(target.options);
    const wire::About about = wire::about(*event.event);
    matcher::ReferralId referral;
    std::uint8_t ordinal = 0;
    services.view.look([&](const View& view) {
        referral = view.state().at(*about.referral).id;
        if (about.offer != matcher::no_offer &&
            !wire::veiled(view.state(), *event.event, target.stream)) {
            ordinal = view.state().at(about.offer).ordinal;
        }
    });
    NotifiedEvent told;
    told.number = number;
    told.at = event.entry->at;
    if (!hubs_side(target, wish)) {
        told.tasks.push_back({wire::id_text(referral), {}});
    }
    if (ordinal != 0) {
        told.tasks.push_back({wire::offer_id_text(referral, ordinal), {}});
    }
    if (wish.content != Content::full_resource) {
        return told;
    }
    const auto facts = facts_for(services, owner_of(target), referral);
    if (!facts) {
        return told;  // not the owner's to see any more: named, and no more
    }
    for (auto& task : told.tasks) {
        if (const auto offer = wire::parse_offer_id(task.id)) {
            for (const auto& it : facts->offers) {
                if (it.offer.ordinal == offer->ordinal) {
                    task.resource = wire::fhir::encode_sub_task(*facts, it, services.base_url);
                }
            }
        } else {
            task.resource = wire::fhir::encode_task(*facts, services.base_url);
        }
    }
    return told;
}

std::string notification(const Services& services, const SubscriptionFacts& facts,
                         NotificationType type, const std::vector<NotifiedEvent>& events) {
    return wire::fhir::encode_notification(new_request_id(), facts, type, events,
                                           services.clock.now(), services.base_url);
}

namespace {

struct Numbered {
    storage::StreamEvent event;
    std::uint64_t number = 0;
};

// Told events in (after, head], numbered on from `found.all`; those in [first, last] are kept, as many as are
// shown. False when more than `left` would have to be looked at.
bool look_forward(Services& services, const storage::OutboundTarget& target, std::uint64_t after,
                  std::uint64_t first, std::uint64_t last, std::size_t& left, Reread& found,
                  std::vector<Numbered>& kept) {
    found.looked_to = after;
    while (true) {
        const auto page = services.events.read(target.stream, found.looked_to, page_events);
        if (page.size() > left) {
            return false;
        }
        left -= page.size();
        for (const storage::StreamEvent& event : page) {
            found.looked_to = event.seq;
            if (is_told(services, target, event)) {
                ++found.all;
                if (found.all >= first && found.all <= last && kept.size() < events_shown_max) {
                    kept.push_back({event, found.all});
                }
            }
        }
        if (page.size() < page_events) {
            return true;
        }
    }
}

// Told events up to `to`, of which the newest has this number, back to the one with `first`.
bool look_back(Services& services, const storage::OutboundTarget& target, std::uint64_t to,
               std::uint64_t number, std::uint64_t first, std::uint64_t last, std::size_t& left,
               std::vector<Numbered>& kept) {
    while (number >= first && number != 0 && to > target.from) {
        const std::uint64_t after = to - std::min<std::uint64_t>(to - target.from, page_events);
        const auto page = services.events.read(target.stream, after, static_cast<std::size_t>(to - after));
        if (page.size() > left) {
            return false;
        }
        left -= page.size();
        for (auto event = page.rbegin(); event != page.rend() && number >= first; ++event) {
            if (is_told(services, target, *event)) {
                if (number <= last) {
                    kept.push_back({*event, number});
                }
                --number;
            }
        }
        to = after;
    }
    return true;
}

}  // namespace

std::optional<Reread> reread(Services& services, const outbound::TargetNow& now, std::uint64_t first,
                             std::uint64_t last, std::size_t most) {
    const storage::OutboundTarget& target = now.target;
    const bool booked = target.kind == subscription_kind && now.done >= target.from;
    const std::uint64_t from = booked ? now.done : target.from;
    Reread found;
    found.all = booked ? now.delivered : 0;
    std::size_t left = most;
    std::vector<Numbered> kept;
    if (!look_back(services, target, from, found.all, std::max<std::uint64_t>(first, 1), last, left, kept)) {
        return std::nullopt;
    }
    std::ranges::reverse(kept);
    kept.resize(std::min(kept.size(), events_shown_max));
    if (!look_forward(services, target, from, first, last, left, found, kept)) {
        return std::nullopt;
    }
    for (const Numbered& one : kept) {
        found.events.push_back(told_of(services, target, one.event, one.number));
    }
    return found;
}

outbound::Kind subscription_messages(Services& services) {
    outbound::Kind kind;
    kind.event = [&services](const storage::OutboundTarget& target, const storage::StreamEvent& event,
                             std::uint64_t nth) -> std::optional<outbound::Outgoing> {
        if (!is_told(services, target, event)) {
            return std::nullopt;
        }
        return message(services, subscription_facts(target, nth), NotificationType::event,
                       {told_of(services, target, event, nth)});
    };
    kind.notice = [&services](const storage::OutboundTarget& target, outbound::Notice notice,
                              std::uint64_t count) {
        return message(services, subscription_facts(target, count),
                       // The end of a Subscription is told as a sign of life with the status "error".
                       notice == outbound::Notice::greeting ? NotificationType::handshake
                                                            : NotificationType::heartbeat,
                       {});
    };
    return kind;
}

}  // namespace hubward::server::api::bars
