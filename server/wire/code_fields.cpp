// SPDX-License-Identifier: Apache-2.0
#include "server/wire/code_fields.hpp"

#include <algorithm>

#include "server/wire/hub_json.hpp"  // valid_slug
#include "server/wire/identifiers.hpp"

namespace hubward::server::wire {
namespace {

std::optional<matcher::Need> read_need(Json value, const Where& at, Findings& findings) {
    const auto word = want_text(value, at, findings, 64);
    if (!word) {
        return std::nullopt;
    }
    const auto need = matcher::parse<matcher::Need>(*word);
    if (!need) {
        findings.add(at, "code", "This is no need code; schema Need in /openapi.json lists them.");
    }
    return need;
}

}  // namespace

std::optional<std::string_view> want_word(Json value, const Where& at, Findings& findings,
                                          std::initializer_list<std::string_view> words) {
    const auto text = want_text(value, at, findings, 64);
    if (!text) {
        return std::nullopt;
    }
    if (std::find(words.begin(), words.end(), *text) == words.end()) {
        std::string detail = "Must be one of ";
        for (const auto word : words) {
            detail.append(word).append(word == *(words.end() - 1) ? "." : ", ");
        }
        findings.add(at, "code", std::move(detail));
        return std::nullopt;
    }
    return text;
}

std::optional<std::string_view> want_slug(Json value, const Where& at, Findings& findings) {
    const auto text = want_text(value, at, findings, 64);
    if (text && !valid_slug(*text)) {
        findings.add(at, "format", "A hub is named by its slug: a-z, 0-9 and inner hyphens.");
        return std::nullopt;
    }
    return text;
}

void read_needs(Json value, const Where& at, Findings& findings, matcher::Ask& ask) {
    if (!want_array(value, at, findings, 1, matcher::limits::needs_max)) {
        return;
    }
    matcher::NeedSet seen;
    value.items([&](std::size_t i, Json item) {
        const Where here(at, i);
        const auto need = read_need(item, here, findings);
        if (!need) {
            return;
        }
        if (seen.has(*need)) {
            findings.add(here, "duplicate", "This need is named twice.");
            return;
        }
        seen.add(*need);
        ask.needs[ask.need_count++] = *need;
    });
}

matcher::NeedSet read_need_set(Json value, const Where& at, Findings& findings) {
    matcher::NeedSet set;
    if (want_array(value, at, findings, 0, 64)) {
        value.items([&](std::size_t i, Json item) {
            if (const auto need = read_need(item, Where(at, i), findings)) {
                set.add(*need);
            }
        });
    }
    return set;
}

matcher::Language read_language(Json value, const Where& at, Findings& findings) {
    const auto tag = want_text(value, at, findings, 35);  // the length RFC 5646 asks for
    if (!tag) {
        return matcher::Language::not_stated;
    }
    const auto language = matcher::parse_language(*tag);
    if (!language) {
        findings.add(at, "code", "A language tag such as ur, pl or bfi is expected.");
    }
    return language.value_or(matcher::Language::not_stated);
}

matcher::LanguageSet read_languages(Json value, const Where& at, Findings& findings) {
    matcher::LanguageSet set;
    if (want_array(value, at, findings, 0, 255)) {
        value.items([&](std::size_t i, Json item) {
            const auto language = read_language(item, Where(at, i), findings);
            if (language != matcher::Language::not_stated) {
                set.add(language);
            }
        });
    }
    return set;
}

matcher::AccessSet read_access(Json value, const Where& at, Findings& findings,
                               std::vector<std::uint64_t>& other) {
    matcher::AccessSet set;
    if (!want_array(value, at, findings, 0, 32)) {
        return set;
    }
    value.items([&](std::size_t i, Json item) {
        const Where here(at, i);
        const auto text = want_text(item, here, findings, 64);
        if (!text) {
            return;
        }
        if (const auto word = matcher::parse<matcher::Access>(*text)) {
            set.add(*word);
            return;
        }
        const auto concept_id = snomed_id(*text);
        if (!concept_id) {
            findings.add(here, "code",
                         "An access word or a SNOMED CT id with a correct check digit is expected.");
        } else if (const auto known = matcher::access_from_snomed(*concept_id)) {
            set.add(*known);
        } else {
            other.push_back(*concept_id);
        }
    });
    return set;
}

template <class Set, class Code>
Set read_code_set(Json value, const Where& at, Findings& findings, std::string_view wanted) {
    Set set;
    if (!want_array(value, at, findings, 0, matcher::names<Code>().size())) {
        return set;
    }
    value.items([&](std::size_t i, Json item) {
        const Where here(at, i);
        const auto text = want_text(item, here, findings, 64);
        const auto code = text ? matcher::parse<Code>(*text) : std::nullopt;
        if (text && !code) {
            findings.add(here, "code", std::string(wanted) + " is expected; /openapi.json lists them.");
        } else if (code) {
            set.add(*code);
        }
    });
    return set;
}
template matcher::HalfDaySet read_code_set<matcher::HalfDaySet, matcher::HalfDay>(
    Json, const Where&, Findings&, std::string_view);
template matcher::RequirementSet read_code_set<matcher::RequirementSet, matcher::Requirement>(
    Json, const Where&, Findings&, std::string_view);
template matcher::PurposeSet read_code_set<matcher::PurposeSet, matcher::Purpose>(
    Json, const Where&, Findings&, std::string_view);
template matcher::GroupSet read_code_set<matcher::GroupSet, matcher::Group>(
    Json, const Where&, Findings&, std::string_view);

matcher::PlaceCode read_place_code(Json value, const Where& at, Findings& findings) {
    const auto text = want_text(value, at, findings, matcher::PlaceCode::capacity);
    if (text && !valid_slug(*text)) {
        findings.add(at, "format", "A place is named by its code: a-z, 0-9 and inner hyphens.");
        return {};
    }
    return matcher::PlaceCode(text.value_or(""));
}

std::uint32_t read_communities(Json value, const Where& at, Findings& findings) {
    std::uint32_t set = 0;
    if (want_array(value, at, findings, 0, 32)) {
        value.items([&](std::size_t i, Json item) {
            if (const auto bit = want_integer(item, Where(at, i), findings, 0, 31)) {
                set |= std::uint32_t{1} << *bit;
            }
        });
    }
    return set;
}

}  // namespace hubward::server::wire
