// SPDX-License-Identifier: Apache-2.0
#include "server/wire/open_referral/csv.hpp"
#include "tests/fuzz/input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace hubward;
    using namespace hubward::server::wire::open_referral;
    const auto table = read_csv(fuzz::text_of(data, size));
    if (table) {
        fuzz::invariant(!table->header.empty(), "a table has a header");
        for (const auto& name : table->header) {
            fuzz::invariant(table->column(name).has_value(), "a column is found by its name");
        }
        fuzz::invariant(!table->column("a name with a blank"), "names hold no blank");
        for (const auto& row : table->rows) {
            for (const auto& cell : row.cells) {
                fuzz::invariant(valid_utf8(cell), "cells are UTF-8");
            }
            fuzz::invariant(row.cell(row.cells.size()).empty(), "past the last cell is nothing");
            row.cell(0);
        }
    }
    return 0;
}
