// SPDX-License-Identifier: Apache-2.0
//
// What `serve` and `demo` share.
#pragma once

#include <functional>

#include "server/app.hpp"
#include "server/cli/signals.hpp"
#include "server/config.hpp"
#include "server/log.hpp"

namespace hubward::server::cli {

void start_log(const Config& config);

// Until a signal comes or the journal fails; then the app is not ready, at once, `before_stop` runs, and the app
// stops. Gives the exit code.
Exit serve_until_told(App& app, Signals& signals, const std::function<void()>& before_stop = {});

}  // namespace hubward::server::cli
