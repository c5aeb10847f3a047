// SPDX-License-Identifier: Apache-2.0
//
// A good message and edits of it.
#pragma once

#include "server/wire/fhir/message.hpp"
#include "tests/wire/support.hpp"

namespace hubward::server::wire::fhir {

inline Served served() { return {{"9000000001"}, {"dhub1"}}; }
inline std::string good_message() { return data("fhir/referral_new.json"); }

// The good message as a cancellation of this ServiceRequest.
inline std::string cancel_message(std::string_view id, std::string_view reason = "update",
                                  std::string_view status = "revoked") {
    auto text = edited(good_message(), "\"code\": \"new\"",
                       "\"code\": \"" + std::string(reason) + "\"");
    text = edited(text, "servicerequest-request-referral\"\n", "servicerequest-request-cancelled\"\n");
    return edited(text, "\"status\": \"active\",\n    \"intent\"",
                  "\"id\": \"" + std::string(id) + "\",\n    \"status\": \"" +
                      std::string(status) + "\",\n    \"intent\"");
}

}  // namespace hubward::server::wire::fhir
