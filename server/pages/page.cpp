// SPDX-License-Identifier: Apache-2.0
#include "server/pages/page.hpp"

#include <fmt/format.h>

#include "server/pages/assets.hpp"
#include "server/pages/template.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {
namespace {

void secure(http::Response& response) {
    response.with("Content-Security-Policy", std::string(content_security_policy))
        .with("X-Content-Type-Options", "nosniff")
        .with("Referrer-Policy", "same-origin")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("Cache-Control", "no-store");
}

}  // namespace

http::Response page(unsigned status, std::string_view name, std::string_view title, Model content,
                    Model frame) {
    Model assets;
    assets.set("css", std::string_view(asset("css").path));
    assets.set("js", std::string_view(asset("js").path));
    assets.set("icon", std::string_view(asset("icon").path));
    content.set("t", page_texts());
    frame.set("t", page_texts());
    frame.set("asset", std::move(assets));
    frame.set("title", title);
    frame.set("body", std::string_view(fill(name, content)));

    http::Response response;
    response.status = status;
    response.content_type = "text/html; charset=utf-8";
    response.body = fill("layout", frame);
    secure(response);
    return response;
}

http::Response error_page(unsigned status, std::string_view text_key) {
    const std::string_view heading = text("error", fmt::format("{}.title", status));
    Model content;
    content.set("heading", heading);
    content.set("text", text("error", text_key));
    return page(status, "error", heading, std::move(content), Model());
}

http::Response error_page(unsigned status) {
    return error_page(status, fmt::format("{}.text", status));
}

http::Response see_other(std::string path) {
    http::Response response;
    response.status = 303;
    response.with("Location", std::move(path));
    secure(response);
    return response;
}

Model flash(bool good, std::string_view text, std::string_view last) {
    Model made;
    made.set("kind", good ? "good" : "bad");
    made.set("role", good ? "status" : "alert");
    made.set("text", text);
    made.set("last", last);
    return made;
}

}  // namespace hubward::server::pages
