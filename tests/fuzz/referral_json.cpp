// SPDX-License-Identifier: Apache-2.0
#include "server/wire/referral_json.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"
#include "tests/fuzz/input.hpp"

namespace {

std::string written(std::string_view text) {
    using namespace hubward::server::wire;
    std::string out;
    if (const auto json = read_json(text)) {
        JsonWriter writer(out);
        json->write(writer);
        hubward::fuzz::invariant(json->is_array() ? json->front().has_value() == (json->size() > 0)
                                                  : !json->front(), "an array has a front");
    }
    return out;
}

// What was written reads as itself. (Nothing comes back of a decimal of twenty digits: it is written as a whole
// number, and those end at 64 bits.)
void check_written(std::string_view text) {
    const auto settled = written(written(text));
    hubward::fuzz::invariant(settled.empty() || written(settled) == settled, "JSON that was written reads as itself");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    check_written(fuzz::text_of(data, size));
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
