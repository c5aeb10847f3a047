// SPDX-License-Identifier: Apache-2.0
//
// Fields that hold codes of the domain, shared by referrals and hubs.
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "matcher/codes.hpp"
#include "matcher/language.hpp"
#include "matcher/referral.hpp"
#include "server/wire/fields.hpp"

namespace hubward::server::wire {

// Each notes a fault and gives an empty result when the value is not what is wanted.

std::optional<std::string_view> want_word(Json value, const Where& at, Findings& findings,
                                          std::initializer_list<std::string_view> words);
std::optional<std::string_view> want_slug(Json value, const Where& at, Findings& findings);
// One to eight different needs, in their order.
void read_needs(Json value, const Where& at, Findings& findings, matcher::Ask& ask);
matcher::NeedSet read_need_set(Json value, const Where& at, Findings& findings);
matcher::Language read_language(Json value, const Where& at, Findings& findings);
matcher::LanguageSet read_languages(Json value, const Where& at, Findings& findings);
// Words ("wheelchair") or SNOMED CT concept ids as text. Valid concepts without a rule of ours go
// to `other`: they are for people, and never dropped.
matcher::AccessSet read_access(Json value, const Where& at, Findings& findings,
                               std::vector<std::uint64_t>& other);
// Codes of one list, each at most once; `wanted` names the list in the fault ("a half day").
template <class Set, class Code>
Set read_code_set(Json value, const Where& at, Findings& findings, std::string_view wanted);
// A code such as "leeds": a-z, 0-9 and inner hyphens, at most 24 bytes.
matcher::PlaceCode read_place_code(Json value, const Where& at, Findings& findings);
// Positions 0 … 31; what they mean is the place's configuration.
std::uint32_t read_communities(Json value, const Where& at, Findings& findings);

}  // namespace hubward::server::wire
