// SPDX-License-Identifier: Apache-2.0
//
// The name of a hub, for people. It stands in the hub's public profile, which the core does not
// know; so it is read from storage once per change of the profile and kept.
//
// Any thread. A name that cannot be read is the slug.
#pragma once

#include <shared_mutex>
#include <string>
#include <vector>

#include "matcher/hub.hpp"
#include "server/http/task.hpp"
#include "storage/event_log.hpp"

namespace hubward::server::api {

// Which profile is meant; copied out of the view.
struct HubKey {
    matcher::HubIndex index = matcher::no_hub;
    matcher::HubSlug slug;
    matcher::Sequence profile_at = 0;
};
HubKey hub_key(const matcher::Hub& hub, matcher::HubIndex index);

class HubNames {
  public:
    std::string name(const HubKey& hub, storage::EventLog& events);
    // The name it had when `number` was written, so that an answer given again has the same bytes. On an I/O thread,
    // whose other work goes on in between; `events` outlives it.
    http::Task<std::string> name_at(HubKey hub, matcher::Sequence number, storage::EventLog* events);

  private:
    struct Known {
        matcher::Sequence profile_at = 0;
        std::string name;
    };
    std::shared_mutex mutex_;
    std::vector<Known> known_;  // by HubIndex; guarded by mutex_
};

}  // namespace hubward::server::api
