// SPDX-License-Identifier: Apache-2.0
#include "server/api/bars_subscription.hpp"

#include <utility>

#include "server/api/new_id.hpp"
#include "server/api/seen.hpp"
#include "server/wire/event_about.hpp"
#include "server/wire/fhir/task.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api::bars {
namespace {

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
             const storage::StreamEvent& at, ConsentHistories& histories) {
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
                                    histories.could_be_told(*about.referral, at))));
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

outbound::Kind subscription_messages(Services& services) {
    outbound::Kind kind;
    kind.event = [&services](const storage::OutboundTarget& target, const storage::StreamEvent& event,
                             std::uint64_t nth) -> std::optional<outbound::Outgoing> {
        ConsentHistories histories(services.events);
        if (!is_told(services, target, event, histories)) {
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
