// SPDX-License-Identifier: Apache-2.0
//
// How a request that has much to look at lets others in between.
#pragma once

#include "server/http/task.hpp"

namespace hubward::server::api {

// Goes on when the I/O thread has done what else waits for it. No lock and no view is held across it.
http::Task<void> others_first();

}  // namespace hubward::server::api
