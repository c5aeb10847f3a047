// SPDX-License-Identifier: Apache-2.0
//
// A whole HTML answer: the layout around a page's own part, and the headers that keep it safe.
#pragma once

#include <string>
#include <string_view>

#include "server/http/message.hpp"
#include "server/pages/model.hpp"

namespace hubward::server::pages {

// Nothing from anywhere but this server; no inline script or style; no framing.
inline constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

// `frame` may hold flash, whose, live, stream, epoch, head: see web/templates/layout.html.
http::Response page(unsigned status, std::string_view name, std::string_view title, Model content,
                    Model frame);
// A friendly page for a status; `text_key` names its sentence in the group "error".
http::Response error_page(unsigned status, std::string_view text_key);
http::Response error_page(unsigned status);
// After a form: 303 to `path`.
http::Response see_other(std::string path);

// What a form has led to, shown once on top of the page; from the query of the redirect.
Model flash(bool good, std::string_view text, std::string_view last);

}  // namespace hubward::server::pages
