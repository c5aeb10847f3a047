// SPDX-License-Identifier: Apache-2.0
//
// Everything behind the API but the program around it: a real store in a folder of its own, the
// pipeline, the gateway, the view, and an HTTP server on a free port.
//
//   Rig rig;
//   rig.hub("holbeck-library", "leeds", R"("needs":["nhs-app"],…)");
//   auto answer = rig.practice("A12345").post("/v1/referrals", rig.referral());
#pragma once

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "matcher/pipeline.hpp"
#include "server/api/services.hpp"
#include "storage/store.hpp"
#include "tests/support/http_client.hpp"

namespace hubward::tests {

namespace json = boost::json;

// Wall clock with an offset that tests move.
class MovableClock : public matcher::Clock {
  public:
    matcher::Timestamp now() override;
    std::int64_t steady_ns() override;
    void jump(std::chrono::milliseconds by) { offset_ms_ += by.count(); }

  private:
    std::atomic<std::int64_t> offset_ms_{0};
};

// One caller: a connection and a token.
class Caller {
  public:
    Caller(std::uint16_t port, std::string token);

    Answer get(std::string_view target, Headers more = {});
    // A fresh Idempotency-Key unless `more` brings one.
    Answer post(std::string_view target, std::string_view body = {}, Headers more = {});
    Answer put(std::string_view target, std::string_view body, Headers more = {});
    // Nothing is added but the token.
    Answer send(std::string_view verb, std::string_view target, Headers headers,
                std::string_view body = {});

    const std::string& token() const { return token_; }

  private:
    std::unique_ptr<HttpClient> client_;
    std::string token_;
};

std::string fresh_key();
json::value parsed(const Answer& answer);  // null when the body is not JSON
std::string text_at(const json::value& v, std::string_view pointer);

class Rig {
  public:
    // Further routes over the rig's services, of rooms that look in upon the API.
    using More = std::vector<server::http::Route> (*)(server::api::Services& services);
    explicit Rig(unsigned threads = 2, More more = nullptr);
    ~Rig();

    Caller caller(matcher::Role role, std::string subject);
    Caller practice(std::string ods = "A12345");
    Caller hub(std::string slug = "holbeck-library");
    Caller place(std::string code = "leeds");
    Caller ops();
    Caller nobody();
    std::string token(matcher::Role role, std::string subject,
                      matcher::Timestamp expires = matcher::never);

    // PUTs a hub that offers everything at the city's middle, with `places` free places.
    void add_hub(const std::string& slug, unsigned places = 5, const std::string& place = "leeds",
                 const std::string& needs = R"("nhs-app","nhs-login","dev-loan")");
    // A referral with one need, as JSON; `more` goes in as further members ("," first).
    static std::string referral(const std::string& needs = R"("nhs-app")",
                                const std::string& more = "");
    // … with this JSON object as the person.
    static std::string referral_with(const std::string& person);
    // Posts it and gives the answer's document; the test fails when it is not 201.
    json::value submitted(const std::string& body, const std::string& ods = "A12345");

    void state(const std::function<void(const matcher::State&)>& look);

    std::uint16_t port() const { return server->port(); }

    MovableClock clock;
    std::filesystem::path folder;
    std::unique_ptr<storage::Store> store;
    std::unique_ptr<server::PipelineGateway> gateway;
    std::unique_ptr<server::View> view;
    std::unique_ptr<server::auth::Tokens> tokens;
    server::wire::Gazetteer gazetteer;
    std::unique_ptr<server::outbound::Outbound> outbound;
    std::unique_ptr<server::api::Services> services;
    std::unique_ptr<matcher::Pipeline> pipeline;
    std::unique_ptr<server::http::Server> server;
};

}  // namespace hubward::tests
