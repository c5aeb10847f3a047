// SPDX-License-Identifier: Apache-2.0
#include "server/wire/hub_json.hpp"
#include "server/wire/json_reader.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    const auto body = fuzz::text_of(data, size);
    const auto slug = body.substr(0, 80);
    fuzz::invariant(!server::wire::decode_hub(slug, body, server::wire::Gazetteer()) ||
                        server::wire::valid_slug(slug), "a hub has a slug");
    const auto read = server::wire::decode_hub("hub", body, server::wire::Gazetteer());
    if (read) {
        matcher::Hub hub;
        hub.profile = read->command.profile;
        const auto text = server::wire::encode_hub(hub, read->profile, {}, server::wire::owners_eyes);
        fuzz::invariant(server::wire::read_json(text).has_value(), "a hub is JSON");
    } else {
        fuzz::invariant(!read.error().empty() && read.error().size() <= 20, "faults are named");
    }
    return 0;
}
