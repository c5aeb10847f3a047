// SPDX-License-Identifier: Apache-2.0
//
// What people are told when it is the server that cannot: never that their form was wrong, and when to ask again.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "server/api/offer_link.hpp"
#include "server/pages/pages.hpp"
#include "tests/api/rig.hpp"

namespace hubward::tests {
namespace {

using namespace hubward::server;
using matcher::Refused;

// Turns everything away, for one reason.
class Refusing final : public Gateway {
  public:
    explicit Refusing(Refused why) { rejection_.why = why; }
    http::Task<std::expected<Done, matcher::Rejection>> submit(unsigned, matcher::Envelope) override {
        co_return std::unexpected(rejection_);
    }
    std::optional<matcher::Rejection> turned_away(const matcher::Command&) override { return rejection_; }
    std::expected<Done, matcher::Rejection> submit_and_wait(matcher::Envelope) override {
        return std::unexpected(rejection_);
    }
    void deliver(const matcher::SharedBatch&, std::span<const matcher::Answer>, const matcher::StageTimes&) override {}
    void stopped() override {}

  private:
    matcher::Rejection rejection_;
};

// The rig's pages over a gateway that turns everything away.
class Closed {
  public:
    Closed(Rig& rig, Refused why)
        : gateway_(why),
          services_{.gateway = gateway_,
                    .view = *rig.view,
                    .events = rig.store->event_log(),
                    .vault = rig.store->vault(),
                    .tokens = *rig.tokens,
                    .clock = rig.clock,
                    .gazetteer = rig.gazetteer,
                    .outbound = *rig.outbound} {
        http::Server::Options options;
        options.port = 0;
        const auto brand = std::make_shared<const pages::Brand>(*pages::make_brand("Hubward", "#0b5156", {}));
        server_ = *http::Server::listen(options, pages::routes(services_, brand, nullptr), api::refusals());
        server_->start();
    }
    ~Closed() { server_->drain(std::chrono::milliseconds(200)); }

    Answer post(const std::string& path, std::string_view form, Headers headers = {}) const {
        headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        return HttpClient(server_->port()).send("POST", path, headers, form);
    }

  private:
    Refusing gateway_;
    api::Services services_;
    std::unique_ptr<http::Server> server_;
};

constexpr std::array servers_own = {Refused::busy, Refused::full, Refused::journal_failed, Refused::stopping};

void expect_later(const Answer& answer, const std::string& what) {
    EXPECT_EQ(answer.status, 503) << what;
    EXPECT_EQ(answer.header("Retry-After"), "5") << what;
}

struct BusyPages : testing::Test {
    BusyPages() {
        rig.add_hub("holbeck-library");
        const json::value made = rig.submitted(Rig::referral());
        auth::Principal hub;
        hub.role = matcher::Role::hub;
        hub.subject = "holbeck-library";
        const auto link = api::make_link(*rig.services, hub, text_at(made, "/offers/0/id"));
        path = link ? link->url.substr(link->url.find("/answer/")) : "";
    }
    Rig rig;
    std::string path;  // of the link
};

TEST_F(BusyPages, ALinkThatCannotBeAnsweredNowMayBeTriedAgain) {
    for (const Refused why : servers_own) {
        const Closed closed(rig, why);
        expect_later(closed.post(path + "/accept", ""), "accept");
        expect_later(closed.post(path + "/decline", "reason=no-capacity"), "decline");
        expect_later(closed.post(path + "/capacity", "do=confirm"), "capacity");
    }
    const Closed closed(rig, Refused::version_changed);
    const Answer told = closed.post(path + "/capacity", "do=confirm");
    EXPECT_EQ(told.status, 409) << "somebody else was quicker";
    EXPECT_TRUE(told.header("Retry-After").empty());
    EXPECT_EQ(closed.post(path + "/capacity", "place=many").status, 422) << "what was sent is no number";
}

// … and the form comes back as it was filled in, with its key: sent again, it is the same referral.
TEST_F(BusyPages, AReferralThatCannotBeTakenNowIsNotCalledFaulty) {
    const Headers practice = {{"Authorization", "Bearer " + rig.token(matcher::Role::practice, "A12345")}};
    const std::string form =
        "as=A12345&name=Ada+Example&phone=01632+960123&needs=nhs-app&consent=yes&key=0b0d9a4e-6f5c-4c1e-9a61-2d5c3f1e7a90";
    for (const Refused why : servers_own) {
        const Closed closed(rig, why);
        const Answer told = closed.post("/practice/new", form, practice);
        expect_later(told, "a new referral");
        EXPECT_NE(told.body.find("0b0d9a4e-6f5c-4c1e-9a61-2d5c3f1e7a90"), std::string::npos);
        EXPECT_NE(told.body.find("Please try again in a moment"), std::string::npos);
        EXPECT_EQ(told.body.find("Nothing was sent"), std::string::npos) << "which nobody knows";
        EXPECT_EQ(closed.post("/practice/new", "as=A12345&name=Ada+Example", practice).status, 422) << "this one is";
    }
}

}  // namespace
}  // namespace hubward::tests
