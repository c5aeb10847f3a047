// SPDX-License-Identifier: Apache-2.0
#include "tests/api/rig.hpp"

#include <algorithm>
#include <iterator>

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/api/bars_subscription.hpp"
#include "server/api/new_id.hpp"
#include "server/metrics/house.hpp"
#include "storage/master_key.hpp"

namespace hubward::tests {

using namespace hubward::server;

matcher::Timestamp MovableClock::now() {
    const auto since = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count() + offset_ms_};
}

std::int64_t MovableClock::steady_ns() {
    const auto since = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(since).count();
}

std::string fresh_key() { return api::new_request_id(); }

json::value parsed(const Answer& answer) {
    json::error_code error;
    json::value v = json::parse(answer.body, error);
    return error ? json::value() : v;
}

std::string text_at(const json::value& v, std::string_view pointer) {
    json::error_code error;
    const json::value* found = v.find_pointer(pointer, error);
    if (found == nullptr) {
        return {};
    }
    return found->is_string() ? std::string(found->as_string()) : json::serialize(*found);
}

Caller::Caller(std::uint16_t port, std::string token)
    : client_(std::make_unique<HttpClient>(port)), token_(std::move(token)) {}

Answer Caller::send(std::string_view verb, std::string_view target, Headers headers,
                    std::string_view body) {
    if (!token_.empty()) {
        headers.emplace_back("Authorization", "Bearer " + token_);
    }
    return client_->send(verb, target, headers, body);
}

Answer Caller::get(std::string_view target, Headers more) {
    return send("GET", target, std::move(more));
}

Answer Caller::post(std::string_view target, std::string_view body, Headers more) {
    bool keyed = false;
    for (const auto& [name, value] : more) {
        keyed = keyed || name == "Idempotency-Key";
    }
    if (!keyed) {
        more.emplace_back("Idempotency-Key", fresh_key());
    }
    more.emplace_back("Content-Type", "application/json");
    return send("POST", target, std::move(more), body);
}

Answer Caller::put(std::string_view target, std::string_view body, Headers more) {
    more.emplace_back("Content-Type", "application/json");
    return send("PUT", target, std::move(more), body);
}

Rig::Rig(unsigned threads, More more) {
    std::string name = (std::filesystem::temp_directory_path() / "hubward-api-XXXXXX").string();
    folder = ::mkdtemp(name.data());
    storage::StoreOptions options;
    options.folder = folder / "data";
    options.master_key_file = folder / "master.key";
    options.sync = false;  // these tests ask what is said, not what survives; tests/e2e does
    EXPECT_TRUE(storage::make_master_key(options.master_key_file));
    auto opened = storage::Store::open(options);
    if (!opened) {
        throw std::runtime_error(opened.error().text);
    }
    store = *std::move(opened);
    tokens = *auth::Tokens::open(folder / "token.key");
    gateway = make_gateway(store->event_log(), clock);
    view = std::make_unique<View>(store->recover()->state);
    gateway->listen([this](const matcher::SharedBatch& batch, const matcher::StageTimes&) {
        view->apply(*batch);
    });
    pipeline = std::make_unique<matcher::Pipeline>(
        matcher::Engine(store->recover()->state), store->journal(),
        *store->journal().claim("test", std::chrono::seconds(30)), *gateway, clock,
        [this] { return store->recover()->state; });
    gateway->attach(*pipeline);
    // May send to this machine and to nobody else; tests/outbound and tests/e2e look at what it sends.
    outbound::ClientSettings nearby;
    nearby.addresses = *outbound::AddressRules::of({"127.0.0.0/8"});
    outbound = *outbound::Outbound::open(
        folder / "outbound",
        outbound::Services{.events = store->event_log(), .vault = store->vault(), .clock = clock,
                           .encode = [](const storage::StreamEvent&, std::string_view,
                                        wire::Detail) { return std::string("{}"); },
                           .client = std::move(nearby),
                           .told = [](std::string_view, std::string_view) {}});
    services = std::unique_ptr<api::Services>(
        new api::Services{.gateway = *gateway,
                          .view = *view,
                          .events = store->event_log(),
                          .vault = store->vault(),
                          .tokens = *tokens,
                          .clock = clock,
                          .gazetteer = gazetteer,
                          .outbound = *outbound,
                          .demo = false,
                          .metrics = [this](std::string_view accept) {
                              metrics::Sources sources;
                              sources.domain = [this] {
                                  return view->look([this](const View& v) {
                                      metrics::DomainNumbers numbers;
                                      numbers.network = v.network(clock.now());
                                      return numbers;
                                  });
                              };
                              return metrics::scrape_for(sources, accept);
                          },
                          .readiness = [](bool& ready) {
                              ready = true;
                              return std::string(R"({"status":"ready","checks":{}})");
                          }});
    outbound->add_kind(api::bars::subscription_kind, api::bars::subscription_messages(*services));
    http::Server::Options listen;
    listen.port = 0;
    listen.threads = threads;
    auto routes = api::routes(*services);
    if (more != nullptr) {
        std::ranges::move(more(*services), std::back_inserter(routes));
    }
    auto listening = http::Server::listen(listen, std::move(routes), api::refusals(*services));
    if (!listening) {
        throw std::runtime_error(listening.error());
    }
    server = *std::move(listening);
    services->base_url = fmt::format("http://127.0.0.1:{}", server->port());
    std::vector<http::Executor> executors;
    for (unsigned i = 0; i < server->threads(); ++i) {
        executors.push_back(server->executor(i));
    }
    gateway->serve(std::move(executors));
    pipeline->start();
    outbound->start();
    server->start();
}

