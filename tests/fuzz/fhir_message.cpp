// SPDX-License-Identifier: Apache-2.0
//
// Edits of a good message, in JSON and in XML (tests/fuzz/fhir_edits.hpp).
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "tests/fuzz/fhir_edits.hpp"
#include "tests/fuzz/fhir_walk.hpp"

namespace {

const std::string& good() {
    static const std::string text = [] {
        std::ifstream in(HUBWARD_GOOD_MESSAGE, std::ios::binary);
        return hubward::server::wire::fhir::squeezed_json(
            std::string(std::istreambuf_iterator<char>(in), {}));
    }();
    return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire;
    const auto text = fuzz::edited(good(), data, size);
    fuzz::walk_message(text);
    if (read_json(text, fhir_depth_max)) {
        fuzz::check_xml(text);
        if (const auto json = fhir::json_from_xml(fhir::xml_from_json(text))) {
            fuzz::walk_message(*json);
        }
    }
    return 0;
}
