// SPDX-License-Identifier: Apache-2.0
//
// CMake compresses those of web/dist.
#include "server/pages/assets.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "server/pages/embed.hpp"

// HUBWARD_WEB is the folder web/, HUBWARD_WEB_SMALL that of the compressed files, as string literals.
#define HUBWARD_TEMPLATE(label) HUBWARD_EMBED(template_##label, HUBWARD_WEB "/templates/" #label ".html")
#define HUBWARD_TEXTS(label) HUBWARD_EMBED(texts_##label, HUBWARD_WEB "/texts/" #label ".json")

HUBWARD_EMBED(css, HUBWARD_WEB "/dist/hubward.css")
HUBWARD_EMBED(css_gz, HUBWARD_WEB_SMALL "/hubward.css.gz")
HUBWARD_EMBED(css_br, HUBWARD_WEB_SMALL "/hubward.css.br")
HUBWARD_EMBED(js, HUBWARD_WEB "/dist/live.js")
HUBWARD_EMBED(js_gz, HUBWARD_WEB_SMALL "/live.js.gz")
HUBWARD_EMBED(js_br, HUBWARD_WEB_SMALL "/live.js.br")
HUBWARD_EMBED(refer, HUBWARD_WEB "/dist/refer.js")
HUBWARD_EMBED(refer_gz, HUBWARD_WEB_SMALL "/refer.js.gz")
HUBWARD_EMBED(refer_br, HUBWARD_WEB_SMALL "/refer.js.br")
HUBWARD_EMBED(enter, HUBWARD_WEB "/dist/enter.js")
HUBWARD_EMBED(enter_gz, HUBWARD_WEB_SMALL "/enter.js.gz")
HUBWARD_EMBED(enter_br, HUBWARD_WEB_SMALL "/enter.js.br")
HUBWARD_EMBED(mark, HUBWARD_WEB "/assets/mark.svg")
HUBWARD_TEXTS(en)
HUBWARD_TEXTS(ar)
HUBWARD_TEXTS(cy)
HUBWARD_TEXTS(pa)
HUBWARD_TEXTS(pl)
HUBWARD_TEXTS(ur)
HUBWARD_TEMPLATE(answer)
HUBWARD_TEMPLATE(capacity)
HUBWARD_TEMPLATE(check)
HUBWARD_TEMPLATE(conflict)
HUBWARD_TEMPLATE(docs)
HUBWARD_TEMPLATE(enter)
HUBWARD_TEMPLATE(error)
HUBWARD_TEMPLATE(follow)
HUBWARD_TEMPLATE(home)
HUBWARD_TEMPLATE(hours)
HUBWARD_TEMPLATE(hub)
HUBWARD_TEMPLATE(layout)
HUBWARD_TEMPLATE(letter)
HUBWARD_TEMPLATE(link)
HUBWARD_TEMPLATE(new_referral)
HUBWARD_TEMPLATE(offers)
HUBWARD_TEMPLATE(ops)
HUBWARD_TEMPLATE(person)
HUBWARD_TEMPLATE(place)
HUBWARD_TEMPLATE(practice)
HUBWARD_TEMPLATE(problem)
HUBWARD_TEMPLATE(problems)
HUBWARD_TEMPLATE(session)
HUBWARD_TEMPLATE(session_cancel)
HUBWARD_TEMPLATE(sessions)
HUBWARD_TEMPLATE(status)
HUBWARD_TEMPLATE(try_it)
HUBWARD_TEMPLATE(webhooks)
HUBWARD_TEMPLATE(weekly)

