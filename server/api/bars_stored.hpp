// SPDX-License-Identifier: Apache-2.0
//
// Referrals that came in by BaRS, and the sealed messages behind them.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>

#include "server/api/bars_call.hpp"

namespace hubward::server::api::bars {

// The caller's own; 404 for everything else.
std::expected<matcher::Referral, Trouble> find_referral(const Services& services,
                                                        const Caller& caller,
                                                        const matcher::ReferralId& id);

// Who reads, as the FHIR base wants to know it: transaction ids, Accept, token.
std::expected<Caller, Trouble> reader_of(const http::Request& request, const Services& services);

// Whoever may see Tasks and hubs: every role, each its own. In demo mode a caller on this machine
// without a token sees all.
std::expected<auth::Principal, Trouble> principal_of(const http::Request& request,
                                                     const Services& services);

// The audit entry of a disclosure, durable when it returns. Nothing when it is written.
http::Task<std::optional<Trouble>> note_disclosure(Services* services, unsigned thread,
                                                   matcher::Envelope letter);

// Opens the sealed details. Whoever shows them to somebody has noted the disclosure before.
std::expected<std::string, Trouble> open_details(Services& services,
                                                 const matcher::Referral& referral);
// Why it did not open: nothing is left to be found. Any other trouble may pass, and what was left out for it would
// look as if it had never been.
inline bool were_erased(const Trouble& trouble) { return trouble.status == 404 || trouble.status == 410; }

// Opening one takes about 50 µs; after so many in a row others_first() is awaited.
inline constexpr std::size_t opened_at_once = 32;

// The stored ServiceRequest as it is now: what the message that cancelled it says of it stands. Requires the
// opened details; the same disclosure covers both.
std::string service_request_now(Services& services, const matcher::Referral& referral,
                                std::string_view details);

}  // namespace hubward::server::api::bars
