// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/recent.hpp"
#include "server/pages/ops_charts.hpp"
#include "server/pages/public_pages.hpp"
#include "server/wire/json_reader.hpp"

namespace hubward::server::pages {
namespace {

// {"checks": {"storage": "ok", …}} as rows. A check without words of ours shows its own name.
Model::List check_rows(const Words& words, std::string json) {
    constexpr std::size_t spare_bytes = 64;  // the parser reads past the end
    Model::List rows;
    json.reserve(json.size() + spare_bytes);
    const auto read = wire::read_json(json);
    const auto checks = read ? read->find("checks") : std::nullopt;
    if (!checks) {
        return rows;
    }
    checks->members([&](std::string_view name, wire::Json value) {
        const bool good = value.is(wire::Json::Kind::text) && value.text() == "ok";
        Model row;
        row.set("own", words_in(languages().front()).has("check", name));
        row.set("name", words.text("check", name));
        row.set("good", good);
        row.set("state", words.text("check", good ? "ok" : "not-ok"));
        rows.push_back(std::move(row));
    });
    return rows;
}

// Only that it was ready or not: how many commands or clients there are is nobody's business.
metrics::Picture public_part(metrics::Picture picture) {
    std::erase_if(picture.happened, [](const metrics::Happened& one) {
        using enum metrics::Happening;
        return one.what != started && one.what != ready && one.what != not_ready;
    });
    return picture;
}

}  // namespace

http::Task<http::Response> get_status(api::Services* services, Visit visit) {
    const Words& words = visit.words();
    bool ready = true;
    const std::string checks = services->readiness ? services->readiness(ready) : std::string("{}");
    Model content;
    content.set("ready", ready);
    content.set("as_of", words.say("page", "ops_as_of", {{"when", words.date(services->clock.now())}}));
    content.set("checks", check_rows(words, checks));
    if (services->recent != nullptr) {
        content.set("happened", ops_happened(words, public_part(services->recent->picture())));
    }
    co_return page(visit.style, ready ? 200 : 503, "status", words.text("page", "st_title"), std::move(content),
                   Model());
}

}  // namespace hubward::server::pages
