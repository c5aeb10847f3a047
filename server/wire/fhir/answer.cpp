// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/answer.hpp"

#include <map>

#include "server/wire/fhir/answer_entries.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::wire::fhir {
namespace {

template <class More>
std::string answer(std::string_view bundle, const matcher::ReferralId& referral, More&& more) {
    std::string out;
    out.reserve(bundle.size() + 2048);
    JsonWriter json(out);
    const auto bundle_id = unquoted(raw_member(bundle, "id"));
    json.open_object();
    for (const auto& [key, value] : raw_members(bundle)) {
        if (key != "entry") {
            json.raw(key_text(key), value);
            continue;
        }
        json.open_array(key);
        std::size_t position = 0;
        for (const auto entry : raw_items(value)) {
            write_entry(json, entry, {referral, bundle_id}, position++);
        }
        more(json);
        json.close_array();
    }
    json.close_object();
    return out;
}

}  // namespace

std::string encode_referral_answer(std::string_view bundle, const matcher::ReferralId& referral,
                                   matcher::ReferralIndex index, matcher::Timestamp taken,
                                   std::string_view reference_system) {
    return answer(bundle, referral, [&](JsonWriter& json) {
        AnswerEncounter planned;
        planned.id = resource_id("planned", {referral, {}}, 0);
        planned.at = taken;
        planned.reference_system = reference_system;
        planned.reference = readable_reference(index);
        write_encounter(json, bundle, planned);
    });
}

std::string encode_cancel_answer(std::string_view bundle, const matcher::ReferralId& referral) {
    return answer(bundle, referral, [](JsonWriter&) {});
}

std::string encode_service_request(std::string_view bundle, const matcher::Referral& referral,
                                   std::string_view cancelling) {
    const auto resource = service_request_in(bundle);
    const auto later = raw_members(service_request_in(cancelling));
    const std::map<std::string_view, std::string_view> last(later.begin(), later.end());
    const auto last_word = [&](std::string_view key, std::string_view first) {
        const auto said = last.find(key);
        return said == last.end() ? first : said->second;
    };
    const auto ours = [](std::string_view key) {
        return key == "resourceType" || key == "id" || key == "status";
    };
    std::string out;
    if (resource.empty()) {
        return out;
    }
    JsonWriter json(out);
    json.open_object();
    json.text("resourceType", "ServiceRequest");
    json.text("id", id_text(referral.id));
    const auto first = raw_members(resource);
    const std::map<std::string_view, std::string_view> known(first.begin(), first.end());
    for (const auto& [key, value] : first) {
        if (key == "status") {
            json.text("status", matcher::name(referral.status));
        } else if (!ours(key)) {
            json.raw(key_text(key), last_word(key, value));
        }
    }
    for (const auto& [key, value] : later) {
        if (!ours(key) && !known.contains(key)) {
            json.raw(key_text(key), value);
        }
    }
    json.close_object();
    return out;
}

std::string_view bundle_in(std::string_view details) {
    return unquoted(raw_member(details, "format")) == "bars" ? raw_member(details, "bundle")
                                                             : std::string_view();
}

}  // namespace hubward::server::wire::fhir
