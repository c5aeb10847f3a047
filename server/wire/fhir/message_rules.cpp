// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/message_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "server/wire/fhir/systems.hpp"
#include "server/wire/identifiers.hpp"

namespace hubward::server::wire::fhir {
namespace {

struct Count {
    std::string_view type;
    std::size_t min;
    std::size_t max;
};
constexpr std::size_t any_number = SIZE_MAX;

constexpr std::array<Count, 10> referral_counts{{
    {"MessageHeader", 1, 1},
    {"ServiceRequest", 1, 1},
    {"Patient", 1, 1},
    {"Encounter", 1, 1},
    {"CarePlan", 1, 1},
    {"HealthcareService", 1, 1},
    {"Organization", 2, any_number},
    {"Practitioner", 1, any_number},
    {"PractitionerRole", 1, any_number},
    {"Consent", 1, any_number},
}};
constexpr std::array<Count, 4> cancel_counts{{
    {"MessageHeader", 1, 1},
    {"ServiceRequest", 1, 1},
    {"Patient", 1, 1},
    {"Organization", 2, any_number},
}};

std::optional<std::int64_t> rank_of(Json contact) {
    const auto rank = extension(contact, "/Extension-UKCore-ContactRank");
    const auto value = rank ? rank->find("valuePositiveInt") : std::nullopt;
    return value ? value->integer() : std::nullopt;
}

std::optional<Trouble> check_first_contact(Json contact, const std::string& place) {
    const auto telecoms = contact.find("telecom");
    bool phone = false;
    bool ranked = telecoms.has_value();
    std::size_t first = 0;
    if (telecoms) {
        telecoms->items([&](std::size_t, Json way) {
            const auto rank = way.find("rank");
            const auto value = rank ? rank->integer() : std::nullopt;
            ranked = ranked && value && *value > 0;
            first += value && *value == 1 ? 1u : 0u;
            phone = phone || (way.text_at("system") == "phone" && !way.text_at("value").empty());
        });
    }
    if (!phone) {
        return breach("required", "The contact of rank 1 must have a phone.", place + ".telecom");
    }
    if (!ranked || first != 1) {
        return breach("invariant", "Each telecom of the first contact needs a rank, one of them 1.",
                      place + ".telecom.rank");
    }
    return std::nullopt;
}

std::optional<Trouble> check_contacts(const Json& patient) {
    const auto contacts = patient.find("contact");
    if (!contacts || contacts->size() == 0) {
        return breach("required", "At least one contact is required.", "Patient.contact");
    }
    std::size_t firsts = 0;
    bool ranked = true;
    std::optional<Trouble> trouble;
    contacts->items([&](std::size_t i, Json contact) {
        const auto rank = rank_of(contact);
        ranked = ranked && rank && *rank > 0;
        if (rank && *rank == 1) {
            ++firsts;
            if (!trouble) {
                trouble = check_first_contact(contact, fmt::format("Patient.contact[{}]", i));
            }
        }
    });
    if (!ranked) {
        return breach("required", "Each contact needs a ContactRank.", "Patient.contact.extension");
    }
    if (firsts != 1) {
        return breach("invariant", "Exactly one contact must have rank 1.", "Patient.contact");
    }
    return trouble;
}

// Verified, or present but not traced; by the older code system and the newer one of England.
bool may_be_sent(std::string_view status) {
    return status == "number-present-and-verified" || status == "number-present-but-not-traced" ||
           status == "01" || status == "02";
}

std::optional<Trouble> check_nhs_number(const Json& patient, bool refuse_wrong_check_digit) {
    std::optional<Trouble> trouble;
    const auto identifiers = patient.find("identifier");
    if (!identifiers) {
        return trouble;  // a referral is taken without one
    }
    identifiers->items([&](std::size_t i, Json item) {
        if (trouble || !same_system(item.text_at("system"), nhs_number_system)) {
            return;
        }
        const auto place = fmt::format("Patient.identifier[{}]", i);
        if (!nhs_number_digits(item.text_at("value"))) {
            trouble = breach("value", "An NHS number has ten digits.", place + ".value");
            return;
        }
        if (refuse_wrong_check_digit && !nhs_number(item.text_at("value"))) {
            trouble = breach("value", "The check digit of the NHS number is wrong.", place + ".value");
            return;
        }
        auto status = extension(item, "NHSNumberVerificationStatus");
        if (!status) {
            status = extension(item, "NHSNumberVerificationStatusEngland");
        }
        const auto coded = status ? status->find("valueCodeableConcept") : std::nullopt;
        const auto codings = coded ? coded->find("coding") : std::nullopt;
        const auto coding = codings ? codings->front() : std::nullopt;
        if (!coding || !may_be_sent(coding->text_at("code"))) {
            trouble = breach("invariant",
                             "An NHS number must be verified, or present but not traced.",
                             place + ".extension");
        }
    });
    return trouble;
}

}  // namespace

Trouble breach(std::string issue, std::string diagnostics, std::string expression) {
    return {400, std::move(issue), std::move(diagnostics), std::move(expression)};
}

std::optional<Trouble> check_cardinalities(const Message& message) {
    const auto check = [&](const Count& wanted) -> std::optional<Trouble> {
        const auto found = static_cast<std::size_t>(
            std::count_if(message.resources.begin(), message.resources.end(),
                          [&](const Resource& r) { return r.type == wanted.type; }));
        if (found >= wanted.min && found <= wanted.max) {
            return std::nullopt;
        }
        const auto how = wanted.max == wanted.min ? "exactly" : "at least";
        return breach("invariant",
                      fmt::format("The message definition asks for {} {} {}.", how, wanted.min,
                                  wanted.type),
                      "Bundle.entry");
    };
    if (message.what == Message::What::refer) {
        for (const auto& wanted : referral_counts) {
            if (auto trouble = check(wanted)) {
                return trouble;
            }
        }
        return std::nullopt;
    }
    for (const auto& wanted : cancel_counts) {
        if (auto trouble = check(wanted)) {
            return trouble;
        }
    }
    return std::nullopt;
}

std::optional<Trouble> check_referral(const Message& message) {
    if (message.first("CarePlan")->text_at("status") != "completed") {
        return breach("invariant", "A referral carries a CarePlan with status completed.",
                      "CarePlan.status");
    }
    const auto encounter = message.first("Encounter")->text_at("status");
    if (encounter != "finished" && encounter != "triaged") {
        return breach("invariant", "A referral carries an Encounter with status finished or triaged.",
                      "Encounter.status");
    }
    for (const auto& resource : message.resources) {
        if (resource.type == "Consent" &&
            code_in_any(resource.value.find("category"), consent_system) != "DRC") {
            return breach("invariant", "The category of consent must be direct care (DRC).",
                          "Consent.category");
        }
    }
    return std::nullopt;
}

std::optional<Trouble> check_patient(const Json& patient, const Served& served) {
    if (auto trouble = check_nhs_number(patient, served.refuse_wrong_check_digit)) {
        return trouble;
    }
    return check_contacts(patient);
}

}  // namespace hubward::server::wire::fhir
