// SPDX-License-Identifier: Apache-2.0
//
// The outbound room out of the settings [outbound].
#pragma once

#include <expected>
#include <memory>

#include "server/app.hpp"
#include "server/outbound/outbound.hpp"
#include "storage/store.hpp"

namespace hubward::server {

// Not started yet. Everything given outlives it.
std::expected<std::unique_ptr<outbound::Outbound>, Failure> open_outbound(const Config& config,
                                                                          storage::Store& store,
                                                                          const View& view,
                                                                          matcher::Clock& clock);

}  // namespace hubward::server
