// SPDX-License-Identifier: Apache-2.0
//
// Whose pages these are: a name, a colour and a mark, from the configuration. No emblem of any
// health service comes with the program.
#pragma once

#include <expected>
#include <string>
#include <string_view>

namespace hubward::server::pages {

struct Brand {
    std::string name;
    // Two lines of custom properties for light and dark pages, as a sheet of its own: the content
    // security policy allows no style inside a page.
    std::string style;
    std::string style_path;  // "/assets/brand.0123456789abcdef.css"
    std::string mark;        // SVG
    std::string mark_path;   // "/assets/mark.0123456789abcdef.svg"
};

// colour: "#rrggbb", dark enough that white text on it can be read (contrast 4.5, WCAG 2.2 §1.4.3).
// mark_svg: empty for the neutral mark; it must hold no script and name no other host. The error is
// one sentence that says which of the two is wrong and what is expected.
std::expected<Brand, std::string> make_brand(std::string_view name, std::string_view colour,
                                             std::string_view mark_svg);

// Contrast of two colours 0xrrggbb, 1 to 21, in hundredths (WCAG 2.2, relative luminance).
int contrast_hundredths(unsigned a, unsigned b);

}  // namespace hubward::server::pages
