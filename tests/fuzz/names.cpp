// SPDX-License-Identifier: Apache-2.0
//
// Postcodes, ids, references, dates, numbers: everything that people type into one field.
#include "server/wire/calendar.hpp"
#include "server/wire/gazetteer.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/referral_json.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire;
    const auto text = fuzz::text_of(data, size);
    if (const auto code = normal_postcode(text)) {
        fuzz::invariant(normal_postcode(*code) == code, "a normal postcode stays the same");
    }
    if (const auto id = parse_id(text)) {
        fuzz::invariant(parse_id(id_text(*id)) == id, "ids read back");
    }
    if (const auto offer = parse_offer_id(text)) {
        fuzz::invariant(parse_offer_id(offer_id_text(offer->referral, offer->ordinal)).has_value(),
                        "offer ids read back");
    }
    if (const auto index = parse_reference(text)) {
        fuzz::invariant(parse_reference(readable_reference(*index)) == index, "references read back");
    }
    if (const auto at = parse_instant(text); at && at->ms >= 0) {
        fuzz::invariant(parse_instant(time_text(*at)) == at, "times read back");
    }
    if (const auto number = nhs_number(text)) {
        fuzz::invariant(nhs_number(*number) == number, "numbers read back");
    }
    parse_date(text);
    snomed_id(text);
    phone_shaped(text);
    email_shaped(text);
    valid_slug(text);
    ods_shaped(text);
    uuid_shaped(text);
    Gazetteer().find(text);
    return 0;
}
