// SPDX-License-Identifier: Apache-2.0
//
// From a 128-bit id to a 32-bit number: open addressing, 24 bytes a cell, at most 3/4 full.
// Its order is never looked at, so it may differ between machines without harm. Owner's thread only.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hubward::matcher {

template <class Id>
class IdIndex {
  public:
    std::optional<std::uint32_t> find(const Id& id) const {
        if (cells_.empty()) {
            return std::nullopt;
        }
        for (std::size_t i = home(id);; i = (i + 1) & mask()) {
            if (!cells_[i].taken) {
                return std::nullopt;
            }
            if (cells_[i].id == id) {
                return cells_[i].value;
            }
        }
    }

    // Room for so many ids in all, so that filling it moves nothing.
    void reserve(std::size_t ids) {
        if (ids * 4 > cells_.size() * 3) {
            rebuild_with(std::bit_ceil(std::max<std::size_t>(least_cells, ids + ids / 3 + 1)));
        }
    }

    // Adds, or replaces the value of a known id.
    void set(const Id& id, std::uint32_t value) {
        if ((count_ + 1) * 4 > cells_.size() * 3) {
            rebuild_with(std::max(least_cells, cells_.size() * 2));
        }
        std::size_t i = home(id);
        while (cells_[i].taken && cells_[i].id != id) {
            i = (i + 1) & mask();
        }
        count_ += cells_[i].taken ? std::size_t{0} : std::size_t{1};
        cells_[i] = {id, value, true};
    }

    // Closes the hole by moving later cells of the same run back, so look-ups never need a marker.
    void erase(const Id& id) {
        if (cells_.empty()) {
            return;
        }
        std::size_t hole = home(id);
        while (cells_[hole].taken && cells_[hole].id != id) {
            hole = (hole + 1) & mask();
        }
        if (!cells_[hole].taken) {
            return;
        }
        for (std::size_t i = (hole + 1) & mask(); cells_[i].taken; i = (i + 1) & mask()) {
            const std::size_t wanted = home(cells_[i].id);
            if (((i - wanted) & mask()) >= ((i - hole) & mask())) {
                cells_[hole] = cells_[i];
                hole = i;
            }
        }
        cells_[hole] = {};
        --count_;
    }

    std::size_t size() const { return count_; }
    std::size_t memory_bytes() const { return cells_.capacity() * sizeof(Cell); }

  private:
    static constexpr std::size_t least_cells = 16;

    struct Cell {
        Id id{};
        std::uint32_t value = 0;
        bool taken = false;
    };

    std::size_t mask() const { return cells_.size() - 1; }
    std::size_t home(const Id& id) const {
        std::uint64_t h = (id.high ^ std::rotl(id.low, 32)) * 0x9e37'79b9'7f4a'7c15ULL;
        return static_cast<std::size_t>(h ^ (h >> 29)) & mask();
    }
    // `cells` is a power of two.
    void rebuild_with(std::size_t cells) {
        std::vector<Cell> old(cells);
        old.swap(cells_);
        count_ = 0;
        for (const Cell& cell : old) {
            if (cell.taken) {
                set(cell.id, cell.value);
            }
        }
    }

    std::vector<Cell> cells_;
    std::size_t count_ = 0;
};

}  // namespace hubward::matcher
