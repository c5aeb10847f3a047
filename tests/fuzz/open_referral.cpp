// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/import.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire::open_referral;
    const auto text = fuzz::text_of(data, size);
    const auto overlay = Overlay::read(text);
    const auto result = import_hubs(text, overlay ? *overlay : Overlay(),
                                    server::wire::Gazetteer(), {"leeds"});
    if (result) {
        for (const auto& hub : result->hubs) {
            fuzz::invariant(server::wire::valid_slug(hub.slug), "a hub has a slug");
        }
    } else {
        fuzz::invariant(!result.error().empty(), "a refusal says why");
    }
    return 0;
}
