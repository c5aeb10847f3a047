// SPDX-License-Identifier: Apache-2.0
//
// A whole server with an invented city in it, in a quarter of a second.
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include <stdlib.h>  // mkdtemp

#include <fmt/format.h>

#include "server/auth/enter.hpp"
#include "server/auth/key_file.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/demo_data.hpp"
#include "server/cli/demo_traffic.hpp"
#include "server/cli/hub_file.hpp"
#include "server/cli/serving.hpp"
#include "server/cli/terminal.hpp"
#include "server/system_clock.hpp"
#include "storage/master_key.hpp"

namespace hubward::server::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* showcase_hub = "riverside-library";
constexpr auto practices = {"DEMO01", "DEMO02", "DEMO03"};

// A folder that goes when the demo ends, also after an error; not after a kill.
class TemporaryFolder {
  public:
    ~TemporaryFolder() {
        std::error_code error;
        if (!path_.empty()) {
            fs::remove_all(path_, error);
        }
    }
    bool make() {
        std::error_code error;
        std::string pattern = (fs::temp_directory_path(error) / "hubward-demo-XXXXXX").string();
        if (::mkdtemp(pattern.data()) == nullptr) {
            return false;
        }
        path_ = pattern;
        return true;
    }
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

std::expected<void, Failure> prepare(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder / "keys", error);
    fs::permissions(folder / "keys", fs::perms::owner_all, error);
    if (!fs::exists(folder / "keys/master.key", error)) {
        if (auto made = storage::make_master_key(folder / "keys/master.key"); !made) {
            return std::unexpected(Failure{Exit::cannot_create, made.error()});
        }
    }
    std::ofstream(folder / "gazetteer.csv") << demo_gazetteer;
    return {};
}

Config demo_config(const DemoOptions& options, const fs::path& folder) {
    Config config;
    config.port = options.port;
    config.data = (folder / "data").string();
    config.master_key_file = (folder / "keys/master.key").string();
    config.token_key_file = (folder / "keys/token.key").string();
    config.gazetteer = (folder / "gazetteer.csv").string();
    config.dos_services = {"9000000001"};  // the receiver that published BaRS examples name
    config.log_level = "warning";
    config.accept_clock = true;  // its people are invented, and it has no settings to say so with
    return config;
}

// Eight at a time, so that the sixteen share a few syncs.
std::expected<std::size_t, Failure> add_hubs(App& app, const fs::path& gazetteer_file) {
    auto gazetteer = wire::Gazetteer::load(gazetteer_file);
    if (!gazetteer) {
        return std::unexpected(Failure{Exit::software, gazetteer.error()});
    }
    auto hubs = read_hubs(demo_hubs, *gazetteer);
    if (!hubs) {
        return std::unexpected(Failure{Exit::software, hubs.error()});
    }
    const auto known = app.view().look([](const View& v) { return v.state().hubs.size(); });
    if (known > 0) {
        return known;  // --data with the hubs of an earlier demo
    }
    std::atomic<std::size_t> next{0};    // relaxed: hands out positions, orders nothing
    std::atomic<std::size_t> failed{0};  // relaxed: read after the threads have ended
    {
        std::vector<std::jthread> senders;
        senders.reserve(8);
        for (unsigned i = 0; i < 8; ++i) {
            senders.emplace_back([&] {
                for (std::size_t at; (at = next.fetch_add(1, std::memory_order_relaxed)) < hubs->size();) {
                    matcher::Envelope envelope;
                    envelope.command = (*hubs)[at].command;
                    envelope.actor = {matcher::Role::ops, matcher::HubSlug("demo")};
                    envelope.payload = (*hubs)[at].profile;
                    if (!app.gateway().submit_and_wait(std::move(envelope))) {
                        failed.fetch_add(1, std::memory_order_relaxed);
                    }
                }
            });
        }
    }
    if (failed.load(std::memory_order_relaxed) > 0) {
        return std::unexpected(Failure{Exit::software, "the demo's hubs were refused"});
    }
    return hubs->size();
}