Rig::~Rig() {
    server->drain(std::chrono::milliseconds(200));
    pipeline->stop();
    server->stop();
    outbound->stop();
    pipeline.reset();
    gateway.reset();
    server.reset();
    services.reset();
    outbound.reset();
    store.reset();
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
}

std::string Rig::token(matcher::Role role, std::string subject, matcher::Timestamp expires) {
    auth::Principal who;
    who.role = role;
    who.subject = std::move(subject);
    who.expires = expires;
    return tokens->mint(who);
}

Caller Rig::caller(matcher::Role role, std::string subject) {
    return Caller(port(), token(role, std::move(subject)));
}
Caller Rig::practice(std::string ods) { return caller(matcher::Role::practice, std::move(ods)); }
Caller Rig::hub(std::string slug) { return caller(matcher::Role::hub, std::move(slug)); }
Caller Rig::place(std::string code) { return caller(matcher::Role::place, std::move(code)); }
Caller Rig::ops() { return caller(matcher::Role::ops, "night-watch"); }
Caller Rig::nobody() { return Caller(port(), ""); }

void Rig::add_hub(const std::string& slug, unsigned places, const std::string& place,
                  const std::string& needs) {
    const std::string body = fmt::format(
        R"({{"name":"Hub {0}","place":"{1}","location":{{"latitude":53.79,"longitude":-1.55}},)"
        R"("needs":[{2}],"languages":["en","ur"],"capacity":{{"place":{3},"device":2,"sim":1}}}})",
        slug, place, needs, places);
    const Answer made = ops().put("/v1/hubs/" + slug, body);
    ASSERT_TRUE(made.status == 201 || made.status == 200) << made.body;
}

std::string Rig::referral(const std::string& needs, const std::string& more) {
    return fmt::format(
        R"({{"consent":{{"share_with_hub":true,"given_by":"self"}},"needs":[{}],)"
        R"("location":{{"latitude":53.79,"longitude":-1.55}},)"
        R"("person":{{"name":"Ada Example","contact":[{{"system":"phone","value":"01632 960123"}}]}})"
        R"({}}})",
        needs, more);
}

std::string Rig::referral_with(const std::string& person) {
    return fmt::format(
        R"({{"consent":{{"share_with_hub":true}},"needs":["nhs-app"],)"
        R"("location":{{"latitude":53.79,"longitude":-1.55}},"person":{}}})",
        person);
}

json::value Rig::submitted(const std::string& body, const std::string& ods) {
    const Answer answer = practice(ods).post("/v1/referrals", body);
    EXPECT_EQ(answer.status, 201) << answer.body;
    return parsed(answer);
}

void Rig::state(const std::function<void(const matcher::State&)>& look) {
    view->look([&](const View& v) { look(v.state()); });
}

}  // namespace hubward::tests
