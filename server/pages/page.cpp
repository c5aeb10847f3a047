// SPDX-License-Identifier: Apache-2.0
#include "server/pages/page.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "server/pages/assets.hpp"
#include "server/pages/template.hpp"

namespace hubward::server::pages {
namespace {

// Whatever stands between, a browser or a probe, learns when to ask again, as clients of the API do.
constexpr std::string_view ask_again_s = "5";

void secure(http::Response& response) {
    response.with("Content-Security-Policy", std::string(content_security_policy))
        .with("Referrer-Policy", "same-origin")
        .with("Cross-Origin-Opener-Policy", "same-origin")
        .with("Cross-Origin-Resource-Policy", "same-origin")
        .with("Cache-Control", "no-store");
}

// The address as it came, without lang=, ready for one more parameter. Two slashes in front would name another host.
std::string without_language(std::string_view target) {
    target.remove_prefix(std::min(target.find_first_not_of('/'), target.size()));
    const std::size_t mark = target.find('?');
    std::string out = "/";
    out += target.substr(0, mark);
    out += '?';
    std::string_view query = mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view part = query.substr(0, end);
        query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
        if (!part.empty() && !part.starts_with("lang=")) {
            out += part;
            out += '&';
        }
    }
    return out;
}

Model::List language_choice(const Style& style) {
    Model::List list;
    for (const Language& language : languages()) {
        // The pseudo-language is for those who know its address.
        if (language.pseudo && &language != &style.words->language()) {
            continue;
        }
        Model one;
        one.set("href", fmt::format("{}lang={}", style.here, language.tag));
        one.set("tag", language.tag);
        one.set("dir", language.right_to_left ? "rtl" : "ltr");
        one.set("name", language.name);
        one.set("current", &language == &style.words->language());
        list.push_back(std::move(one));
    }
    return list;
}

}  // namespace

Style style_of(const http::Request& request, const Brand& brand, bool demo) {
    Style style;
    style.words = &words_in(wanted_language(request));
    style.brand = &brand;
    style.demo = demo;
    if (request.verb == http::Verb::get || request.verb == http::Verb::head) {
        style.here = without_language(request.target);
    }
    return style;
}

http::Response page(const Style& style, unsigned status, std::string_view name, std::string_view title,
                    Model content, Model frame) {
    const Language& language = style.words->language();
    content.set("t", style.words->page());
    frame.set("t", style.words->page());
    frame.set("css", std::string_view(asset("css").path));
    frame.set("js", std::string_view(asset("js").path));
    frame.set("brand", std::string_view(style.brand->name));
    frame.set("brand_css", std::string_view(style.brand->style_path));
    frame.set("mark", std::string_view(style.brand->mark_path));
    frame.set("lang", language.pseudo ? "en" : language.tag);
    frame.set("dir", language.right_to_left ? "rtl" : "ltr");
    frame.set("demo", style.demo);
    frame.set("log_out", std::string_view(style.log_out));
    frame.set("unreviewed", !language.reviewed);
    frame.set("language", language.name);
    if (!style.here.empty()) {
        frame.set("languages", language_choice(style));
        frame.set("in_english", fmt::format("{}lang=en", style.here));
    }
    frame.set("title", title);
    frame.set("has_nav", frame.values().contains("nav"));
    frame.set("body", std::string_view(fill(name, content)));

    http::Response response;
    response.status = status;
    response.content_type = "text/html; charset=utf-8";
    response.body = fill("layout", frame);
    secure(response);
    if (status == 503) {
        response.with("Retry-After", std::string(ask_again_s));
    }
    return response;
}

http::Response part(std::string html) {
    http::Response response;
    response.content_type = "text/html; charset=utf-8";
    response.body = std::move(html);
    secure(response);
    return response;
}

http::Response error_page(const Style& style, unsigned status, std::string_view text_key) {
    const std::string_view heading = style.words->text("error", fmt::format("{}.title", status));
    Model content;
    content.set("heading", heading);
    content.set("text", style.words->text("error", text_key));
    content.set("log_in", status == 401);
    return page(style, status, "error", heading, std::move(content), Model());
}

http::Response error_page(const Style& style, unsigned status) {
    return error_page(style, status, fmt::format("{}.text", status));
}

http::Response see_other(std::string path) {
    http::Response response;
    response.status = 303;
    response.with("Location", std::move(path));
    secure(response);
    return response;
}

void set_faults(Model& content, const Words& words, const std::vector<FieldFault>& faults) {
    Model::List list;
    for (const FieldFault& fault : faults) {
        Model one;
        one.set("field", fault.field);
        one.set("text", words.text("page", fault.text));
        list.push_back(std::move(one));
        if (!fault.field.empty()) {
            content.set(fmt::format("e_{}", fault.field), words.text("page", fault.text));
        }
    }
    content.set("has_faults", !list.empty());
    content.set("faults", std::move(list));
}

Model nav_item(std::string href, std::string_view text, bool current) {
    Model item;
    item.set("href", std::string_view(href));
    item.set("text", text);
    item.set("current", current);
    return item;
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