std::string token_for(const App& app, matcher::Role role, std::string subject, matcher::Timestamp until) {
    auth::Principal principal;
    principal.role = role;
    principal.subject = std::move(subject);
    principal.expires = until;
    return app.tokens().mint(principal);
}

void welcome(const App& app, auth::EnterLinks& links, const DemoOptions& options, std::size_t hubs,
             matcher::Timestamp until, std::uint64_t seed) {
    const std::string& base = app.base_url();
    const auto as = [&app, until](matcher::Role role, std::string subject) {
        return [&app, until, role, subject] { return token_for(app, role, subject, until); };
    };
    const std::string hub_link =
        links.add(as(matcher::Role::hub, showcase_hub), fmt::format("/hub/{}", showcase_hub));
    const std::string ops_link = links.add(as(matcher::Role::ops, "demo"), "/ops", "/ops");
    const std::string practice_link =
        links.add(as(matcher::Role::practice, std::string(*practices.begin())), "/practice", "/practice");
    DemoPeople people(seed);
    print(fmt::format(
        "Hubward demo: {} invented hubs in 3 places{}. Nobody in here exists.\n\n"
        "  A hub's page  {}{}\n"
        "  Operations    {}{}\n"
        "  A practice    {}{}\n"
        "  Metrics       {}/metrics\n\n"
        "Refer somebody (paste as often as you like, with another key each time):\n\n"
        "curl -s {}/v1/referrals -H 'Authorization: Bearer {}' -H 'Idempotency-Key: try-{:08x}' "
        "-H 'Content-Type: application/json' -d '{}'\n\n"
        "Ctrl-C ends the demo{}.\n",
        hubs, options.traffic ? ", 40 invented referrals a minute" : "", base, hub_link, base, ops_link,
        base, practice_link, base, base, token_for(app, matcher::Role::practice, *practices.begin(), until),
        seed & 0xffff'ffffU, people.referral(),
        options.data.empty() ? " and removes its data" : "; its data stay in " + options.data));
}

}  // namespace

Exit demo(const DemoOptions& options) {
    Signals signals;
    TemporaryFolder temporary;
    fs::path folder = options.data;
    if (options.data.empty()) {
        if (!temporary.make()) {
            return fail(Exit::cannot_create, "no temporary folder can be made; set TMPDIR");
        }
        folder = temporary.path();
    }
    if (auto prepared = prepare(folder); !prepared) {
        return fail(prepared.error());
    }
    auth::EnterLinks links;
    AppOptions app_options;
    app_options.demo = true;
    app_options.config = demo_config(options, folder);
    app_options.routes.push_back(links.route());
    start_log(app_options.config);
    auto app = App::start(app_options);
    if (!app && app.error().code == Exit::unavailable && !options.port_given) {
        app_options.config.port = 0;  // somebody has 8080; any other will do for a demo
        app = App::start(app_options);
    }
    if (!app) {
        log::stop();
        return fail(app.error());
    }
    const auto hubs = add_hubs(**app, folder / "gazetteer.csv");
    if (!hubs) {
        log::stop();
        return fail(hubs.error());
    }
    const matcher::Timestamp until = SystemClock().now() + std::chrono::hours(7 * 24);
    const std::uint64_t seed = std::random_device{}();
    welcome(**app, links, options, *hubs, until, seed);
    std::unique_ptr<DemoTraffic> traffic;
    if (options.traffic) {
        DemoTraffic::Options t;
        t.base_url = (*app)->base_url();
        t.practices.assign(practices.begin(), practices.end());
        t.left_alone = showcase_hub;
        t.seed = seed + 1;
        traffic = std::make_unique<DemoTraffic>((*app)->tokens(), until, std::move(t));
    }
    const Exit code = serve_until_told(**app, signals, [&] { traffic.reset(); });
    app->reset();
    log::stop();
    return code;
}

}  // namespace hubward::server::cli
