// SPDX-License-Identifier: Apache-2.0
//
// Bytes as edits of a good FHIR message, so that a fuzzer works on its structure and seldom on its
// commas: four bytes name a place (any value in the document) and what happens to it. Whatever the
// bytes are, the result is JSON.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "server/wire/fhir/raw_json.hpp"

namespace hubward::fuzz {

// More make a heap of rubbish that the first rule refuses.
inline constexpr std::size_t edits_max = 12;
// Three good messages. Doubling parts of it would reach any bound, and large ones find nothing new.
inline constexpr std::size_t edited_bytes_max = 32 * 1024;

// Every value in the document, outermost first.
inline void places(std::string_view value, std::vector<std::string_view>& found) {
    namespace fhir = server::wire::fhir;
    found.push_back(value);
    for (const auto& [key, member] : fhir::raw_members(value)) {
        places(member, found);
    }
    for (const auto item : fhir::raw_items(value)) {
        places(item, found);
    }
}

inline std::string edited(std::string document, const std::uint8_t* bytes, std::size_t size) {
    static constexpr std::array<std::string_view, 18> others{
        "null", "true", "0", "-1.10", "\"\"", "[]", "{}", "[null]", R"({"reference":"urn:uuid:1"})",
        R"("urn:uuid:00000002-1111-4222-8333-444444444444")", R"("active")", R"("revoked")", R"("update")",
        R"("https://fhir.nhs.uk/Id/nhs-number")", R"("\ud83d\ude00\u0001<&>")", R"("2026-13-40T99:99:99+99:99")",
        R"([{"coding":[{"system":"http://snomed.info/sct","code":"1325371000000107"}]}])",
        R"({"resourceType":"Patient","contact":[{}],"_gender":{"extension":[{"url":"x"}]}})"};
    for (std::size_t i = 0; i + 4 <= size && i < 4 * edits_max; i += 4) {
        std::vector<std::string_view> found;
        places(document, found);
        const auto place = found[(bytes[i] | static_cast<std::size_t>(bytes[i + 1]) << 8) % found.size()];
        const auto at = static_cast<std::size_t>(place.data() - document.data());
        std::string value;
        switch (bytes[i + 2] % 4) {
            case 0: value = others[bytes[i + 3] % others.size()]; break;
            case 1: value = found[(bytes[i + 3] * 7U) % found.size()]; break;  // another part of it
            case 2: value = "[" + std::string(place) + "," + std::string(place) + "]"; break;
            default: value = "{\"resource\":" + std::string(place) + "}"; break;
        }
        if (document.size() + value.size() > edited_bytes_max) {
            break;
        }
        document.replace(at, place.size(), value);
    }
    return document;
}

}  // namespace hubward::fuzz
