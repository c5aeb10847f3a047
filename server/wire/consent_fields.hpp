// SPDX-License-Identifier: Apache-2.0
//
// A person's consent as JSON: for which purposes, who said so, how, when, until. Pure; any thread.
#pragma once

#include <string_view>

#include "matcher/consent.hpp"
#include "server/wire/fields.hpp"

namespace hubward::server::wire {

// One member of a consent object, into `consent`. False: none of these members.
bool read_consent_member(std::string_view key, Json value, const Where& at, Findings& findings,
                         matcher::Consent& consent);
// Codes of purposes, each at most once.
matcher::PurposeSet read_purposes(Json value, const Where& at, Findings& findings);

}  // namespace hubward::server::wire
