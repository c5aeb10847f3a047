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
    fhir::check_accept({.accept = text});
    fhir::organisation_code({.organisation = text});
    fuzz::walk_message(text);
    return 0;
}
