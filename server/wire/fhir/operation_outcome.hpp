// SPDX-License-Identifier: Apache-2.0
//
// Why a FHIR request was not done: a status, the NHS error code, and one issue. Diagnostics are
// plain words and never repeat a value that came in.
#pragma once

#include <string>
#include <string_view>

namespace hubward::server::wire::fhir {

struct Trouble {
    unsigned status = 400;
    std::string issue;        // FHIR R4 issue-type: "required", "invariant", "duplicate" …
    std::string diagnostics;
    std::string expression;   // FHIRPath or JSON pointer of the place; may be empty
};

// The code of https://fhir.nhs.uk/Codesystem/http-error-codes for a status; receivers' are REC_….
std::string_view error_code(unsigned status);
std::string encode_outcome(const Trouble& trouble);

}  // namespace hubward::server::wire::fhir
