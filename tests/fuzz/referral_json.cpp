// SPDX-License-Identifier: Apache-2.0
#include "server/wire/referral_json.hpp"
#include "server/wire/json_reader.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    const auto read =
        server::wire::decode_referral(fuzz::text_of(data, size), server::wire::Gazetteer());
    if (read) {
        fuzz::invariant(read->command.ask.need_count > 0, "a referral asks for something");
        fuzz::invariant(server::wire::read_json(read->details).has_value(), "details are JSON");
    } else {
        fuzz::invariant(!read.error().empty() && read.error().size() <= 20, "faults are named");
    }
    return 0;
}
