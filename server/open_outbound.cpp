// SPDX-License-Identifier: Apache-2.0
#include "server/open_outbound.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "server/feed/feed.hpp"
#include "server/log.hpp"
#include "server/wire/veil.hpp"
#include "storage/target_ledger.hpp"

namespace hubward::server {

namespace {

Exit exit_of(outbound::OpenFailure::Why why) {
    switch (why) {
        case outbound::OpenFailure::Why::damaged: return Exit::data;
        case outbound::OpenFailure::Why::settings: return Exit::config;
        case outbound::OpenFailure::Why::io: break;
    }
    return Exit::io;
}

}  // namespace

std::expected<std::unique_ptr<outbound::Outbound>, Failure> open_outbound(const Config& config,
                                                                          storage::Store& store,
                                                                          const View& view,
                                                                          matcher::Clock& clock) {
    auto allowed = outbound::AddressRules::of(config.outbound_allowed_networks);
    if (!allowed) {
        return std::unexpected(Failure{Exit::config, "outbound.allowed_networks: " + allowed.error()});
    }
    outbound::ClientSettings client;
    client.addresses = *std::move(allowed);
    client.authorities_file = config.outbound_authorities_file;
    client.deadline = std::chrono::seconds(config.outbound_deadline_seconds);
    client.agent = fmt::format("Hubward/{}", version);
    auto opened = outbound::Outbound::open(
        std::filesystem::path(config.data) / "outbound",
        outbound::Services{.events = store.event_log(), .vault = store.vault(), .clock = clock,
                           .encode = feed::cloud_events(view, store.event_log()),
                           .veiled = [&view](const matcher::Event& event, std::string_view stream) {
                               return view.look([&](const View& v) {
                                   return wire::veiled(v.state(), event, stream);
                               });
                           },
                           .client = std::move(client),
                           .concurrency = static_cast<std::size_t>(config.outbound_concurrency),
                           .ledger_file = storage::targets_beside(config.master_key_file),
                           .told = [](std::string_view what, std::string_view) {
                               log::warning("outbound", what);
                           }});
    if (!opened) {
        return std::unexpected(Failure{exit_of(opened.error().why), opened.error().text});
    }
    return *std::move(opened);
}

}  // namespace hubward::server
