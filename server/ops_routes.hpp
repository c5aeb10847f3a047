// SPDX-License-Identifier: Apache-2.0
//
// POST /v1/ops/backup: takes a backup of the running server into a folder of its machine.
//
// Only for callers on this machine with an ops token: the command `hubward backup` is one. One at a time; the
// connection waits for the report.
#pragma once

#include <vector>

#include "matcher/clock.hpp"
#include "server/auth/token.hpp"
#include "server/backups.hpp"
#include "server/http/server.hpp"

namespace hubward::server {

// All must outlive the server.
std::vector<http::Route> ops_routes(Backups& backups, const auth::Tokens& tokens, matcher::Clock& clock);

}  // namespace hubward::server
