// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/search.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "server/wire/calendar.hpp"
#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // parse_id

namespace hubward::server::wire::fhir {
namespace {

using Checked = std::optional<Trouble>;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool begins(std::string_view text, std::string_view with) {
    return text.size() >= with.size() &&
           std::equal(with.begin(), with.end(), text.begin(),
                      [](char a, char b) { return lower(a) == lower(b); });
}

std::string bare_postcode(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '+') {
            out += upper(c);
        }
    }
    return out;
}

Token token_of(std::string_view text) {
    const auto bar = text.find('|');
    if (bar == std::string_view::npos) {
        return {{}, std::string(text)};
    }
    return {std::string(text.substr(0, bar)), std::string(text.substr(bar + 1))};
}

Trouble wrong(std::string_view parameter, std::string_view wanted) {
    return {400, "value", fmt::format("{}: {}", parameter, wanted), {}};
}

Checked read_id(std::string_view value, Question& question) {
    question.id = parse_id(value);
    return question.id ? Checked() : wrong("_id", "the id of a ServiceRequest is a UUID here.");
}

Checked read_status(std::string_view value, Question& question) {
    question.status = matcher::parse<matcher::ReferralStatus>(value);
    return question.status ? Checked() : wrong("status", "a status of a ServiceRequest is expected.");
}

// A value without a system is taken for an NHS number: senders leave the system out.
Checked read_patient(std::string_view value, Question& question) {
    const auto token = token_of(value);
    if (!token.system.empty() && !same_system(token.system, nhs_number_system)) {
        if (!without_scheme(token.system) || token.value.empty()) {
            return wrong("patient:identifier", "system|value is expected.");
        }
        question.patient = token;
        return std::nullopt;
    }
    const auto digits = nhs_number_digits(token.value);
    if (!digits) {
        return wrong("patient:identifier", "an NHS number has ten digits.");
    }
    question.nhs_number = *digits;
    return std::nullopt;
}

Checked read_identifier(std::string_view value, Question& question) {
    const auto token = token_of(value);
    if (token.value.empty()) {
        return wrong("identifier", "system|value or a value is expected.");
    }
    question.identifier = token;
    return std::nullopt;
}

Checked read_name(std::string_view value, Question& question) {
    question.name = std::string(value);
    return value.empty() ? Checked(wrong("patient:name", "the beginning of a name is expected."))
                         : std::nullopt;
}

Checked read_birthdate(std::string_view value, Question& question) {
    auto date = value.starts_with("eq") ? value.substr(2) : value;
    const auto filled = date.size() == 4   ? std::string(date) + "-01-01"
                        : date.size() == 7 ? std::string(date) + "-01"
                                           : std::string(date);
    if (!parse_date(filled)) {
        return wrong("patient:birthdate", "a date is expected, YYYY-MM-DD or a beginning of it.");
    }
    question.birthdate = std::string(date);
    return std::nullopt;
}

Checked read_postcode(std::string_view value, Question& question) {
    question.postcode = bare_postcode(value);
    return question.postcode.size() < 2
               ? Checked(wrong("patient:address-postalcode", "the beginning of a postcode is expected."))
               : std::nullopt;
}

struct Row {
    std::string_view name;
    Checked (*read)(std::string_view, Question&);
    bool narrows;  // enough by itself
};
// BaRS writes patient:identifier, FHIR itself patient.identifier; both are the same question.
constexpr std::array<Row, 13> rows{{
    {"_id", read_id, true},
    {"status", read_status, false},
    {"patient:identifier", read_patient, true},
    {"patient.identifier", read_patient, true},
    {"identifier", read_identifier, true},
    {"ServiceRequest.identifier", read_identifier, true},
    {"patient:name", read_name, true},
    {"patient.name", read_name, true},
    {"patient:birthdate", read_birthdate, true},
    {"patient.birthdate", read_birthdate, true},
    {"patient:address-postalcode", read_postcode, true},
    {"patient.address-postalcode", read_postcode, true},
    {"subject:identifier", read_patient, true},
}};

