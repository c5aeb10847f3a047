// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/person.hpp"

#include <string>

#include "server/wire/fhir/systems.hpp"
#include "server/wire/gazetteer.hpp"  // normal_postcode
#include "server/wire/identifiers.hpp"

namespace hubward::server::wire::fhir {
namespace {

void append(std::string& text, std::string_view part, std::string_view between) {
    if (!part.empty()) {
        text += text.empty() ? std::string_view() : between;
        text += part;
    }
}

std::string joined(const std::optional<Json>& list, std::string_view between) {
    std::string text;
    if (list) {
        list->items([&](std::size_t, Json item) { append(text, item.text(), between); });
    }
    return text;
}

// The official or usual name; else the first.
std::optional<Json> name_of(const Json& patient) {
    const auto names = patient.find("name");
    std::optional<Json> chosen = names ? names->front() : std::nullopt;
    bool usual = false;
    if (names) {
        names->items([&](std::size_t, Json item) {
            const auto use = item.text_at("use");
            if (!usual && (use == "usual" || use == "official")) {
                chosen = item;
                usual = use == "usual";
            }
        });
    }
    return chosen;
}

std::optional<Json> address_of(const Json& patient) {
    const auto addresses = patient.find("address");
    std::optional<Json> chosen;
    bool home = false;
    if (addresses) {
        addresses->items([&](std::size_t, Json item) {
            const auto use = item.text_at("use");
            const bool lives = use == "home" || use == "temp";
            if (!chosen || (lives && !home)) {
                chosen = item;
                home = lives;
            }
        });
    }
    return chosen;
}

void write_telecoms(JsonWriter& json, const std::optional<Json>& list) {
    if (!list) {
        return;
    }
    list->items([&](std::size_t, Json way) {
        if (way.text_at("value").empty()) {
            return;
        }
        json.open_object();
        json.text("system", way.text_at("system").empty() ? "other" : way.text_at("system"));
        json.text("value", way.text_at("value"));
        json.close_object();
    });
}

// The contacts in the message: the person's own ways first, then each contact with who it is.
void write_contacts(JsonWriter& json, const Json& patient) {
    json.open_array("contact");
    write_telecoms(json, patient.find("telecom"));
    if (const auto contacts = patient.find("contact")) {
        contacts->items([&](std::size_t, Json contact) {
            write_telecoms(json, contact.find("telecom"));
        });
    }
    json.close_array();
}

}  // namespace

std::string note_of(const Message& message) {
    std::string note;
    for (const auto& resource : message.resources) {
        if (resource.type == "Condition") {
            const auto code = resource.value.find("code");
            append(note, code ? code->text_at("text") : std::string_view(), "\n");
        } else if (resource.type == "Task") {
            append(note, resource.value.text_at("description"), "\n");
        } else if (resource.type == "CarePlan") {
            append(note, resource.value.text_at("description"), "\n");
        }
    }
    return note;
}

std::string name_text(const Json& name) {
    std::string text(name.text_at("text"));
    if (text.empty()) {
        text = joined(name.find("given"), " ");
        append(text, name.text_at("family"), " ");
    }
    return text;
}

std::string display_name(const Json& who) {
    const auto name = name_of(who);
    return name ? name_text(*name) : std::string();
}

bool no_fixed_address(std::string_view postcode) {
    return normal_postcode(postcode) == "ZZ99 3VZ";
}

Identity identity_of(const Json& patient) {
    return {nhs_number_digits(identifier(patient, nhs_number_system)).value_or(std::string()),
            std::string(patient.text_at("birthDate"))};
}

bool may_be_same(const Identity& a, const Identity& b) {
    const auto agree = [](const std::string& x, const std::string& y) {
        return x.empty() || y.empty() || x == y;
    };
    return agree(a.nhs_number, b.nhs_number) && agree(a.birth_date, b.birth_date);
}

std::string_view postcode_of(const Json& patient) {
    const auto address = address_of(patient);
    return address ? address->text_at("postalCode") : std::string_view();
}

void write_person(JsonWriter& json, const Message& message) {
    const auto& patient = message.patient;
    json.open_object();
    json.text_unless_empty("name", display_name(patient));
    const auto number = identifier(patient, nhs_number_system);
    json.text_unless_empty("nhs_number", number);
    if (!number.empty() && !nhs_number(number)) {
        json.text("nhs_number_warning", "The check digit is wrong; ask the practice.");
    }
    json.text_unless_empty("date_of_birth", patient.text_at("birthDate"));
    write_contacts(json, patient);
    if (const auto address = address_of(patient)) {
        auto text = joined(address->find("line"), ", ");
        append(text, address->text_at("city"), ", ");
        json.text_unless_empty("address", text);
        json.text_unless_empty("postcode", address->text_at("postalCode"));
        if (no_fixed_address(address->text_at("postalCode"))) {
            json.text("housing", "no fixed address");
        }
    }
    json.text_unless_empty("note", note_of(message));
    json.close_object();
}

}  // namespace hubward::server::wire::fhir
