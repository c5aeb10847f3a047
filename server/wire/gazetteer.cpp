// SPDX-License-Identifier: Apache-2.0
#include "server/wire/gazetteer.hpp"

#include <charconv>
#include <cmath>
#include <fstream>
#include <numbers>
#include <sstream>

#include "server/wire/open_referral/csv.hpp"

namespace hubward::server::wire {
namespace {

bool digit(char c) { return c >= '0' && c <= '9'; }
bool letter(char c) { return c >= 'A' && c <= 'Z'; }

// Upper case without blanks; empty when anything else than letters and digits is in it.
std::string squeezed(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == ' ' || c == '\t') {
            continue;
        }
        if (c >= 'a' && c <= 'z') {
            c = static_cast<char>(c - 'a' + 'A');
        }
        if (!digit(c) && !letter(c)) {
            return {};
        }
        out += c;
    }
    return out;
}

// A9, A99, AA9, AA99, A9A, AA9A.
bool outward(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size() && letter(text[i])) {
        ++i;
    }
    if (i < 1 || i > 2 || i >= text.size() || !digit(text[i])) {
        return false;
    }
    const auto rest = text.substr(i + 1);
    return rest.empty() || (rest.size() == 1 && (digit(rest[0]) || letter(rest[0])));
}

// The key under which a row is kept: a whole postcode, a sector or a district; empty for neither.
std::string row_key(std::string_view text) {
    if (const auto whole = normal_postcode(text)) {
        return *whole;
    }
    const auto bare = squeezed(text);
    const auto blank = text.find(' ');
    if (blank != std::string_view::npos && bare.size() >= 3 && digit(bare.back()) &&
        outward(std::string_view(bare).substr(0, bare.size() - 1))) {
        return bare.substr(0, bare.size() - 1) + " " + bare.back();
    }
    return outward(bare) ? bare : std::string();
}

std::optional<double> degrees(std::string_view text) {
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::optional<matcher::Position> position_at(double latitude, double longitude) {
    if (!(latitude >= -90 && latitude <= 90 && longitude >= -180 && longitude <= 180)) {
        return std::nullopt;
    }
    constexpr double radians = std::numbers::pi / 180;
    constexpr auto scale = static_cast<double>(matcher::position_scale);
    const double around = std::cos(latitude * radians);
    matcher::Position at;
    at.latitude_e7 = static_cast<std::int32_t>(std::lround(latitude * 1e7));
    at.longitude_e7 = static_cast<std::int32_t>(std::lround(longitude * 1e7));
    at.x = static_cast<std::int32_t>(std::lround(around * std::cos(longitude * radians) * scale));
    at.y = static_cast<std::int32_t>(std::lround(around * std::sin(longitude * radians) * scale));
    at.z = static_cast<std::int32_t>(std::lround(std::sin(latitude * radians) * scale));
    return at;
}

std::optional<matcher::Position> coarse(const std::optional<matcher::Position>& exact) {
    if (!exact) {
        return std::nullopt;
    }
    // 10^7 units are one degree; a cell of 0.01 degrees is about 1.1 km by 0.7 km in Leeds.
    const auto cell = [](std::int32_t e7) { return std::round(e7 / 1e5) / 100; };
    return position_at(cell(exact->latitude_e7), cell(exact->longitude_e7));
}

std::optional<std::string> normal_postcode(std::string_view text) {
    const auto bare = squeezed(text);
    if (bare.size() < 5 || bare.size() > 7) {
        return std::nullopt;
    }
    const auto inward = std::string_view(bare).substr(bare.size() - 3);
    const auto out = std::string_view(bare).substr(0, bare.size() - 3);
    if (!outward(out) || !digit(inward[0]) || !letter(inward[1]) || !letter(inward[2])) {
        return std::nullopt;
    }
    return std::string(out) + " " + std::string(inward);
}

std::expected<Gazetteer, std::string> Gazetteer::load(const std::filesystem::path& csv) {
    std::ifstream file(csv, std::ios::binary);
    if (!file) {
        return std::unexpected("cannot read " + csv.string());
    }
    std::ostringstream bytes;
    bytes << file.rdbuf();
    const auto table = open_referral::read_csv(bytes.view());
    if (!table) {
        return std::unexpected(csv.string() + ": " + table.error());
    }
    const auto postcode = table->column("postcode");
    const auto latitude = table->column("latitude");
    const auto longitude = table->column("longitude");
    if (!postcode || !latitude || !longitude) {
        return std::unexpected(csv.string() +
                               ": line 1 must name the columns postcode, latitude, longitude");
    }
    Gazetteer gazetteer;
    gazetteer.rows_.reserve(table->rows.size());
    for (const auto& row : table->rows) {
        const auto bad = [&](std::string_view what) {
            return std::unexpected(csv.string() + ": line " + std::to_string(row.line) + ": " +
                                   std::string(what));
        };
        auto key = row_key(row.cell(*postcode));
        if (key.empty()) {
            return bad("the first part is no postcode, sector or district");
        }
        const auto north = degrees(row.cell(*latitude));
        const auto east = degrees(row.cell(*longitude));
        const auto at = north && east ? position_at(*north, *east) : std::nullopt;
        if (!at) {
            return bad("latitude and longitude must be decimal degrees");
        }
        gazetteer.rows_.insert_or_assign(std::move(key), *at);
    }
    return gazetteer;
}

std::optional<matcher::Position> Gazetteer::find(std::string_view postcode) const {
    const auto whole = normal_postcode(postcode);
    // Somebody may give only the sector or the district of a person: that is coarse, and welcome.
    auto key = whole ? *whole : row_key(postcode);
    while (!key.empty()) {
        if (const auto row = rows_.find(key); row != rows_.end()) {
            return row->second;
        }
        const auto blank = key.find(' ');
        if (blank == std::string::npos) {
            break;
        }
        // "LS11 5AA", then "LS11 5", then "LS11".
        key.resize(key.size() > blank + 2 ? blank + 2 : blank);
    }
    return std::nullopt;
}

}  // namespace hubward::server::wire
