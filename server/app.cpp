// SPDX-License-Identifier: Apache-2.0
#include "server/app.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "matcher/pipeline.hpp"
#include "server/api/bars_subscription.hpp"
#include "server/api/services.hpp"
#include "server/auth/sessions.hpp"
#include "server/descriptors.hpp"
#include "server/engine_copy.hpp"
#include "server/feed/feed.hpp"
#include "server/fhir_settings.hpp"
#include "server/house_jobs.hpp"
#include "server/jobs/jobs.hpp"
#include "server/load_brand.hpp"
#include "server/log.hpp"
#include "server/metrics/house.hpp"
#include "server/open_outbound.hpp"
#include "server/metrics/recent.hpp"
#include "server/ops_routes.hpp"
#include "server/pages/pages.hpp"
#include "server/start_time.hpp"
#include "server/store_failure.hpp"
#include "server/system_clock.hpp"
#include "server/wire/gazetteer.hpp"
#include "storage/store.hpp"
#include "storage/upkeep.hpp"

namespace hubward::server {
namespace {

using log::Key;

class TheApp final : public App {
  public:
    explicit TheApp(AppOptions options)
        : options_(std::move(options)), config_(options_.config), stages_(config_.io_threads()) {}
    ~TheApp() override { shut_down(std::chrono::milliseconds(0)); }

    // Each step leaves what the next one needs; a failure unwinds what there is.
    std::expected<void, Failure> start();

    std::uint16_t port() const override { return server_->port(); }
    const std::string& base_url() const override { return services_->base_url; }
    Gateway& gateway() override { return *gateway_; }
    const View& view() const override { return *view_; }
    const auth::Tokens& tokens() const override { return *tokens_; }
    std::string hub_profile(const matcher::Hub& hub) override {
        const auto written = store_->event_log().entry(hub.profile_at);
        return written && written->entry != nullptr ? written->entry->payload : std::string();
    }
    bool failed() const override { return pipeline_->failed(); }
    void say_not_ready() override { draining_.store(true, std::memory_order_relaxed); }
    void stop() override { shut_down(std::chrono::seconds(config_.drain_seconds)); }

  private:
    std::expected<void, Failure> open_files();
    std::expected<void, Failure> recover();
    void build_corridor(matcher::State recovered, matcher::Claim claim);
    std::expected<void, Failure> listen();
    matcher::State recover_after_full_disk();
    std::string readiness(bool& ready) const;
    metrics::Sources sources() const;
    void shut_down(std::chrono::milliseconds grace);

    AppOptions options_;
    const Config& config_;
    SystemClock clock_;
    metrics::Stages stages_;
    metrics::Recent recent_;
    std::atomic<bool> nearly_full_{false};
    std::atomic<bool> draining_{false};  // relaxed: only steers new clients away
    bool stopped_ = false;
    double started_at_ = 0;
    matcher::Sequence snapshot_at_ = 0;
    std::int64_t full_disk_said_ns_ = std::numeric_limits<std::int64_t>::min() / 2;  // the engine thread's

