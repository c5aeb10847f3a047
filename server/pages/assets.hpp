// SPDX-License-Identifier: Apache-2.0
//
// The files of web/, inside the binary. Any thread; good for ever.
//
// An asset's path holds a hash of its bytes, so browsers may keep it for ever and still never show
// an old one.
#pragma once

#include <string>
#include <string_view>

namespace hubward::server::pages {

// Text of a template; throws std::logic_error for a name that is not there.
std::string_view template_text(std::string_view name);
// web/texts/<tag>.json; throws like template_text.
std::string_view texts_text(std::string_view tag);
// The mark of a server whose operators chose none.
std::string_view neutral_mark();

struct Asset {
    std::string path;  // "/assets/hubward.0123456789abcdef.css"
    std::string_view media_type;
    std::string_view bytes;
    std::string_view gzip;
    std::string_view brotli;
};
// "css", "js" (live parts), "refer" (the form of a new referral) or "enter" (the form to log in).
const Asset& asset(std::string_view name);
const Asset* asset_at(std::string_view path);

// 16 hexadecimal digits; names bytes, protects nothing.
std::string hash_text(std::string_view bytes);

}  // namespace hubward::server::pages
