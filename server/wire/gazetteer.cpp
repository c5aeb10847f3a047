// SPDX-License-Identifier: Apache-2.0
#include "server/wire/gazetteer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <numbers>
#include <unordered_map>

#include "server/wire/csv_line.hpp"
#include "server/wire/hub_json.hpp"  // valid_slug
#include "server/wire/postcode_key.hpp"

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

namespace {

// Where the columns stand.
struct Columns {
    std::size_t postcode = 0;
    std::size_t latitude = 0;
    std::size_t longitude = 0;
    std::size_t place = 0;  // beyond the last one when the file has none
};

std::optional<Columns> columns_of(std::string_view line) {
    if (line.starts_with("\xEF\xBB\xBF")) {
        line.remove_prefix(3);
    }
    std::vector<std::string_view> cells;
    split_line(line, cells);
    const auto column = [&](std::string_view name) {
        return static_cast<std::size_t>(
            std::find_if(cells.begin(), cells.end(),
                         [&](std::string_view cell) { return squeezed(cell) == squeezed(name); }) -
            cells.begin());
    };
    const Columns found{column("postcode"), column("latitude"), column("longitude"), column("place")};
    if (std::max({found.postcode, found.latitude, found.longitude}) >= cells.size()) {
        return std::nullopt;
    }
    return found;
}

}  // namespace

std::expected<Gazetteer, std::string> Gazetteer::load(const std::filesystem::path& csv) {
    std::ifstream file(csv, std::ios::binary);
    std::string line;
    if (!file || !std::getline(file, line)) {
        return std::unexpected("cannot read " + csv.string());
    }
    const auto columns = columns_of(line);
    if (!columns) {
        return std::unexpected(csv.string() +
                               ": line 1 must name the columns postcode, latitude, longitude");
    }
    Gazetteer gazetteer;
    std::unordered_map<std::string, std::uint32_t> places;  // where each stands in gazetteer.places_
    std::vector<std::string_view> cells;
    for (std::uint32_t number = 2; std::getline(file, line); ++number) {
        const auto bad = [&](std::string_view what) {
            return std::unexpected(csv.string() + ": line " + std::to_string(number) + ": " +
                                   std::string(what));
        };
        split_line(line, cells);
        if (cells.size() == 1 && cells.front().empty()) {
            continue;
        }
        const auto cell = [&](std::size_t i) {
            return i < cells.size() ? cells[i] : std::string_view();
        };
        const auto key = row_key(cell(columns->postcode));
        if (key.empty()) {
            return bad("the first part is no postcode, sector or district");
        }
        const auto north = degrees(cell(columns->latitude));
        const auto east = degrees(cell(columns->longitude));
        if (!north || !east || !position_at(*north, *east)) {
            return bad("latitude and longitude must be decimal degrees");
        }
        const auto place = cell(columns->place);
        if (!place.empty() && (place.size() > matcher::PlaceCode::capacity || !valid_slug(place))) {
            return bad("a place is named by its code of at most 24 letters: a-z, 0-9 and inner hyphens");
        }
        const auto known = place.empty() ? std::uint32_t{0}
                                         : places.try_emplace(std::string(place),
                                                              static_cast<std::uint32_t>(gazetteer.places_.size()))
                                               .first->second;
        if (known == gazetteer.places_.size()) {
            gazetteer.places_.emplace_back(place);
        }
        gazetteer.rows_.push_back({postcode_key(key), number, known, *north, *east});
    }
    gazetteer.sort();
    return gazetteer;
}

void Gazetteer::sort() {
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
        return a.key != b.key ? a.key < b.key : a.line < b.line;
    });
    // Of equal keys the last stands, as it came later in the file.
    std::vector<Row> kept;
    for (const auto& row : rows_) {
        if (!kept.empty() && kept.back().key == row.key) {
            kept.back() = row;
        } else {
            kept.push_back(row);
        }
    }
    kept.shrink_to_fit();
    rows_ = std::move(kept);
}

template <class Wanted>
const Gazetteer::Row* Gazetteer::longest(std::string_view postcode, Wanted wanted) const {
    const auto whole = normal_postcode(postcode);
    // Somebody may give only the sector or the district of a person: that is coarse, and welcome.
    auto key = whole ? *whole : row_key(postcode);
    while (!key.empty()) {
        const auto searched = postcode_key(key);
        const auto row = std::lower_bound(rows_.begin(), rows_.end(), searched,
                                          [](const Row& a, std::uint64_t b) { return a.key < b; });
        if (row != rows_.end() && row->key == searched && wanted(*row)) {
            return &*row;
        }
        const auto blank = key.find(' ');
        if (blank == std::string::npos) {
            break;
        }
        // "LS11 5AA", then "LS11 5", then "LS11".
        key.resize(key.size() > blank + 2 ? blank + 2 : blank);
    }
    return nullptr;
}

std::optional<matcher::Position> Gazetteer::find(std::string_view postcode) const {
    const Row* row = longest(postcode, [](const Row&) { return true; });
    return row == nullptr ? std::nullopt : position_at(row->latitude, row->longitude);
}

matcher::PlaceCode Gazetteer::place_of(std::string_view postcode) const {
    const Row* row = longest(postcode, [](const Row& one) { return one.place != 0; });
    return row == nullptr ? matcher::PlaceCode() : places_[row->place];
}

}  // namespace hubward::server::wire
