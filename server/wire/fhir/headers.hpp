// SPDX-License-Identifier: Apache-2.0
//
// The request headers of BaRS, as texts: http hands them over, nothing here knows requests.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "server/wire/fhir/message.hpp"
#include "server/wire/fhir/operation_outcome.hpp"

namespace hubward::server::wire::fhir {

// Views of header values; empty when absent.
struct Headers {
    std::string_view request_id;      // X-Request-Id
    std::string_view correlation_id;  // X-Correlation-Id
    std::string_view target;          // NHSD-Target-Identifier
    std::string_view organisation;    // NHSD-End-User-Organisation
    std::string_view accept;
    std::string_view content_type;
    std::string_view format;          // the query's _format, which beats Accept
};

// Each gives nothing when all is well.
std::optional<Trouble> check_transaction_ids(const Headers& headers);
std::optional<Trouble> check_target(const Headers& headers, const Served& served);

// The ODS code in NHSD-End-User-Organisation (base64 of a FHIR Organization); empty when the header
// is absent or says none.
std::string organisation_code(const Headers& headers);

}  // namespace hubward::server::wire::fhir
