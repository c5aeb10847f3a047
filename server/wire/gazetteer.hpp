// SPDX-License-Identifier: Apache-2.0
//
// From a postcode to a coarse position and a place, from a local file; nobody outside is ever asked.
//
// The file is CSV with a header: postcode,latitude,longitude and, where the operator knows it, place: the code
// of the place that looks after whoever lives there. A row may hold a whole postcode, a sector ("LS11 5") or a
// district ("LS11"); the longest that fits wins, of those with a place for the place. Immutable after loading;
// any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/types.hpp"

namespace hubward::server::wire {

// Degrees to the whole-number unit vector that the core computes with. Nothing when out of range.
std::optional<matcher::Position> position_at(double latitude, double longitude);

// The middle of the cell of 0.01 degrees that holds it: all that the router may know of a person.
std::optional<matcher::Position> coarse(const std::optional<matcher::Position>& exact);

// Upper case, one blank before the inward part: "ls115aa" is "LS11 5AA". Nothing when it has not
// the form of a British postcode.
std::optional<std::string> normal_postcode(std::string_view text);

class Gazetteer {
  public:
    Gazetteer() = default;
    static std::expected<Gazetteer, std::string> load(const std::filesystem::path& csv);
    std::optional<matcher::Position> find(std::string_view postcode) const;
    // The code of the place where somebody with this postcode lives; empty when no row that fits has one.
    matcher::PlaceCode place_of(std::string_view postcode) const;
    std::size_t size() const { return rows_.size(); }

  private:
    // 32 bytes a row, 60 MB for all of the country.
    struct Row {
        std::uint64_t key = 0;
        std::uint32_t line = 0;
        std::uint32_t place = 0;  // in places_
        double latitude = 0;
        double longitude = 0;
    };
    void sort();
    // The longest row that fits the postcode and is one of those looked for.
    template <class Wanted>
    const Row* longest(std::string_view postcode, Wanted wanted) const;

    std::vector<Row> rows_;  // by key
    std::vector<matcher::PlaceCode> places_{matcher::PlaceCode()};  // the first one says: not known
};

}  // namespace hubward::server::wire
