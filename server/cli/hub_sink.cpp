// SPDX-License-Identifier: Apache-2.0
#include "server/cli/hub_sink.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include "matcher/language.hpp"
#include "server/cli/http_client.hpp"

namespace hubward::server::cli {
namespace {

namespace json = boost::json;

template <class Code>
json::array words(matcher::CodeSet<Code> set) {
    json::array out;
    const auto names = matcher::names<Code>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (set.has(static_cast<Code>(i))) {
            out.emplace_back(names[i]);
        }
    }
    return out;
}

json::array words(const matcher::LanguageSet& set) {
    json::array out;
    for (std::size_t i = 1; i < matcher::language_count(); ++i) {
        const auto language = static_cast<matcher::Language>(i);
        if (set.has(language)) {
            out.emplace_back(matcher::code(language));
        }
    }
    return out;
}

class ServerSink final : public HubSink {
  public:
    ServerSink(const std::string& base, std::string token) : client_(base), token_(std::move(token)) {}

    std::expected<Sent, std::string> send(const wire::open_referral::ImportedHub& hub) override {
        const std::string path = "/v1/hubs/" + hub.slug;
        const HttpClient::Headers who = {{"Authorization", "Bearer " + token_}};
        const auto before = client_.call("GET", path, who, "");
        if (!before) {
            return std::unexpected(before.error());
        }
        HttpClient::Headers headers = who;
        headers.emplace_back("Content-Type", "application/json");
        const auto answer = client_.call("PUT", path, headers, put_document(hub.document));
        if (!answer) {
            return std::unexpected(answer.error());
        }
        if (answer->status == 201) {
            return Sent::added;
        }
        if (answer->status == 200) {
            return answer->header("etag") == before->header("etag") ? Sent::unchanged : Sent::changed;
        }
        return std::unexpected(refusal(*answer));
    }

  private:
    // "422: /needs/0 This is no need code." out of a problem document.
    static std::string refusal(const HttpAnswer& answer) {
        std::string text = fmt::format("the server answered {}", answer.status);
        boost::system::error_code error;
        const json::value body = json::parse(answer.body, error);
        const json::object* problem = error ? nullptr : body.if_object();
        const json::value* detail = problem == nullptr ? nullptr : problem->if_contains("detail");
        if (detail != nullptr && detail->is_string()) {
            text += ": " + std::string(detail->as_string());
        }
        return text;
    }

    HttpClient client_;
    std::string token_;
};

class FolderSink final : public HubSink {
  public:
    explicit FolderSink(std::unique_ptr<App> app) : app_(std::move(app)) {}

    std::expected<Sent, std::string> send(const wire::open_referral::ImportedHub& hub) override {
        const auto known = app_->view().look([&](const View& view) -> std::optional<matcher::Hub> {
            const auto index = view.hub_by_slug(hub.slug);
            return index ? std::optional(view.state().at(*index)) : std::nullopt;
        });
        if (known && wire::says_nothing_new(hub.document, *known, app_->hub_profile(*known))) {
            return Sent::unchanged;
        }
        matcher::Envelope envelope;
        envelope.command = hub.document.command;
        envelope.actor = {matcher::Role::ops, matcher::HubSlug("import")};
        envelope.payload = hub.document.profile;
        const auto done = app_->gateway().submit_and_wait(std::move(envelope));
        if (!done) {
            return std::unexpected(fmt::format("refused: {}", matcher::name(done.error().why)));
        }
        return known ? Sent::changed : Sent::added;
    }

  private:
    std::unique_ptr<App> app_;
};

}  // namespace

std::string put_document(const wire::HubDocument& hub) {
    const matcher::HubProfile& profile = hub.command.profile;
    json::object out = json::parse(hub.profile).as_object();
    json::array access = words(profile.access);
    if (const json::value* other = out.if_contains("other_access")) {
        access.insert(access.end(), other->as_array().begin(), other->as_array().end());
        out.erase("other_access");
    }
    out["place"] = profile.place.view();
    out["active"] = profile.active;
    out["virtual"] = profile.is_virtual;
    if (profile.position.known()) {
        out["location"] = {{"latitude", profile.position.latitude_e7 / 1e7},
                           {"longitude", profile.position.longitude_e7 / 1e7}};
    }
    out["catchment_metres"] = profile.catchment;
    out["needs"] = words(profile.needs);
    out["languages"] = words(profile.languages);
    out["access"] = std::move(access);
    json::array communities;
    for (unsigned bit = 0; bit < 32; ++bit) {
        if ((profile.communities >> bit & 1U) != 0) {
            communities.emplace_back(bit);
        }
    }
    out["communities"] = std::move(communities);
    out["age_min"] = profile.age_min;
    out["age_max"] = profile.age_max;
    if (hub.command.set_totals) {
        json::object capacity;
        for (std::size_t kind = 0; kind < matcher::unit_kinds; ++kind) {
            capacity[matcher::name(static_cast<matcher::UnitKind>(kind))] = hub.command.totals[kind];
        }
        out["capacity"] = std::move(capacity);
    }
    return json::serialize(out);
}

std::unique_ptr<HubSink> sink_to_server(const std::string& base, const std::string& token) {
    return std::make_unique<ServerSink>(base, token);
}

std::expected<std::unique_ptr<HubSink>, Failure> sink_to_folder(Config config) {
    AppOptions options;
    options.config = std::move(config);
    options.config.address = "127.0.0.1";
    options.config.port = 0;
    auto app = App::start(std::move(options));
    if (!app) {
        return std::unexpected(app.error());
    }
    return std::make_unique<FolderSink>(*std::move(app));
}

}  // namespace hubward::server::cli
