// SPDX-License-Identifier: Apache-2.0
#include "server/cli/demo_people.hpp"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace hubward::server::cli {
namespace {

using Words = std::initializer_list<std::string_view>;

constexpr auto first_names = std::to_array<std::string_view>(
    {"Amara", "Bogdan", "Cerys", "Dilip", "Eleni", "Farida", "Gareth", "Hanna", "Idris", "Joan",
     "Kwame", "Lena", "Mabel", "Nadia", "Oskar", "Parveen", "Rosa", "Stan", "Tomasz", "Uma",
     "Violet", "Winston", "Yusuf", "Zofia"});
constexpr auto last_names = std::to_array<std::string_view>(
    {"Ashbrook", "Birchley", "Copperfield", "Dunmere", "Elmsworth", "Fernhill", "Gorsedale",
     "Hollowell", "Ivyton", "Juniper", "Kestrelby", "Larkham", "Mossgrove", "Nettleford",
     "Oakhurst", "Pebbleton", "Quillby", "Rowanlea", "Sorrelton", "Thistlewick"});
// What people come with; a line is one person's needs.
constexpr auto needs = std::to_array<std::string_view>({
    R"("nhs-login","nhs-app")", R"("skill-foundation")", R"("dev-loan","data-sim")", R"("nhs-repeat")",
    R"("dev-repair")", R"("data-broadband")", R"("nhs-proxy","carer-support")", R"("trust-safety")",
    R"("assess")", R"("group-training")", R"("dev-gift")", R"("nhs-video","nhs-consult")",
    R"("at-assist")", R"("social-connect","motivation")", R"("skill-info","skill-trans")",
    R"("nhs-monitor")", R"("lang-support")", R"("data-tariff")", R"("nhs-book")", R"("health-info")",
});
constexpr auto languages = std::to_array<std::string_view>(
    {"en", "en", "en", "en", "en", "ur", "pl", "pa", "ar", "ro", "bn", "uk"});
constexpr auto access = std::to_array<std::string_view>(
    {"", "", "", "", "", "", "", "", "", R"("wheelchair")", R"("wheelchair")", R"("hearing-loop")"});
constexpr auto notes = std::to_array<std::string_view>(
    {"Prefers mornings.", "Would like somebody patient.", "Has a phone but no data.",
     "Comes with a neighbour.", "Never used a computer.", "Asked twice at reception."});

// Ten digits from 999 000 0000 on, the last one its check digit (modulus 11).
std::string nhs_number(std::uint64_t serial) {
    for (;; ++serial) {
        const std::string digits = fmt::format("999{:06}", serial % 1'000'000);
        int sum = 0;
        for (int i = 0; i < 9; ++i) {
            sum += (digits[static_cast<std::size_t>(i)] - '0') * (10 - i);
        }
        const int check = (11 - sum % 11) % 11;
        if (check != 10) {
            return digits + static_cast<char>('0' + check);
        }
    }
}

}  // namespace

std::string DemoPeople::referral() {
    const auto of = [this](const auto& words) { return words[pick(words.size())]; };
    const auto age = 25 + pick(65);
    const auto needed = access[pick(access.size())];
    return fmt::format(
        R"({{"needs":[{}],"urgency":"{}","language":"{}","access":[{}],"age":{},)"
        R"("location":{{"latitude":{:.2f},"longitude":{:.2f}}},)"
        R"("person":{{"name":"{} {}","nhs_number":"{}","postcode":"LS99 9ZZ",)"
        R"("contact":[{{"system":"phone","value":"01632 960{:03}"}}],"note":"{}"}},)"
        R"("consent":{{"share_with_hub":true,"given_by":"self","how":"verbal"}}}})",
        of(needs), pick(8) == 0 ? "urgent" : "routine", of(languages), needed, age,
        53.76 + 0.01 * static_cast<double>(pick(8)), -1.59 + 0.01 * static_cast<double>(pick(8)),
        of(first_names), of(last_names), nhs_number(pick(1'000'000)), pick(1'000), of(notes));
}

}  // namespace hubward::server::cli