template <class Fits>
bool any_of(const Json& resource, std::string_view member, Fits&& fits_one) {
    bool found = false;
    if (const auto list = resource.find(member)) {
        list->items([&](std::size_t, Json item) { found = found || fits_one(item); });
    }
    return found;
}

bool has_identifier(const Json& resource, const Token& token) {
    const auto system = without_scheme(token.system);
    return any_of(resource, "identifier", [&](Json item) {
        return item.text_at("value") == token.value &&
               (token.system.empty() || (system && same_system(item.text_at("system"), *system)) ||
                item.text_at("system") == token.system);
    });
}

bool has_nhs_number(const Json& patient, std::string_view digits) {
    return any_of(patient, "identifier", [&](Json item) {
        return same_system(item.text_at("system"), nhs_number_system) &&
               nhs_number_digits(item.text_at("value")) == digits;
    });
}

bool has_name(const Json& patient, std::string_view beginning) {
    return any_of(patient, "name", [&](Json name) {
        return begins(name.text_at("family"), beginning) || begins(name.text_at("text"), beginning) ||
               any_of(name, "given", [&](Json given) { return begins(given.text(), beginning); });
    });
}

bool has_postcode(const Json& patient, std::string_view beginning) {
    return any_of(patient, "address", [&](Json address) {
        return begins(bare_postcode(address.text_at("postalCode")), beginning);
    });
}

}  // namespace

std::expected<Question, Trouble> read_question(
    const std::vector<std::pair<std::string, std::string>>& query) {
    Question question;
    bool narrow = false;
    for (const auto& [key, value] : query) {
        for (const auto& row : rows) {
            if (row.name != key || value.empty()) {
                continue;
            }
            if (auto trouble = row.read(value, question)) {
                return std::unexpected(*std::move(trouble));
            }
            narrow = narrow || row.narrows;
        }
    }
    if (!narrow) {
        return std::unexpected(
            Trouble{400, "required", "The query parameter patient:identifier is missing.", {}});
    }
    return question;
}

std::optional<Json> resource_of(Json bundle, std::string_view type) {
    std::optional<Json> chosen;
    if (const auto entries = bundle.find("entry")) {
        entries->items([&](std::size_t, Json entry) {
            const auto resource = entry.find("resource");
            if (!chosen && resource && resource->text_at("resourceType") == type) {
                chosen = resource;
            }
        });
    }
    return chosen;
}

bool fits(const Question& question, Json bundle) {
    const auto request = resource_of(bundle, "ServiceRequest");
    const auto patient = resource_of(bundle, "Patient");
    if (!request || !patient) {
        return false;
    }
    return (question.nhs_number.empty() || has_nhs_number(*patient, question.nhs_number)) &&
           (!question.patient || has_identifier(*patient, *question.patient)) &&
           (!question.identifier || has_identifier(*request, *question.identifier)) &&
           (question.name.empty() || has_name(*patient, question.name)) &&
           (question.birthdate.empty() || patient->text_at("birthDate").starts_with(question.birthdate)) &&
           (question.postcode.empty() || has_postcode(*patient, question.postcode));
}

std::string encode_searchset(const std::vector<Found>& found, std::optional<std::size_t> total,
                             std::string_view base_url, std::string_view self,
                             std::string_view next) {
    std::string out;
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "Bundle");
    json.text("type", "searchset");
    if (total) {
        json.integer("total", *total);
    }
    json.open_array("link");
    for (const auto& [relation, path] : {std::pair("self", self), std::pair("next", next)}) {
        if (!path.empty()) {
            json.open_object();
            json.text("relation", relation);
            json.text("url", std::string(base_url) + std::string(path));
            json.close_object();
        }
    }
    json.close_array();
    if (!found.empty()) {  // FHIR has no empty arrays
        json.open_array("entry");
        for (const auto& one : found) {
            json.open_object();
            json.text("fullUrl", fmt::format("{}/FHIR/R4/{}/{}", base_url, one.type, one.id));
            json.raw("resource", one.resource);
            json.open_object("search");
            json.text("mode", "match");
            json.close_object();
            json.close_object();
        }
        json.close_array();
    }
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire::fhir
