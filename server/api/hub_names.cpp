// SPDX-License-Identifier: Apache-2.0
#include "server/api/hub_names.hpp"

#include <mutex>
#include <optional>
#include <ranges>

#include <fmt/format.h>

#include "server/api/others_first.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::api {
namespace {

std::string name_in(const storage::StreamEvent& event, std::string_view slug) {
    return wire::hub_name(event.entry->payload, slug);
}

// Going back through the hub's stream; a resend comes soon, so the profile is near the head.
constexpr std::size_t look_back_max = 4096;
// … and in one go: their batches are held meanwhile.
constexpr std::uint64_t looked_at_once = 64;

std::optional<std::string> name_in_part(const HubKey& hub, matcher::Sequence number, storage::EventLog& events,
                                        std::string_view stream, std::uint64_t after, std::uint64_t upto) {
    const auto part = events.read(stream, after, static_cast<std::size_t>(upto - after));
    for (const storage::StreamEvent& event : std::views::reverse(part)) {
        if (event.number <= number && event.entry != nullptr &&
            std::holds_alternative<matcher::HubUpserted>(*event.event)) {
            return name_in(event, hub.slug.view());
        }
    }
    return std::nullopt;
}

}  // namespace

HubKey hub_key(const matcher::Hub& hub, matcher::HubIndex index) {
    return {index, hub.profile.slug, hub.profile_at};
}

std::string HubNames::name(const HubKey& hub, storage::EventLog& events) {
    const std::size_t i = matcher::slot(hub.index);
    {
        std::shared_lock lock(mutex_);
        if (i < known_.size() && known_[i].profile_at == hub.profile_at) {
            return known_[i].name;
        }
    }
    const auto written = events.entry(hub.profile_at);
    if (!written || written->entry == nullptr) {
        return std::string(hub.slug.view());
    }
    std::string found = name_in(*written, hub.slug.view());
    std::unique_lock lock(mutex_);
    if (known_.size() <= i) {
        known_.resize(i + 1);
    }
    known_[i] = {hub.profile_at, found};
    return found;
}

http::Task<std::string> HubNames::name_at(HubKey hub, matcher::Sequence number, storage::EventLog* events) {
    if (hub.profile_at <= number) {
        co_return name(hub, *events);
    }
    const std::string stream = fmt::format("hub/{}", hub.slug.view());
    std::uint64_t upto = events->bounds(stream).head;
    for (std::size_t seen = 0; upto != 0 && seen < look_back_max; seen += looked_at_once) {
        const std::uint64_t after = upto > looked_at_once ? upto - looked_at_once : 0;
        auto found = name_in_part(hub, number, *events, stream, after, upto);
        if (found) {
            co_return *std::move(found);
        }
        upto = after;
        co_await others_first();
    }
    co_return std::string(hub.slug.view());
}

}  // namespace hubward::server::api
