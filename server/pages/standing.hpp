// SPDX-License-Identifier: Apache-2.0
//
// Why not the others: what stands in the way of how many hubs, and how the best of those that could
// help compare. As it is now, worked out like GET /v1/referrals/{id}/explanation.
#pragma once

#include "server/api/services.hpp"
#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

// Sections `passed` (a sentence), `hubs` (name, said, total, cells: label and points of each of the
// `factors`) and whether they are `several`, `changes` (name, said) and `stopped` (said); empty when the
// referral is over, asks for nothing that is open, or is not the principal's to see. Not for hubs, which
// hear of themselves only.
Model standing(api::Services& services, const Words& words, const auth::Principal& who,
               const matcher::ReferralId& id);

}  // namespace hubward::server::pages
