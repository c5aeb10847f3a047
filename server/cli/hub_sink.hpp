// SPDX-License-Identifier: Apache-2.0
//
// Where imported hubs go: to a running server by its public API, or into a data folder that nobody
// serves, by a server of our own that listens for the moment on a port nobody knows.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "server/app.hpp"
#include "server/wire/open_referral/import.hpp"

namespace hubward::server::cli {

enum class Sent : std::uint8_t { added, changed, unchanged };

class HubSink {
  public:
    virtual ~HubSink() = default;
    // Text says why this one was refused.
    virtual std::expected<Sent, std::string> send(const wire::open_referral::ImportedHub& hub) = 0;
};

std::unique_ptr<HubSink> sink_to_server(const std::string& base, const std::string& token);
std::expected<std::unique_ptr<HubSink>, Failure> sink_to_folder(Config config);

// The document that PUT /v1/hubs/{slug} takes (schema Hub), from what an importer made.
std::string put_document(const wire::HubDocument& hub);

}  // namespace hubward::server::cli