namespace hubward::server::pages {
namespace {

struct Text {
    std::string_view name;
    std::string_view text;
};

std::string_view find(std::span<const Text> texts, std::string_view name) {
    for (const Text& one : texts) {
        if (one.name == name) {
            return one.text;
        }
    }
    throw std::logic_error("no text " + std::string(name));
}

struct Named {
    std::string_view name;
    Asset asset;
};

const std::array<Named, 4>& all() {
    static const std::array<Named, 4> assets = {{
        {"css", {fmt::format("/assets/hubward.{}.css", hash_text(HUBWARD_EMBEDDED(css))),
                 "text/css; charset=utf-8", HUBWARD_EMBEDDED(css), HUBWARD_EMBEDDED(css_gz),
                 HUBWARD_EMBEDDED(css_br)}},
        {"js", {fmt::format("/assets/live.{}.js", hash_text(HUBWARD_EMBEDDED(js))),
                "text/javascript; charset=utf-8", HUBWARD_EMBEDDED(js), HUBWARD_EMBEDDED(js_gz),
                HUBWARD_EMBEDDED(js_br)}},
        {"refer", {fmt::format("/assets/refer.{}.js", hash_text(HUBWARD_EMBEDDED(refer))),
                   "text/javascript; charset=utf-8", HUBWARD_EMBEDDED(refer), HUBWARD_EMBEDDED(refer_gz),
                   HUBWARD_EMBEDDED(refer_br)}},
        {"enter", {fmt::format("/assets/enter.{}.js", hash_text(HUBWARD_EMBEDDED(enter))),
                   "text/javascript; charset=utf-8", HUBWARD_EMBEDDED(enter), HUBWARD_EMBEDDED(enter_gz),
                   HUBWARD_EMBEDDED(enter_br)}},
    }};
    return assets;
}

}  // namespace

std::string hash_text(std::string_view bytes) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;  // FNV-1a
    for (const char c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
    }
    return fmt::format("{:016x}", hash);
}

std::string_view template_text(std::string_view name) {
    static const auto texts = std::to_array<Text>({
        {"answer", HUBWARD_EMBEDDED(template_answer)},
        {"capacity", HUBWARD_EMBEDDED(template_capacity)},
        {"check", HUBWARD_EMBEDDED(template_check)},
        {"conflict", HUBWARD_EMBEDDED(template_conflict)},
        {"docs", HUBWARD_EMBEDDED(template_docs)},
        {"enter", HUBWARD_EMBEDDED(template_enter)},
        {"error", HUBWARD_EMBEDDED(template_error)},
        {"follow", HUBWARD_EMBEDDED(template_follow)},
        {"home", HUBWARD_EMBEDDED(template_home)},
        {"hours", HUBWARD_EMBEDDED(template_hours)},
        {"hub", HUBWARD_EMBEDDED(template_hub)},
        {"layout", HUBWARD_EMBEDDED(template_layout)},
        {"letter", HUBWARD_EMBEDDED(template_letter)},
        {"link", HUBWARD_EMBEDDED(template_link)},
        {"new_referral", HUBWARD_EMBEDDED(template_new_referral)},
        {"offers", HUBWARD_EMBEDDED(template_offers)},
        {"ops", HUBWARD_EMBEDDED(template_ops)},
        {"person", HUBWARD_EMBEDDED(template_person)},
        {"place", HUBWARD_EMBEDDED(template_place)},
        {"practice", HUBWARD_EMBEDDED(template_practice)},
        {"problem", HUBWARD_EMBEDDED(template_problem)},
        {"problems", HUBWARD_EMBEDDED(template_problems)},
        {"session", HUBWARD_EMBEDDED(template_session)},
        {"session_cancel", HUBWARD_EMBEDDED(template_session_cancel)},
        {"sessions", HUBWARD_EMBEDDED(template_sessions)},
        {"try_it", HUBWARD_EMBEDDED(template_try_it)},
        {"status", HUBWARD_EMBEDDED(template_status)},
        {"webhooks", HUBWARD_EMBEDDED(template_webhooks)},
        {"weekly", HUBWARD_EMBEDDED(template_weekly)},
    });
    return find(texts, name);
}

std::string_view texts_text(std::string_view tag) {
    static const auto texts = std::to_array<Text>({
        {"en", HUBWARD_EMBEDDED(texts_en)},
        {"ar", HUBWARD_EMBEDDED(texts_ar)},
        {"cy", HUBWARD_EMBEDDED(texts_cy)},
        {"pa", HUBWARD_EMBEDDED(texts_pa)},
        {"pl", HUBWARD_EMBEDDED(texts_pl)},
        {"ur", HUBWARD_EMBEDDED(texts_ur)},
    });
    return find(texts, tag);
}

std::string_view neutral_mark() { return HUBWARD_EMBEDDED(mark); }

const Asset& asset(std::string_view name) {
    for (const Named& one : all()) {
        if (one.name == name) {
            return one.asset;
        }
    }
    throw std::logic_error("no asset " + std::string(name));
}

const Asset* asset_at(std::string_view path) {
    for (const Named& one : all()) {
        if (one.asset.path == path) {
            return &one.asset;
        }
    }
    return nullptr;
}

}  // namespace hubward::server::pages
