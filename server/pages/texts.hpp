// SPDX-License-Identifier: Apache-2.0
//
// The words on the pages, by group and key, from web/texts/<tag>.json. Any thread; good for ever.
//
// Every text is an ICU MessageFormat pattern. A key that a language lacks is taken from English, and
// one that English lacks gives the key itself, so that a forgotten word is seen and nothing is lost.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>

#include "matcher/types.hpp"
#include "server/pages/language.hpp"
#include "server/pages/message.hpp"
#include "server/pages/model.hpp"

namespace hubward::server::pages {

class Words {
  public:
    using Group = std::map<std::string, std::string, std::less<>>;
    using Groups = std::map<std::string, Group, std::less<>>;

    Words(const Language& language, Groups groups);

    const Language& language() const { return language_; }
    const Groups& groups() const { return groups_; }
    bool has(std::string_view group, std::string_view key) const;
    // A text without arguments: "reason", "no-capacity" → "We have no room now".
    std::string_view text(std::string_view group, std::string_view key) const;
    // A text with arguments: {n} as a number, names as texts.
    std::string say(std::string_view group, std::string_view key, std::initializer_list<Arg> args) const;
    // The group "page" as the model `t` of every template.
    const Model& page() const { return page_; }
    // A group as a JSON object of patterns, for the page's script.
    std::string group_json(std::string_view group) const;

    // "4 minutes ago", "2 hours left", "1.2 km"; a distance of 0 is also "not known" and is empty.
    std::string ago(matcher::Timestamp then, matcher::Timestamp now) const;
    std::string left(matcher::Timestamp until, matcher::Timestamp now) const;
    std::string distance(matcher::Metres metres) const;
    std::string date(matcher::Timestamp at) const { return date_text(language_, at); }
    std::string interval(matcher::Timestamp from, matcher::Timestamp to) const {
        return interval_text(language_, from, to);
    }
    std::string day(matcher::Timestamp at) const { return day_text(language_, at); }
    std::string number(std::int64_t value) const { return number_text(language_, value); }

  private:
    const std::string* find(std::string_view group, std::string_view key) const;
    std::string span(std::string_view prefix, std::int64_t ms) const;

    const Language& language_;
    Groups groups_;
    Model page_;
};

// Read once, at the first call for that language.
const Words& words_in(const Language& language);
// The catalogue of `tag` as it stands in its file.
Words::Groups read_catalogue(std::string_view tag);

}  // namespace hubward::server::pages
