// SPDX-License-Identifier: Apache-2.0
#include "server/wire/person_fields.hpp"

#include "server/wire/code_fields.hpp"
#include "server/wire/gazetteer.hpp"
#include "server/wire/identifiers.hpp"

namespace hubward::server::wire {
namespace {

void read_contact_way(Json value, const Where& at, Findings& findings) {
    if (!want_object(value, at, findings)) {
        return;
    }
    std::optional<std::string_view> system;
    std::optional<std::string_view> text;
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "system") {
            system = want_word(part, here, findings, {"phone", "email", "sms", "post"});
        } else if (key == "value") {
            text = want_letters(part, here, findings, 400);
        } else if (key == "safe") {  // false: somebody else may read or hear it
            want_boolean(part, here, findings);
        } else {
            unknown_key(here, findings);
        }
    });
    for (const std::string_view key : {"system", "value"}) {
        if (!value.find(key)) {
            missing(at, key, findings);
        }
    }
    if (!system || !text) {
        return;
    }
    const Where here(at, "value");
    if ((*system == "phone" || *system == "sms") && !phone_shaped(*text)) {
        findings.add(here, "format", "A phone number of 7 to 15 digits is expected.");
    }
    if (*system == "email" && !email_shaped(*text)) {
        findings.add(here, "format", "An e-mail address is expected.");
    }
}

void read_contacts(Json value, const Where& at, Findings& findings) {
    if (want_array(value, at, findings, 0, 8)) {
        value.items([&](std::size_t i, Json item) {
            read_contact_way(item, Where(at, i), findings);
        });
    }
}

void read_carer(Json value, const Where& at, Findings& findings) {
    if (!want_object(value, at, findings)) {
        return;
    }
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "name" || key == "relationship") {
            want_letters(part, here, findings, 200);
        } else if (key == "contact") {
            read_contacts(part, here, findings);
        } else {
            unknown_key(here, findings);
        }
    });
    if (!value.find("name")) {
        missing(at, "name", findings);
    }
}

}  // namespace

PersonFacts read_person(Json value, const Where& at, Findings& findings) {
    PersonFacts facts;
    if (!want_object(value, at, findings)) {
        return facts;
    }
    value.members([&](std::string_view key, Json part) {
        const Where here(at, key);
        if (key == "name") {
            want_letters(part, here, findings, 200);
        } else if (key == "nhs_number") {
            const auto text = want_text(part, here, findings, 16);
            if (text && !nhs_number(*text)) {
                findings.add(here, "format", "Ten digits with a correct check digit are expected.");
            }
        } else if (key == "date_of_birth") {
            const auto text = want_text(part, here, findings, 10);
            facts.born = text ? parse_date(*text) : std::nullopt;
            if (text && !facts.born) {
                findings.add(here, "format", "A date that exists is expected: year-month-day.");
            }
        } else if (key == "contact") {
            read_contacts(part, here, findings);
        } else if (key == "address") {
            want_letters(part, here, findings, 400);
        } else if (key == "postcode") {
            const auto text = want_text(part, here, findings, 10);
            if (text && !normal_postcode(*text)) {
                findings.add(here, "format", "A whole British postcode is expected.");
            } else if (text) {
                facts.postcode = *text;
            }
        } else if (key == "note") {
            want_letters(part, here, findings, 1000);
        } else if (key == "carer") {
            read_carer(part, here, findings);
        } else {
            unknown_key(here, findings);
        }
    });
    return facts;
}

}  // namespace hubward::server::wire
