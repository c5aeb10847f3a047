// SPDX-License-Identifier: Apache-2.0
//
// Bytes that claim to be FHIR XML.
#include "tests/fuzz/fhir_walk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire;
    const auto json = fhir::json_from_xml(fuzz::text_of(data, size));
    if (!json) {
        fuzz::invariant(json.error().status == 400, "trouble is the sender's");
        return 0;
    }
    if (read_json(*json, fhir_depth_max)) {
        fuzz::check_xml(*json);
        fuzz::walk_message(*json);
    }
    return 0;
}
