// SPDX-License-Identifier: Apache-2.0
//
// A whole HTML answer: the layout around a page's own part, and the headers that keep it safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/http/message.hpp"
#include "server/pages/brand.hpp"
#include "server/pages/form.hpp"
#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

inline constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

// How the answer to one visit speaks and looks.
struct Style {
    const Words* words = nullptr;
    const Brand* brand = nullptr;
    bool demo = false;
    std::string log_out;  // where the session ends; empty for whoever came without a cookie
    std::string here;  // path and query without lang=, for the choice of language; empty after a POST
};
// What the request asks for.
Style style_of(const http::Request& request, const Brand& brand, bool demo);

// With 503 goes Retry-After. `name` is the template; `content` fills it, `frame` the layout around it (whose, nav, live, flash, script).
http::Response page(const Style& style, unsigned status, std::string_view name, std::string_view title,
                    Model content, Model frame);
// A part of a page, for the page's own script.
http::Response part(std::string html);
// A friendly page for a status, in the words of the group "error".
http::Response error_page(const Style& style, unsigned status, std::string_view text_key);
http::Response error_page(const Style& style, unsigned status);
// After a form: 303 to `path`.
http::Response see_other(std::string path);

// What is wrong with a form: the summary on top (has_faults, faults) and a text beside each field (e_NAME).
void set_faults(Model& content, const Words& words, const std::vector<FieldFault>& faults);

// One line of the navigation of a page.
Model nav_item(std::string href, std::string_view text, bool current);
// What a form has led to, shown once on top of the page; from the query of the redirect.
Model flash(bool good, std::string_view text, std::string_view last);

}  // namespace hubward::server::pages
