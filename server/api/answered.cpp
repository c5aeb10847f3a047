// SPDX-License-Identifier: Apache-2.0
#include "server/api/answered.hpp"

namespace hubward::server::api {

// The same steps as the engine's, on durable facts.
std::optional<std::expected<Done, matcher::Rejection>> answered_before(const Services& services,
                                                                       matcher::RequestKey key,
                                                                       std::uint64_t fingerprint) {
    if (!key) {
        return std::nullopt;
    }
    const auto first = services.view.look([&](const View& view) { return view.state().remembered_for(key); });
    if (!first) {
        return std::nullopt;
    }
    if (first->fingerprint != fingerprint) {
        return std::unexpected(matcher::Rejection{.why = matcher::Refused::key_reused});
    }
    auto found = services.events.entry(first->number);
    if (!found || found->entry == nullptr) {
        return std::nullopt;
    }
    return Done{std::move(found->batch), found->entry, true};
}

}  // namespace hubward::server::api
