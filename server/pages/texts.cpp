// SPDX-License-Identifier: Apache-2.0
#include "server/pages/texts.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <stdexcept>

#include <fmt/format.h>

#include "server/pages/assets.hpp"
#include "server/pages/pseudo.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::pages {
namespace {

const Words& english() { return words_in(languages().front()); }

Words::Groups made_longer(Words::Groups groups) {
    for (auto& [group, words] : groups) {
        for (auto& [key, word] : words) {
            word = pseudo(word);
        }
    }
    return groups;
}

}  // namespace

Words::Groups read_catalogue(std::string_view tag) {
    Words::Groups read;
    const auto json = wire::read_json(texts_text(tag));
    if (!json) {
        throw std::logic_error(fmt::format("web/texts/{}.json: {}", tag, json.error().front().detail));
    }
    json->members([&](std::string_view group, wire::Json words) {
        words.members([&](std::string_view key, wire::Json word) {
            read[std::string(group)].emplace(key, word.text());
        });
    });
    return read;
}

const Words& words_in(const Language& language) {
    static std::array<std::once_flag, 16> once;
    static std::array<std::unique_ptr<const Words>, 16> all;
    const auto i = static_cast<std::size_t>(&language - languages().data());
    std::call_once(once.at(i), [&] {
        all.at(i) = std::make_unique<const Words>(
            language, language.pseudo ? made_longer(read_catalogue("en")) : read_catalogue(language.tag));
    });
    return *all.at(i);
}

Words::Words(const Language& language, Groups groups)
    : language_(language), groups_(std::move(groups)) {
    const bool first = &language == &languages().front();
    const Groups& all = first ? groups_ : english().groups();
    if (const auto page = all.find("page"); page != all.end()) {
        for (const auto& [key, word] : page->second) {
            page_.set(key, text("page", key));
        }
    }
}

const std::string* Words::find(std::string_view group, std::string_view key) const {
    const auto found = groups_.find(group);
    if (found == groups_.end()) {
        return nullptr;
    }
    const auto word = found->second.find(key);
    return word == found->second.end() ? nullptr : &word->second;
}

bool Words::has(std::string_view group, std::string_view key) const {
    return find(group, key) != nullptr;
}

std::string_view Words::text(std::string_view group, std::string_view key) const {
    if (const std::string* word = find(group, key)) {
        return *word;
    }
    return &language_ == &languages().front() ? key : english().text(group, key);
}

std::string Words::say(std::string_view group, std::string_view key,
                       std::initializer_list<Arg> args) const {
    const std::string* word = find(group, key);
    if (word == nullptr) {
        return &language_ == &languages().front() ? std::string(key) : english().say(group, key, args);
    }
    return format_message(language_, *word, {args.begin(), args.size()});
}

std::string Words::group_json(std::string_view group) const {
    std::string json;
    wire::JsonWriter out(json);
    out.open_object();
    if (const auto found = english().groups().find(group); found != english().groups().end()) {
        for (const auto& [key, word] : found->second) {
            out.text(key, text(group, key));
        }
    }
    out.close_object();
    return json;
}

std::string Words::span(std::string_view prefix, std::int64_t ms) const {
    constexpr std::int64_t minute = 60'000;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    const auto amount = [&](std::string_view unit, std::int64_t n) {
        return say("time", fmt::format("{}_{}", prefix, unit), {{"n", n}});
    };
    if (ms < hour) {
        return amount("minutes", std::max<std::int64_t>(1, ms / minute));
    }
    return ms < 2 * day ? amount("hours", ms / hour) : amount("days", ms / day);
}

std::string Words::ago(matcher::Timestamp then, matcher::Timestamp now) const {
    const std::int64_t ms = (now - then).count();
    return ms < 60'000 ? std::string(text("time", "now")) : span("ago", ms);
}

std::string Words::left(matcher::Timestamp until, matcher::Timestamp now) const {
    const std::int64_t ms = (until - now).count();
    return ms <= 0 ? std::string(text("time", "over")) : span("left", ms);
}

std::string Words::distance(matcher::Metres metres) const {
    if (metres == 0) {
        return {};  // virtual, on the spot, or not known
    }
    if (metres < 1'000) {
        // To 50 m: the position behind it is coarse.
        return say("distance", "metres", {{"n", (metres + 25) / 50 * 50}});
    }
    return say("distance", "km", {{"n", fmt::format("{:.1f}", metres / 1000.0)}});
}

}  // namespace hubward::server::pages
