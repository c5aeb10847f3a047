// SPDX-License-Identifier: Apache-2.0
//
// hubward feed tail: the events of a stream as they happen, through restarts and broken lines.
#include <algorithm>
#include <chrono>
#include <optional>
#include <random>
#include <utility>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/feed_client.hpp"
#include "server/cli/signals.hpp"
#include "server/cli/terminal.hpp"

namespace hubward::server::cli {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr milliseconds backoff_first{500};
constexpr milliseconds backoff_most{30'000};

class Tail {
  public:
    explicit Tail(const FeedTailOptions& options) : options_(options) {
        after_ = options.after == "latest" || options.after == "earliest"
                     ? json_quoted(options.after)
                     : position_json(options.after);
    }
    bool position_is_good() const { return !after_.empty(); }

    Exit run();

  private:
    enum class Ended { broken, refused, enough };
    static std::string position_json(std::string_view text);
    Ended listen(FeedClient& client);
    // What a frame means; nothing to go on with the next.
    std::optional<Ended> take(FeedClient& client, const json::value& frame);
    void go_on_after(const json::value& frame, std::uint64_t seq);
    void ack(FeedClient& client);
    void show(const json::value& frame);
    milliseconds next_wait();

    const FeedTailOptions& options_;
    Signals signals_;
    std::string after_;  // JSON of where to go on
    std::uint64_t seq_ = 0;      // of the last event
    std::uint64_t unacked_ = 0;  // events since the last ack
    std::uint64_t shown_ = 0;
    milliseconds backoff_ = backoff_first;
    milliseconds told_to_wait_{0};
    std::mt19937 chance_{std::random_device{}()};
};

std::string Tail::position_json(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    const std::string_view seq = colon == text.npos ? std::string_view{} : text.substr(colon + 1);
    const bool digits = !seq.empty() && std::ranges::all_of(seq, [](char c) { return c >= '0' && c <= '9'; });
    return digits ? fmt::format(R"({{"epoch":{},"seq":{}}})", json_quoted(text.substr(0, colon)), seq)
                  : std::string();
}

Exit Tail::run() {
    while (true) {
        auto client = FeedClient::connect(options_.server,
                                          {{"Authorization", "Bearer " + options_.token}});
        Ended ended = Ended::broken;
        if (client) {
            ended = listen(*client);
        } else if (client.error().starts_with('4')) {
            return fail(Exit::no_permission, client.error());
        } else {
            fmt::print(stderr, "hubward: {}\n", client.error());
        }
        if (ended == Ended::refused) {
            return Exit::no_permission;
        }
        if (ended == Ended::enough || signals_.wait(next_wait())) {
            return Exit::ok;
        }
    }
}

// Full jitter, doubled with every failure; what the server said comes on top.
milliseconds Tail::next_wait() {
    const milliseconds wait{std::uniform_int_distribution<std::int64_t>(0, backoff_.count())(chance_)};
    backoff_ = std::min(backoff_ * 2, backoff_most);
    return wait + std::exchange(told_to_wait_, milliseconds(0));
}

Tail::Ended Tail::listen(FeedClient& client) {
    client.send(fmt::format(R"({{"t":"subscribe","stream":{},"after":{},"window":256}})",
                            json_quoted(options_.stream), after_));
    while (true) {
        if (signals_.wait(milliseconds(0))) {
            return Ended::enough;
        }
        const FeedClient::Received received = client.receive(milliseconds(250));
        if (received.kind == FeedClient::Received::Kind::closed) {
            fmt::print(stderr, "hubward: the connection ended ({}); trying again\n", received.code);
            return Ended::broken;
        }
        if (received.kind == FeedClient::Received::Kind::silence) {
            continue;
        }
        boost::system::error_code error;
        const json::value frame = json::parse(received.text, error);
        if (error || !frame.is_object()) {
            return Ended::broken;
        }
        if (const auto ended = take(client, frame)) {
            return *ended;
        }
    }
}

std::optional<Tail::Ended> Tail::take(FeedClient& client, const json::value& frame) {
    const std::string_view t = frame.at("t").as_string();
    if (t == "event") {
        seq_ = frame.at("seq").to_number<std::uint64_t>();
        go_on_after(frame, seq_);
        show(frame);
        // A window of 256, acked by the half: one ack for many events, and never out of credit.
        if (++unacked_ >= 128) {
            ack(client);
        }
        return options_.count != 0 && shown_ == options_.count ? std::optional(Ended::enough)
                                                               : std::nullopt;
    }
    if (t == "hb") {
        client.send(R"({"t":"hb"})");
        if (unacked_ != 0) {
            ack(client);
        }
    } else if (t == "subscribed") {
        backoff_ = backoff_first;
        if (!frame.at("recovered").as_bool() && frame.at("reason") != "fresh") {
            fmt::print(stderr, "hubward: events may be missing here ({}); the present state is at {}\n",
                       std::string_view(frame.at("reason").as_string()),
                       std::string_view(frame.at("snapshot_url").as_string()));
        }
        unacked_ = 0;
        go_on_after(frame, frame.at("after").to_number<std::uint64_t>());
    } else if (t == "error") {
        fmt::print(stderr, "hubward: {}\n",
                   std::string_view(frame.at("problem").at("detail").as_string()));
        return Ended::refused;
    } else if (t == "bye") {
        told_to_wait_ = milliseconds(frame.at("retry_after_ms").to_number<std::int64_t>());
        const auto code = frame.at("code").to_number<int>();
        return code == 4401 || code == 4403 ? std::optional(Ended::refused) : std::nullopt;
    }
    return std::nullopt;
}

void Tail::go_on_after(const json::value& frame, std::uint64_t seq) {
    after_ = fmt::format(R"({{"epoch":{},"seq":{}}})",
                         json_quoted(std::string_view(frame.at("epoch").as_string())), seq);
}

void Tail::ack(FeedClient& client) {
    unacked_ = 0;
    client.send(fmt::format(R"({{"t":"ack","stream":{},"seq":{}}})", json_quoted(options_.stream), seq_));
}

void Tail::show(const json::value& frame) {
    ++shown_;
    if (options_.json) {
        return print(json::serialize(frame) + "\n");
    }
    const json::value& event = frame.at("event");
    const json::object& data = event.at("data").as_object();
    const json::value* story = data.if_contains("story");
    const json::value* reference = data.if_contains("reference");
    print(fmt::format("{:>8}  {}  {:<14}  {}\n", frame.at("seq").to_number<std::uint64_t>(),
                      std::string_view(event.at("time").as_string()).substr(0, 19),
                      reference != nullptr ? std::string_view(reference->as_string()) : "–",
                      story != nullptr ? std::string_view(story->as_string())
                                       : std::string_view(data.at("event").as_string())));
}

}  // namespace

Exit feed_tail(const FeedTailOptions& options) {
    Tail tail(options);
    if (!tail.position_is_good()) {
        return fail(Exit::usage, "--after must be latest, earliest or epoch:seq");
    }
    return tail.run();
}

}  // namespace hubward::server::cli
