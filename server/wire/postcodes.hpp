// SPDX-License-Identifier: Apache-2.0
//
// Published postcode files as rows of a gazetteer.
//
// Layouts, known by their first line: the ONS Postcode Directory (columns pcds and lat, long, or
// else oseast1m, osnrth1m), Code-Point Open (no header: postcode, quality, eastings, northings), and
// our own (postcode, latitude, longitude). From the postcodes of a district follows its middle, so
// that a postcode that is newer than the file still has a place.
//
// One thread. Holds 24 bytes a postcode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::server::wire {

class PostcodeFile {
  public:
    // Error: what is expected of a first line.
    static std::expected<PostcodeFile, std::string> with_first_line(std::string_view line);
    bool has_header() const { return has_header_; }

    struct Found {
        std::string postcode;  // "LS11 5AA"
        double latitude = 0;
        double longitude = 0;
    };
    // unplaced: the file says itself that it does not know where this postcode is.
    enum class Fault : std::uint8_t { no_postcode, no_position, unplaced };
    std::expected<Found, Fault> read(std::string_view line);

  private:
    bool has_header_ = true;
    bool degrees_ = false;
    bool grid_ = false;
    std::size_t postcode_ = 0;
    std::size_t latitude_ = 0;   // or northing's neighbours below
    std::size_t longitude_ = 0;
    std::size_t easting_ = 0;
    std::size_t northing_ = 0;
    std::vector<std::string_view> cells_;
};

class PostcodeTable {
  public:
    // A later row for the same postcode takes the place of an earlier one.
    void add(const PostcodeFile::Found& row);
    // Sorts, and adds the middle of each district. Gives the number of districts.
    std::size_t finish();
    std::size_t size() const { return rows_.size(); }
    // A gazetteer that Gazetteer::load reads: districts first, then postcodes.
    void write(std::ostream& out) const;

  private:
    struct Row {
        std::uint64_t key = 0;
        std::int32_t latitude_e6 = 0;
        std::int32_t longitude_e6 = 0;
        std::uint32_t order = 0;  // of coming in
    };
    std::vector<Row> rows_;
    std::vector<Row> districts_;
};

}  // namespace hubward::server::wire
