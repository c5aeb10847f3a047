// SPDX-License-Identifier: Apache-2.0
#include "server/wire/postcodes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <ostream>

#include <fmt/format.h>

#include "server/wire/csv_line.hpp"
#include "server/wire/gazetteer.hpp"  // normal_postcode
#include "server/wire/grid.hpp"
#include "server/wire/postcode_key.hpp"

namespace hubward::server::wire {
namespace {

constexpr const char* first_line_wanted =
    "the first line must be that of the ONS Postcode Directory (with pcds, lat, long), of Code-Point "
    "Open (postcode, quality, eastings, northings), or postcode,latitude,longitude";

std::string lowered(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

std::optional<double> number(std::string_view text) {
    double value = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

std::int32_t millionths(double degrees) { return static_cast<std::int32_t>(std::lround(degrees * 1e6)); }

// Ends a district's text in a key: "LS11 5AA" to "LS11".
std::uint64_t district_of(std::uint64_t key) {
    const auto text = postcode_text(key);
    return postcode_key(std::string_view(text).substr(0, text.find(' ')));
}

}  // namespace

std::expected<PostcodeFile, std::string> PostcodeFile::with_first_line(std::string_view line) {
    PostcodeFile file;
    if (line.starts_with("\xEF\xBB\xBF")) {
        line.remove_prefix(3);
    }
    std::vector<std::string_view> cells;
    split_line(line, cells);
    // Code-Point Open comes without a header, or with one of its own.
    const bool bare = cells.size() >= 4 && normal_postcode(cells[0]) && number(cells[2]) && number(cells[3]);
    const auto column = [&](std::initializer_list<std::string_view> names) -> std::optional<std::size_t> {
        for (const auto name : names) {
            for (std::size_t i = 0; i < cells.size(); ++i) {
                if (lowered(cells[i]) == name) {
                    return i;
                }
            }
        }
        return std::nullopt;
    };
    if (bare) {
        file.has_header_ = false;
        file.grid_ = true;
        file.easting_ = 2;
        file.northing_ = 3;
        return file;
    }
    const auto postcode = column({"pcds", "postcode", "pcd", "pcd8", "pcd7", "pc"});
    const auto latitude = column({"lat", "latitude"});
    const auto longitude = column({"long", "longitude", "lon"});
    const auto easting = column({"oseast1m", "east1m", "eastings", "easting", "ea"});
    const auto northing = column({"osnrth1m", "north1m", "northings", "northing", "no"});
    file.degrees_ = latitude && longitude;
    file.grid_ = easting && northing;
    if (!postcode || (!file.degrees_ && !file.grid_)) {
        return std::unexpected(first_line_wanted);
    }
    file.postcode_ = *postcode;
    file.latitude_ = latitude.value_or(0);
    file.longitude_ = longitude.value_or(0);
    file.easting_ = easting.value_or(0);
    file.northing_ = northing.value_or(0);
    return file;
}

std::expected<PostcodeFile::Found, PostcodeFile::Fault> PostcodeFile::read(std::string_view line) {
    split_line(line, cells_);
    const auto cell = [&](std::size_t i) {
        return i < cells_.size() ? cells_[i] : std::string_view();
    };
    auto postcode = normal_postcode(cell(postcode_));
    if (!postcode) {
        return std::unexpected(Fault::no_postcode);
    }
    Found found;
    found.postcode = *std::move(postcode);
    if (degrees_) {
        const auto latitude = number(cell(latitude_));
        const auto longitude = number(cell(longitude_));
        // The directory writes 99.999999 where it knows no place; crown dependencies have none.
        if (latitude && longitude && *latitude > 49 && *latitude < 62 && *longitude > -9 && *longitude < 3) {
            found.latitude = *latitude;
            found.longitude = *longitude;
            return found;
        }
        if (latitude && *latitude > 90) {
            return std::unexpected(Fault::unplaced);
        }
    }
    if (grid_) {
        const auto easting = number(cell(easting_));
        const auto northing = number(cell(northing_));
        const auto at = easting && northing ? from_national_grid(*easting, *northing) : std::nullopt;
        if (at) {
            found.latitude = at->latitude;
            found.longitude = at->longitude;
            return found;
        }
        if (cell(easting_).empty() || (easting && *easting == 0)) {
            return std::unexpected(Fault::unplaced);
        }
    }
    return std::unexpected(Fault::no_position);
}

void PostcodeTable::add(const PostcodeFile::Found& row) {
    rows_.push_back({postcode_key(row.postcode), millionths(row.latitude), millionths(row.longitude),
                     static_cast<std::uint32_t>(rows_.size())});
}

std::size_t PostcodeTable::finish() {
    std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) {
        return a.key != b.key ? a.key < b.key : a.order < b.order;
    });
    std::vector<Row> kept;
    kept.reserve(rows_.size());
    for (const auto& row : rows_) {
        if (!kept.empty() && kept.back().key == row.key) {
            kept.back() = row;
        } else {
            kept.push_back(row);
        }
    }
    rows_ = std::move(kept);
    districts_.clear();
    for (std::size_t from = 0; from < rows_.size();) {
        const auto district = district_of(rows_[from].key);
        std::int64_t latitude = 0;
        std::int64_t longitude = 0;
        std::size_t to = from;
        for (; to < rows_.size() && district_of(rows_[to].key) == district; ++to) {
            latitude += rows_[to].latitude_e6;
            longitude += rows_[to].longitude_e6;
        }
        const auto count = static_cast<std::int64_t>(to - from);
        districts_.push_back({district, static_cast<std::int32_t>(latitude / count),
                              static_cast<std::int32_t>(longitude / count), 0});
        from = to;
    }
    return districts_.size();
}

void PostcodeTable::write(std::ostream& out) const {
    out << "postcode,latitude,longitude\n";
    for (const auto* rows : {&districts_, &rows_}) {
        for (const auto& row : *rows) {
            out << fmt::format("{},{:.6f},{:.6f}\n", postcode_text(row.key), row.latitude_e6 / 1e6,
                               row.longitude_e6 / 1e6);
        }
    }
}

}  // namespace hubward::server::wire
