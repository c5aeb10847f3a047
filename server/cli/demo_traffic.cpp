// SPDX-License-Identifier: Apache-2.0
#include "server/cli/demo_traffic.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/log.hpp"

namespace hubward::server::cli {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds seconds(int n) { return std::chrono::seconds(n); }

// Where an offer's needs stand in the referral: outcomes are recorded by position.
std::vector<std::size_t> positions(const json::array& wanted, const json::array& offered) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (std::ranges::find(offered, wanted[i]) != offered.end()) {
            out.push_back(i);
        }
    }
    return out;
}

}  // namespace

DemoTraffic::DemoTraffic(const auth::Tokens& tokens, matcher::Timestamp tokens_until, Options options)
    : tokens_(tokens), until_(tokens_until), options_(std::move(options)), people_(options_.seed),
      client_(options_.base_url, std::chrono::seconds(5)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

DemoTraffic::~DemoTraffic() = default;

void DemoTraffic::run(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any wake;
    for (unsigned i = 0; i < options_.at_once && !stop.stop_requested(); ++i) {
        refer();
    }
    Moment next = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        const Moment now = std::chrono::steady_clock::now();
        if (now >= next) {
            refer();
            next += options_.every;
        }
        while (!plans_.empty() && plans_.begin()->first <= now && !stop.stop_requested()) {
            carry_out(plans_.extract(plans_.begin()).mapped());
        }
        const Moment wanted = plans_.empty() ? next : std::min(next, plans_.begin()->first);
        std::unique_lock lock(mutex);
        wake.wait_until(lock, stop, wanted, [] { return false; });
    }
}

const std::string& DemoTraffic::token(matcher::Role role, const std::string& subject) {
    std::string& minted = minted_[fmt::format("{} {}", matcher::name(role), subject)];
    if (minted.empty()) {
        auth::Principal principal;
        principal.role = role;
        principal.subject = subject;
        principal.expires = until_;
        minted = tokens_.mint(principal);
    }
    return minted;
}

void DemoTraffic::refer() {
    const std::string& practice = options_.practices[count_++ % options_.practices.size()];
    const std::string asked = people_.referral();
    const auto answer = client_.call(
        "POST", "/v1/referrals",
        {{"Authorization", "Bearer " + token(matcher::Role::practice, practice)},
         {"Idempotency-Key", fmt::format("demo-{}-{}", options_.seed, count_)},
         {"Content-Type", "application/json"}},
        asked);
    if (!answer || answer->status != 201) {
        log::warning("demo", "an invented referral was not taken",
                     {{log::Key::status, answer ? static_cast<std::int64_t>(answer->status) : 0}});
        return;
    }
    boost::system::error_code error;
    const json::value body = json::parse(answer->body, error);
    const json::object* object = error ? nullptr : body.if_object();
    const json::value* offers = object == nullptr ? nullptr : object->if_contains("offers");
    if (offers == nullptr || !offers->is_array()) {
        return;
    }
    const json::value request = json::parse(asked);
    const json::array& wanted = request.at("needs").as_array();
    for (const json::value& offer : offers->as_array()) {
        Plan plan;
        plan.hub = std::string(offer.at("hub").at("slug").as_string());
        plan.offer = std::string(offer.at("id").as_string());
        plan.needs = positions(wanted, offer.at("needs").as_array());
        if (plan.hub != options_.left_alone) {
            later(std::move(plan), seconds(3), seconds(60));
        }
    }
}

void DemoTraffic::later(Plan plan, milliseconds least, milliseconds most) {
    const auto spread = static_cast<std::uint64_t>((most - least).count());
    plans_.emplace(std::chrono::steady_clock::now() + least + milliseconds(people_.pick(spread)),
                   std::move(plan));
}

// One step; what it leads to comes later. A step the server refuses (somebody was faster) ends it.
void DemoTraffic::carry_out(Plan plan) {
    const auto send = [&](std::string_view action, std::string_view body) {
        const auto answer = client_.call(
            "POST", fmt::format("/v1/offers/{}/{}", plan.offer, action),
            {{"Authorization", "Bearer " + token(matcher::Role::hub, plan.hub)},
             {"Idempotency-Key", fmt::format("demo-{}-{}-{}", options_.seed, ++count_, action)},
             {"Content-Type", "application/json"}},
            body);
        return answer && answer->status < 300;
    };
    switch (plan.step) {
        case Plan::Step::open:
            if (send("open", "{}")) {
                plan.step = people_.pick(5) == 0 ? Plan::Step::decline : Plan::Step::accept;
                later(std::move(plan), seconds(2), seconds(40));
            }
            break;
        case Plan::Step::accept:
            if (send("accept", "{}")) {
                plan.step = Plan::Step::start;
                later(std::move(plan), seconds(5), seconds(60));
            }
            break;
        case Plan::Step::decline: {
            constexpr std::string_view reasons[] = {"no-slot", "not-suitable", "person-chose-other"};
            send("decline", fmt::format(R"({{"reason":"{}"}})", reasons[people_.pick(3)]));
            break;
        }
        case Plan::Step::start:
            if (send("start", "{}")) {
                plan.step = Plan::Step::outcome;
                later(std::move(plan), seconds(10), seconds(90));
            }
            break;
        case Plan::Step::outcome:
            for (const std::size_t need : plan.needs) {
                send("outcome", fmt::format(R"({{"need":{},"outcome":"{}"}})", need,
                                            people_.pick(6) == 0 ? "need-partly-met" : "need-met"));
            }
            break;
    }
}

}  // namespace hubward::server::cli
