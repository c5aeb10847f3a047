// SPDX-License-Identifier: Apache-2.0
#include "server/pages/texts.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <stdexcept>

#include <fmt/format.h>

#include "server/pages/assets.hpp"
#include "server/wire/json_reader.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::pages {
namespace {

using Group = std::map<std::string, std::string, std::less<>>;
using Groups = std::map<std::string, Group, std::less<>>;

const Groups& groups() {
    static const Groups all = [] {
        Groups read;
        const auto json = wire::read_json(texts_text());
        if (!json) {
            throw std::logic_error("web/texts.en.json: " + json.error().front().detail);
        }
        json->members([&](std::string_view group, wire::Json words) {
            words.members([&](std::string_view key, wire::Json word) {
                read[std::string(group)].emplace(key, word.text());
            });
        });
        return read;
    }();
    return all;
}

// "hour"/"hours", "left_hour"/"left_hours".
std::string amount(std::string_view prefix, std::string_view unit, std::int64_t n) {
    const std::string one = fmt::format("{}{}", prefix, unit);
    return n == 1 ? std::string(text("time", one))
                  : with(text("time", one + "s"), "n", std::to_string(n));
}

std::string span_text(std::string_view prefix, std::int64_t ms) {
    constexpr std::int64_t minute = 60'000;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    if (ms < hour) {
        return amount(prefix, "minute", std::max<std::int64_t>(1, ms / minute));
    }
    if (ms < 2 * day) {
        return amount(prefix, "hour", ms / hour);
    }
    return amount(prefix, "day", ms / day);
}

}  // namespace

std::string_view text(std::string_view group, std::string_view key) {
    const auto found = groups().find(group);
    if (found == groups().end()) {
        return key;
    }
    const auto word = found->second.find(key);
    return word == found->second.end() ? key : std::string_view(word->second);
}

const Model& page_texts() {
    static const Model words = [] {
        Model made;
        for (const auto& [key, word] : groups().at("page")) {
            made.set(key, std::string_view(word));
        }
        return made;
    }();
    return words;
}

std::string group_json(std::string_view group) {
    std::string json;
    wire::JsonWriter out(json);
    out.open_object();
    if (const auto found = groups().find(group); found != groups().end()) {
        for (const auto& [key, word] : found->second) {
            out.text(key, word);
        }
    }
    out.close_object();
    return json;
}

std::string with(std::string_view pattern, std::string_view name, std::string_view value) {
    std::string out(pattern);
    const std::string mark = fmt::format("{{{}}}", name);
    if (const auto at = out.find(mark); at != std::string::npos) {
        out.replace(at, mark.size(), value);
    }
    return out;
}

std::string ago(matcher::Timestamp then, matcher::Timestamp now) {
    const std::int64_t ms = (now - then).count();
    return ms < 60'000 ? std::string(text("time", "now")) : span_text("", ms);
}

std::string left(matcher::Timestamp until, matcher::Timestamp now) {
    const std::int64_t ms = (until - now).count();
    return ms <= 0 ? std::string(text("time", "left_over")) : span_text("left_", ms);
}

std::string distance_text(matcher::Metres metres) {
    if (metres == 0) {
        return {};  // virtual, on the spot, or not known
    }
    if (metres < 1'000) {
        // To 50 m: the position behind it is coarse.
        return with(text("distance", "metres"), "n", std::to_string((metres + 25) / 50 * 50));
    }
    return with(text("distance", "km"), "n", fmt::format("{:.1f}", metres / 1000.0));
}

}  // namespace hubward::server::pages
