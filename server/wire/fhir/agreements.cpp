// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/agreements.hpp"

namespace hubward::server::wire::fhir {
namespace {

using matcher::RequirementSet;

struct Said {
    RequirementSet permitted;
    RequirementSet denied;
};

// Provisions hold provisions, which the reader's own depth bounds; one without a type says what the one
// around it says.
void read_provision(const Json& provision, const AgreementMap& map, bool permits, Said& said) {
    const auto type = provision.text_at("type");
    permits = type.empty() ? permits : type == "permit";
    if (const auto actions = provision.find("action")) {
        actions->items([&](std::size_t, Json action) {
            const auto codings = action.find("coding");
            if (!codings) {
                return;
            }
            codings->items([&](std::size_t, Json coding) {
                if (const auto what = map.find(coding.text_at("system"), coding.text_at("code"))) {
                    (permits ? said.permitted : said.denied).add(*what);
                }
            });
        });
    }
    if (const auto inner = provision.find("provision")) {
        inner->items([&](std::size_t, Json one) { read_provision(one, map, permits, said); });
    }
}

}  // namespace

RequirementSet agreed_in(const Message& message, const AgreementMap& map) {
    Said said;
    for (const auto& resource : message.resources) {
        const auto provision = resource.type == "Consent" && resource.value.text_at("status") == "active"
                                   ? resource.value.find("provision")
                                   : std::nullopt;
        if (provision) {
            read_provision(*provision, map, true, said);
        }
    }
    RequirementSet agreed = said.permitted;
    agreed.bits = static_cast<decltype(agreed.bits)>(agreed.bits & ~said.denied.bits);
    return agreed;
}

}  // namespace hubward::server::wire::fhir
