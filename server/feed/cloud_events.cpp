// SPDX-License-Identifier: Apache-2.0
//
// Finds the facts that an event alone does not carry, then lets wire write it.
#include <memory>
#include <mutex>
#include <unordered_map>

#include "server/feed/feed.hpp"
#include "server/wire/event_about.hpp"
#include "server/wire/event_json.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::feed {
namespace {

// Display names by hub; a name is read from storage once per change of the hub's profile.
class HubNames {
  public:
    explicit HubNames(storage::EventLog& events) : events_(events) {}

    std::string of(matcher::HubIndex hub, matcher::Sequence profile_at, std::string_view slug) {
        {
            const std::lock_guard lock(mutex_);
            const auto found = names_.find(static_cast<std::uint32_t>(hub));
            if (found != names_.end() && found->second.profile_at == profile_at) {
                return found->second.name;
            }
        }
        const auto entry = events_.entry(profile_at);
        std::string name = entry ? wire::hub_name(entry->entry->payload, slug) : std::string(slug);
        const std::lock_guard lock(mutex_);
        names_[static_cast<std::uint32_t>(hub)] = Named{profile_at, name};
        return name;
    }

  private:
    struct Named {
        matcher::Sequence profile_at = 0;
        std::string name;
    };
    storage::EventLog& events_;
    std::mutex mutex_;
    std::unordered_map<std::uint32_t, Named> names_;
};

}  // namespace

Encode cloud_events(const View& view, storage::EventLog& events) {
    auto names = std::make_shared<HubNames>(events);
    return [&view, names](const storage::StreamEvent& at, std::string_view stream,
                          wire::Detail detail) {
        const wire::About found = wire::about(*at.event);
        wire::EventSubject subject;
        matcher::Sequence profile_at = 0;
        view.look([&](const View& v) {
            if (found.referral) {
                const matcher::Referral& referral = v.state().at(*found.referral);
                subject.referral = referral.id;
                subject.index = *found.referral;
                subject.ask = referral.ask;
                subject.practice = referral.practice;
                subject.veiled = wire::veiled(v.state(), *at.event, stream);
                subject.own_duplicate = wire::names_own_duplicate(v.state(), *at.event);
            }
            if (found.offer != matcher::no_offer) {
                subject.ordinal = v.state().at(found.offer).ordinal;
            }
            if (found.hub != matcher::no_hub) {
                const matcher::Hub& hub = v.state().at(found.hub);
                subject.hub.slug = hub.profile.slug.view();
                profile_at = hub.profile_at;
            }
        });
        if (found.hub != matcher::no_hub) {
            subject.hub.name = names->of(found.hub, profile_at, subject.hub.slug);
        }
        return wire::encode_event(*at.entry, *at.event, subject, stream, at.seq, at.number, detail);
    };
}

}  // namespace hubward::server::feed
