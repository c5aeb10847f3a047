// SPDX-License-Identifier: Apache-2.0
//
// The numbers of the network, or of a part of it. Any I/O thread, whose other work goes on in between; takes the
// view's lock in short turns.
#pragma once

#include "server/api/services.hpp"
#include "server/http/task.hpp"
#include "server/wire/report_json.hpp"

namespace hubward::server::api {

// The whole network is counted already; a place or a period is counted now: a microsecond for each
// referral that is known.
http::Task<matcher::NetworkCounts> counted(Services* services, wire::ReportScope scope, matcher::Timestamp now);

}  // namespace hubward::server::api
