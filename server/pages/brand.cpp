// SPDX-License-Identifier: Apache-2.0
#include "server/pages/brand.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "server/pages/assets.hpp"

namespace hubward::server::pages {
namespace {

constexpr unsigned white = 0xffffff;
constexpr unsigned dark_card = 0x1b2425;  // --card of dark pages, in web/styles/_tokens.scss
constexpr int readable = 450;
constexpr std::size_t name_bytes_max = 60;     // one line of the header on a phone
constexpr std::size_t mark_bytes_max = 20'000;  // it is in every first visit

std::optional<unsigned> parse_colour(std::string_view text) {
    unsigned value = 0;
    if (text.size() != 7 || text[0] != '#') {
        return std::nullopt;
    }
    const auto [end, error] = std::from_chars(text.data() + 1, text.data() + 7, value, 16);
    return error == std::errc{} && end == text.data() + 7 ? std::optional(value) : std::nullopt;
}

double luminance(unsigned colour) {
    constexpr std::array<double, 3> weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (unsigned i = 0; i < 3; ++i) {
        const double c = static_cast<double>(colour >> (16 - 8 * i) & 0xff) / 255;
        sum += weights[i] * (c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

// `percent` of the way from `colour` to `goal`.
unsigned mixed(unsigned colour, unsigned goal, unsigned percent) {
    unsigned out = 0;
    for (const unsigned shift : {16U, 8U, 0U}) {
        const unsigned a = colour >> shift & 0xff;
        const unsigned b = goal >> shift & 0xff;
        out |= (a * (100 - percent) + b * percent) / 100 << shift;
    }
    return out;
}

// The same hue, so light that it can be read on a dark card.
unsigned for_dark(unsigned colour) {
    for (unsigned percent = 0; percent < 100; percent += 5) {
        const unsigned lighter = mixed(colour, white, percent);
        if (contrast_hundredths(lighter, dark_card) >= readable + 150) {
            return lighter;
        }
    }
    return white;
}

bool harmless(std::string_view svg) {
    for (const std::string_view bad : {"<script", "onload", "onclick", "href", "<style", "<foreign", "url("}) {
        if (svg.find(bad) != std::string_view::npos) {
            return false;
        }
    }
    return svg.starts_with("<svg");
}

}  // namespace

int contrast_hundredths(unsigned a, unsigned b) {
    const double light = std::max(luminance(a), luminance(b));
    const double dark = std::min(luminance(a), luminance(b));
    return static_cast<int>((light + 0.05) / (dark + 0.05) * 100);
}

std::expected<Brand, std::string> make_brand(std::string_view name, std::string_view colour,
                                             std::string_view mark_svg) {
    if (name.empty() || name.size() > name_bytes_max) {
        return std::unexpected(fmt::format("brand.name needs 1 to {} bytes", name_bytes_max));
    }
    const auto value = parse_colour(colour);
    if (!value) {
        return std::unexpected("brand.colour must look like \"#0b5156\"");
    }
    if (contrast_hundredths(*value, white) < readable) {
        return std::unexpected("brand.colour is too light for white text; choose a darker one");
    }
    if (mark_svg.size() > mark_bytes_max || (!mark_svg.empty() && !harmless(mark_svg))) {
        return std::unexpected(fmt::format("brand.mark must be an SVG file of at most {} bytes without "
                                           "script, style, link or handler", mark_bytes_max));
    }
    Brand brand;
    brand.name = name;
    brand.mark = mark_svg.empty() ? neutral_mark() : mark_svg;
    brand.mark_path = fmt::format("/assets/mark.{}.svg", hash_text(brand.mark));
    brand.style = fmt::format(
        ":root{{--brand:#{0:06x};--link:#{0:06x};--link-deep:#{1:06x}}}\n"
        "@media(prefers-color-scheme:dark){{:root{{--link:#{2:06x};--link-deep:#{3:06x}}}}}\n"
        "@media print{{:root{{--link:#{0:06x}}}}}\n",
        *value, mixed(*value, 0, 40), for_dark(*value), mixed(for_dark(*value), white, 40));
    brand.style_path = fmt::format("/assets/brand.{}.css", hash_text(brand.style));
    return brand;
}

}  // namespace hubward::server::pages
