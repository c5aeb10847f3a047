// SPDX-License-Identifier: Apache-2.0
//
// What the handlers of the FHIR base share: who calls, what is served, how trouble is told.
#pragma once

#include <expected>
#include <string>

#include "server/api/services.hpp"
#include "server/auth/principal.hpp"
#include "server/wire/fhir/headers.hpp"
#include "server/wire/fhir/negotiation.hpp"
#include "server/wire/fhir/message.hpp"

namespace hubward::server::api::bars {

using wire::fhir::Trouble;

// Who sends. In demo mode a caller on this machine needs no token; then `practice` is empty, and
// the sender that the message names is believed.
struct Caller {
    std::string practice;  // ODS code
};
// True for a caller on this machine in demo mode that names no token, whatever cookie its browser sends along.
bool needs_no_token(const http::Request& request, const Services& services);
std::expected<Caller, Trouble> caller_of(const http::Request& request, const Services& services,
                                         auth::Permission permission);

wire::fhir::Headers headers_of(const http::Request& request);

http::Response fhir(unsigned status, std::string body);
http::Response told(const Trouble& trouble);
// What the core or the vault refused.
Trouble refused(const matcher::Rejection& rejection);
// The same for a message that waited for `waited_ns`: at the deadline it is 408, so that the sender
// knows to ask again with the same X-Request-Id.
Trouble refused(const matcher::Rejection& rejection, std::int64_t waited_ns,
                std::chrono::milliseconds deadline);
Trouble sealing_failed(storage::VaultError error);

// The command of a practice under its X-Request-Id, so that a resend is known.
matcher::Envelope envelope(const Services& services, const http::Request& request,
                           const std::string& practice, matcher::Command command);

}  // namespace hubward::server::api::bars
