// SPDX-License-Identifier: Apache-2.0
//
// The person's details, opened for a page; and what was said when the referral was withdrawn.
#pragma once

#include <expected>
#include <string>

#include "server/pages/visit.hpp"

namespace hubward::server::pages {

// The audit entry of a reading, with the visit's principal. Zero when it is durable, else the status to answer with.
http::Task<unsigned> note_reading(api::Services* services, Visit visit, matcher::DiscloseDetails command);
// The document of details. The audit entry, with the visit's principal, is durable before the first
// byte is opened. The error is the status to answer with: 404 for who may not, 503 for what could not.
// The principal must be allowed to see the referral; whether it may read the details, the core decides.
http::Task<std::expected<std::string, unsigned>> disclose(api::Services* services, Visit visit,
                                                          matcher::ReferralId referral);
// The words of the last withdrawal by which the visitor's hub lost the person; on the same terms.
http::Task<std::expected<std::string, unsigned>> disclose_withdrawal(api::Services* services,
                                                                     Visit visit,
                                                                     matcher::ReferralId referral);

}  // namespace hubward::server::pages
