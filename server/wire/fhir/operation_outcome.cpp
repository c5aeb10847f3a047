// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/operation_outcome.hpp"

#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

std::string_view error_code(unsigned status) {
    switch (status) {
        case 400:
        case 413:
        case 415: return "REC_BAD_REQUEST";
        case 401: return "REC_UNAUTHORIZED";
        case 403: return "REC_FORBIDDEN";
        case 404: return "REC_NOT_FOUND";
        case 405: return "REC_METHOD_NOT_ALLOWED";
        case 406: return "REC_NOT_ACCEPTABLE";
        case 408: return "REC_TIMEOUT";
        case 409: return "REC_CONFLICT";
        case 422: return "REC_UNPROCESSABLE_ENTITY";
        case 425: return "REC_TOO_EARLY";
        case 429: return "REC_TOO_MANY_REQUESTS";
        case 501: return "REC_NOT_IMPLEMENTED";
        case 503: return "REC_UNAVAILABLE";
        default: return status < 500 ? "REC_BAD_REQUEST" : "REC_SERVER_ERROR";
    }
}

std::string encode_outcome(const Trouble& trouble) {
    std::string out;
    out.reserve(480);
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "OperationOutcome");
    json.open_object("meta");
    json.open_array("profile");
    json.text("https://fhir.hl7.org.uk/StructureDefinition/UKCore-OperationOutcome");
    json.close_array();
    json.close_object();
    json.open_array("issue");
    json.open_object();
    json.text("severity", "error");
    json.text("code", trouble.issue);
    json.open_object("details");
    json.open_array("coding");
    json.open_object();
    // The published examples spell Codesystem with a small s; receivers are compared with those.
    json.text("system", "https://fhir.nhs.uk/Codesystem/http-error-codes");
    json.text("code", error_code(trouble.status));
    json.close_object();
    json.close_array();
    json.close_object();
    json.text("diagnostics", trouble.diagnostics);
    if (!trouble.expression.empty()) {
        json.open_array("expression");
        json.text(trouble.expression);
        json.close_array();
    }
    json.close_object();
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
