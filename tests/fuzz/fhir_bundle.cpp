// SPDX-License-Identifier: Apache-2.0
//
// Bytes that claim to be a message, and headers.
#include "server/wire/fhir/headers.hpp"
#include "server/wire/fhir/negotiation.hpp"
#include "tests/fuzz/fhir_walk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire;
    const auto text = fuzz::text_of(data, size);
    const fhir::Served served{{"9000000001"}, {"dhub1"}};
    fhir::check_target({.target = text}, served);
    fhir::check_transaction_ids({.request_id = text, .correlation_id = text});
    fhir::check_accept({.accept = text});
    fhir::check_accept({.format = text});
    fhir::check_content_type({.content_type = text});
    fhir::organisation_code({.organisation = text});
    auto strict = served;
    strict.refuse_wrong_check_digit = true;
    if (fhir::read_message(text, strict)) {
        fuzz::invariant(fhir::read_message(text, served).has_value(), "strict takes less");
    }
    if (read_json(text, fhir_depth_max)) {
        fuzz::check_xml(text);
    }
    fuzz::walk_message(text);
    return 0;
}