    // Destroyed from the last to the first: the server outlives the gateway, whose waiting
    // coroutines live on its threads; the store outlives all.
    std::unique_ptr<storage::Store> store_;
    std::unique_ptr<storage::FeedCursors> cursors_;
    std::unique_ptr<storage::HubCodes> hub_codes_;
    std::unique_ptr<auth::Tokens> tokens_;
    wire::Gazetteer gazetteer_;
    std::unique_ptr<View> view_;
    std::unique_ptr<api::Services> services_;
    std::unique_ptr<feed::Feed> feed_;
    std::unique_ptr<Backups> backups_;
    std::unique_ptr<http::Server> server_;
    std::unique_ptr<outbound::Outbound> outbound_;
    std::unique_ptr<PipelineGateway> gateway_;
    std::unique_ptr<matcher::Pipeline> pipeline_;
    std::vector<std::unique_ptr<jobs::Periodic>> jobs_;
};

std::expected<void, Failure> TheApp::start() {
    started_at_ = static_cast<double>(clock_.now().ms) / 1e3;
    if (auto opened = open_files(); !opened) {
        return opened;
    }
    if (auto recovered = recover(); !recovered) {
        return recovered;
    }
    auto outbound = open_outbound(config_, *store_, *view_, clock_);
    if (!outbound) {
        return std::unexpected(outbound.error());
    }
    outbound_ = *std::move(outbound);
    gateway_->listen([this](const matcher::SharedBatch&, const matcher::StageTimes&) {
        outbound_->wake();
    });
    if (auto listening = listen(); !listening) {
        return listening;
    }
    // The engine takes its copy while the doors open already: who only reads need not wait for it.
    pipeline_->start([this] { return view_->look([](const View& v) { return engine_copy(v.state()); }); });
    if (!store_->erased_for_good().empty()) {
        pipeline_->inspect([](const matcher::State&) {});  // the copy may take longer than an answer may
    }
    const std::string_view trouble =
        jobs::adopt_policy(*gateway_, view_->look([](const View& v) { return v.state().policy; }),
                           config_.policy());
    if (!trouble.empty()) {
        log::warning("app", trouble);
    }
    const std::string_view care_trouble =
        jobs::adopt_care(*gateway_, view_->look([](const View& v) { return v.state().care; }),
                         config_.care());
    if (!care_trouble.empty()) {
        log::warning("app", care_trouble);
    }
    if (auto told = tell_calendar(config_, clock_, *gateway_, *view_); !told) {
        return told;
    }
    if (!jobs::erase_again(*gateway_, *view_, store_->erased_for_good())) {
        return std::unexpected(Failure{
            Exit::temporary, "the journal did not take an erasure that the list beside the master key "
                             "names; start again"});
    }
    jobs_ = start_jobs({.config = config_, .clock = clock_, .gateway = *gateway_, .view = *view_,
                        .store = *store_, .cursors = *cursors_, .recent = recent_,
                        .sources = [this] { return sources(); }, .nearly_full = nearly_full_,
                        .snapshot_at = snapshot_at_});
    outbound_->start();
    server_->start();
    log::info("app", "serving", {{Key::address, config_.address}, {Key::port, port()},
                                 {Key::version, version}});
    return {};
}

std::expected<void, Failure> TheApp::open_files() {
    storage::StoreOptions options;
    options.folder = config_.data;
    options.master_key_file = config_.master_key_file;
    options.accept_loss = config_.accept_loss;
    options.snapshot_every = static_cast<std::size_t>(config_.snapshot_every);
    auto store = storage::Store::open(options);
    if (!store) {
        return std::unexpected(failure(store.error()));
    }
    store_ = *std::move(store);
    auto cursors = storage::FeedCursors::open(std::filesystem::path(config_.data) / "feed-cursors");
    if (!cursors) {
        return std::unexpected(Failure{Exit::io, cursors.error()});
    }
    cursors_ = *std::move(cursors);
    auto codes = storage::HubCodes::open(std::filesystem::path(config_.data) / "hub-codes");
    if (!codes) {
        return std::unexpected(failure(codes.error()));
    }
    hub_codes_ = *std::move(codes);
    auto tokens = auth::Tokens::open(config_.token_key_file);
    if (!tokens) {
        return std::unexpected(Failure{Exit::config, tokens.error()});
    }
    tokens_ = *std::move(tokens);
    auth::sessions(*tokens_).hear([](std::string_view fault) {
        log::error("auth", "tokens that are made void in the list from now on stay good",
                   {{Key::reason, fault}});
    });
    if (!config_.gazetteer.empty()) {
        auto gazetteer = wire::Gazetteer::load(config_.gazetteer);
        if (!gazetteer) {
            return std::unexpected(Failure{Exit::no_input, "places.gazetteer: " + gazetteer.error()});
        }
        gazetteer_ = *std::move(gazetteer);
    }
    return {};
}

std::expected<void, Failure> TheApp::recover() {
    constexpr std::chrono::seconds lease{30};
    auto claim = store_->journal().claim("hubward", lease);
    if (!claim) {
        return std::unexpected(
            claim.error() == matcher::JournalError::held
                ? Failure{Exit::temporary, "another process owns the journal; stop it first"}
                : Failure{Exit::io, fmt::format("the journal in {} cannot be claimed; run: hubward "
                                                "verify --data {}", config_.data, config_.data)});
    }
    const std::int64_t begun = clock_.steady_ns();
    auto recovered = store_->recover();
    if (!recovered) {
        return std::unexpected(failure(recovered.error()));
    }
    snapshot_at_ = recovered->from_snapshot;
    log::info("app", "recovered",
              {{Key::number, static_cast<std::int64_t>(recovered->state.last)},
               {Key::count, static_cast<std::int64_t>(recovered->events_folded)},
               {Key::duration_ms, (clock_.steady_ns() - begun) / 1'000'000}});
    for (const std::string& note : recovered->notes) {
        log::warning("storage", "a snapshot was passed over, and the start reads more of the journal for it; see what "
                                "hubward verify says, and look at the disk", {{Key::reason, note}});
    }
    if (auto timed = time_goes_on(clock_, recovered->state, config_.accept_clock); !timed) {
        return timed;
    }
    build_corridor(std::move(recovered->state), *std::move(claim));
    return {};
}

void TheApp::build_corridor(matcher::State recovered, matcher::Claim claim) {
    const matcher::Sequence last = recovered.last;
    view_ = std::make_unique<View>(std::move(recovered));
    store_->event_log().show_up_to(last);
    GatewayOptions options;
    options.deadline = std::chrono::milliseconds(config_.answer_deadline_ms);
    options.observe = [this](unsigned thread, const Walk& walk) { stages_.answered(thread, walk); };
    options.nearly_full = &nearly_full_;
    gateway_ = make_gateway(store_->event_log(), clock_, std::move(options));
    gateway_->listen([this](const matcher::SharedBatch& batch, const matcher::StageTimes&) {
        view_->apply(*batch);
        store_->event_log().show_up_to(batch->last());
    });
    feed_ = std::make_unique<feed::Feed>(
        feed::FeedServices{.view = *view_, .events = store_->event_log(), .tokens = *tokens_,
                           .clock = clock_,
                           .encode = feed::cloud_events(*view_, store_->event_log()),
                           .base_url = config_.base_url, .version = std::string(version),
                           .times = {}, .cursors = cursors_.get(),
                           .replay_events_max =
                               static_cast<std::uint64_t>(config_.feed_replay_events),
                           .delivered = [this](unsigned thread, std::int64_t durable_ns,
                                               std::int64_t now_ns) {
                               stages_.delivered(thread, durable_ns, now_ns);
                           }},
        config_.io_threads());
    gateway_->listen([this](const matcher::SharedBatch& batch, const matcher::StageTimes& times) {
        feed_->publish(batch, times);
    });
    pipeline_ = std::make_unique<matcher::Pipeline>(
        matcher::Engine(), store_->journal(), std::move(claim), *gateway_, clock_,
        [this] { return recover_after_full_disk(); });
    gateway_->attach(*pipeline_);
}

// Engine thread. A state that cannot be rebuilt leaves nothing to decide with.
matcher::State TheApp::recover_after_full_disk() {
    // While the disk is full every try comes here, and the log may lie on the same disk.
    constexpr std::int64_t said_every_ns = 5'000'000'000;
    if (const std::int64_t now_ns = clock_.steady_ns(); now_ns - full_disk_said_ns_ >= said_every_ns) {
        full_disk_said_ns_ = now_ns;
        log::warning("storage", "the journal took no events; rebuilding the state from disk");
    }
    auto recovered = store_->recover();
    if (!recovered) {
        log::error("storage", "the state cannot be rebuilt; leaving", {{Key::reason, recovered.error().text}});
        log::flush();  // others still write
        std::_Exit(static_cast<int>(Exit::io));
    }
    return std::move(recovered->state);
}

std::expected<void, Failure> TheApp::listen() {
    auto fhir = fhir_settings(config_);
    if (!fhir) {
        return std::unexpected(Failure{Exit::config, fhir.error()});
    }
    services_.reset(new api::Services{
        .gateway = *gateway_, .view = *view_, .events = store_->event_log(),
        .vault = store_->vault(), .tokens = *tokens_, .clock = clock_, .gazetteer = gazetteer_, .outbound = *outbound_,
        .base_url = config_.base_url, .demo = options_.demo, .fhir = *std::move(fhir),
        .answer_deadline = std::chrono::milliseconds(config_.answer_deadline_ms),
        .metrics = [this](std::string_view accept) { return metrics::scrape_for(sources(), accept); },
        .recent = &recent_,
        .readiness = [this](bool& ready) { return readiness(ready); }});
    if (services_->base_url.empty()) {
        services_->base_url = http_url(config_.address, config_.port);
    }
    outbound_->add_kind(api::bars::subscription_kind, api::bars::subscription_messages(*services_));
    std::vector<http::Route> routes = api::routes(*services_);
    const auto add = [&routes](std::vector<http::Route> more) {
        std::ranges::move(more, std::back_inserter(routes));
    };
    add(feed::routes(*feed_));
    auto brand = load_brand(config_);
    if (!brand) {
        return std::unexpected(brand.error());
    }
    const auto kept_brand = std::make_shared<const pages::Brand>(*std::move(brand));
    add(pages::routes(*services_, kept_brand, hub_codes_.get()));
    backups_ = std::make_unique<Backups>([this](const std::filesystem::path& target, const storage::KeepOn& keep_on) {
        return storage::backup(*store_, target, keep_on);
    });
    add(ops_routes(*backups_, *tokens_, clock_));
    add(std::move(options_.routes));
    http::Server::Options options;
    options.address = config_.address;
    options.port = static_cast<std::uint16_t>(config_.port);
    options.threads = config_.io_threads();
    const auto wanted = static_cast<std::size_t>(config_.connections_max);
    options.limits.connections_max = room_for_connections(wanted);
    if (options.limits.connections_max < wanted) {
        log::warning("app", "the limit of open files leaves room for fewer connections than limits.connections_max",
                     {{Key::count, static_cast<std::int64_t>(options.limits.connections_max)}});
    }
    options.limits.connections_per_address_max =
        static_cast<std::size_t>(config_.connections_per_address_max);
    options.limits.header_deadline = std::chrono::seconds(config_.header_seconds);
    options.limits.body_deadline = std::chrono::seconds(config_.body_seconds);
    options.limits.idle_deadline = std::chrono::seconds(config_.idle_seconds);
    options.limits.write_deadline = std::chrono::seconds(config_.write_seconds);
    auto server = http::Server::listen(
        options, std::move(routes),
        pages::refusals(api::refusals(*services_), options_.demo, kept_brand));
    if (!server) {
        return std::unexpected(Failure{Exit::unavailable, server.error()});
    }
    server_ = *std::move(server);
    if (config_.base_url.empty()) {
        services_->base_url = http_url(config_.address, port());
    }
    std::vector<http::Executor> executors;
    executors.reserve(server_->threads());
    for (unsigned thread = 0; thread < server_->threads(); ++thread) {
        executors.push_back(server_->executor(thread));
    }
    feed_->serve(executors);
    gateway_->serve(std::move(executors));
    return {};
}

std::string TheApp::readiness(bool& ready) const {
    const bool serving = !draining_.load(std::memory_order_relaxed);
    const bool deciding = !pipeline_->failed();
    const bool writable = store_->writable();
    const bool seals = store_->seals();
    ready = serving && deciding && writable && seals;
    const auto word = [](bool good, std::string_view bad) { return good ? "ok" : bad; };
    return fmt::format(
        R"({{"status":"{}","checks":{{"serving":"{}","engine":"{}","storage":"{}"}}}})",
        ready ? "ready" : "not ready", word(serving, "draining"), word(deciding, "stopped"),
        word(writable && seals, writable ? "no key for new details can be made" : "the disk takes no writes"));
}

metrics::Sources TheApp::sources() const {
    metrics::Sources s;
    s.stages = &stages_;
    s.pipeline = &pipeline_->stats();
    s.http = &server_->stats();
    s.store = [this] { return store_->stats(); };
    s.domain = [this] {
        return view_->look([&clock = services_->clock](const View& v) {
            const auto now = std::max(clock.now(), v.state().last_time);
            return metrics::DomainNumbers{v.state().referrals.size(), v.state().hubs.size(),
                                          v.open_offers(), v.open_gaps().size(), v.state().last,
                                          v.network(now)};
        });
    };
    s.feed = [this] {
        const feed::FeedStats f = feed_->stats();
        return metrics::FeedNumbers{f.clients, f.subscriptions, f.events_sent, f.events_encoded,
                                    f.frames_waiting, f.cut_off, f.behind_max, f.lag_seconds_max};
    };
    s.outbound = [this] {
        const outbound::Numbers n = outbound_->numbers();
        return metrics::OutboundNumbers{n.delivered, n.failed, n.targets,
                                        n.off,       n.behind, n.lag_seconds};
    };
    s.ready = [this] {
        bool ready = false;
        readiness(ready);
        return ready;
    };
    s.room = [this] { return !nearly_full_.load(std::memory_order_relaxed); };
    s.vault_errors = [this] { return store_->stats().vault_errors; };
    s.without_consent = [this] {
        return services_->without_consent->load(std::memory_order_relaxed);
    };
    s.version = version;
    s.started_at_seconds = started_at_;
    return s;
}

void TheApp::shut_down(std::chrono::milliseconds grace) {
    if (std::exchange(stopped_, true)) {
        return;
    }
    say_not_ready();
    for (const auto& job : jobs_) {
        job->end_soon();  // a wait for a slow disk must not take the time that clients have to finish
    }
    if (server_) {
        feed_->drain(grace / 2);
        server_->drain(grace);
    }
    if (backups_) {
        backups_->stop();  // after the grace, and before the threads go that its report is posted to
    }
    jobs_.clear();  // while there is somebody who answers them
    if (pipeline_) {
        pipeline_->stop();
    }
    if (server_) {
        server_->stop();  // before the gateway goes: its waiters live on these threads
    }
    if (outbound_) {
        outbound_->stop();
    }
    if (cursors_) {
        (void)cursors_->flush();  // acks that came during the drain; without it they only come again
    }
    log::info("app", "stopped");
}

}  // namespace

std::expected<std::unique_ptr<App>, Failure> App::start(AppOptions options) {
    auto app = std::make_unique<TheApp>(std::move(options));
    if (auto started = app->start(); !started) {
        return std::unexpected(started.error());
    }
    return app;
}

}  // namespace hubward::server
