// SPDX-License-Identifier: Apache-2.0
//
// The brand of the pages out of the configuration. Reads the mark's file; start-up only.
#pragma once

#include <expected>

#include "server/app.hpp"
#include "server/config.hpp"
#include "server/pages/brand.hpp"

namespace hubward::server {

// Exit::no_input when the mark cannot be read, Exit::config for a value that cannot be used.
std::expected<pages::Brand, Failure> load_brand(const Config& config);

}  // namespace hubward::server
