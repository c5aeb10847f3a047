// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/headers.hpp"
#include "server/wire/fhir/message.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/referral_mapping.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire;
    const auto text = fuzz::text_of(data, size);
    const fhir::Served served{{"9000000001"}, {"dhub1"}};
    fhir::check_target({.target = text}, served);
    fhir::check_accept({.accept = text});
    const auto message = fhir::read_message(text, served);
    if (!message) {
        fuzz::invariant(message.error().status >= 400, "trouble has a status");
        return 0;
    }
    const auto submission = fhir::map_referral(*message, text, Gazetteer(), fhir::NeedMap(), {1'772'443'800'000});
    const std::string bundle(fhir::bundle_in(submission.details));
    const auto answer = fhir::encode_referral_answer(bundle, {1, 2}, matcher::ReferralIndex{1},
                                                     {1'772'443'800'000}, "urn:x");
    fuzz::invariant(read_json(answer, fhir_depth_max).has_value(), "an answer is JSON");
    return 0;
}
