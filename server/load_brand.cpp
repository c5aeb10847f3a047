// SPDX-License-Identifier: Apache-2.0
#include "server/load_brand.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace hubward::server {

std::expected<pages::Brand, Failure> load_brand(const Config& config) {
    std::string mark;
    if (!config.brand_mark.empty()) {
        std::ifstream in(config.brand_mark, std::ios::binary);
        if (!in) {
            return std::unexpected(Failure{
                Exit::no_input, fmt::format("brand.mark: {} cannot be read", config.brand_mark)});
        }
        mark.assign(std::istreambuf_iterator<char>(in), {});
    }
    auto brand = pages::make_brand(config.brand_name, config.brand_colour, mark);
    if (!brand) {
        return std::unexpected(Failure{Exit::config, brand.error()});
    }
    return *std::move(brand);
}

}  // namespace hubward::server
