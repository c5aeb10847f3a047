// SPDX-License-Identifier: Apache-2.0
#include "server/api/public_profile.hpp"

namespace hubward::server::api {

std::string public_profile(storage::EventLog& events, const matcher::Hub& hub) {
    const auto written = events.entry(hub.profile_at);
    return written && written->entry != nullptr ? written->entry->payload : std::string("{}");
}

}  // namespace hubward::server::api
