// SPDX-License-Identifier: Apache-2.0
//
// The demo's invented city: configs/demo/hubs.json and configs/demo/gazetteer.csv as bytes.
#pragma once

#include <string_view>

namespace hubward::server::cli {

extern const std::string_view demo_hubs;
extern const std::string_view demo_gazetteer;

}  // namespace hubward::server::cli
