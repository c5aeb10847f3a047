// SPDX-License-Identifier: Apache-2.0
//
// hubward top: a server at a glance, once a second, in any terminal that is 80 columns wide.
#include <cstdlib>
#include <optional>
#include <thread>

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/http_client.hpp"
#include "server/cli/signals.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/top_screen.hpp"

namespace hubward::server::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds every{1'000};
constexpr std::size_t bars_shown = 60;
constexpr std::string_view enter_screen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view leave_screen = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view top_left = "\x1b[H\x1b[J";

// The other screen of the terminal, without echo and without waiting for Enter; given back at the end.
class Terminal {
  public:
    Terminal() {
        if (::tcgetattr(STDIN_FILENO, &before_) == 0) {
            termios raw = before_;
            raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
            taken_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
        }
        print(enter_screen);
    }
    ~Terminal() {
        print(leave_screen);
        if (taken_) {
            ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
        }
    }
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;

    // True when q was pressed within the time.
    bool quit_within(milliseconds time) const {
        if (!taken_) {
            std::this_thread::sleep_for(time);
            return false;
        }
        pollfd keys{STDIN_FILENO, POLLIN, 0};
        char key = 0;
        return ::poll(&keys, 1, static_cast<int>(time.count())) == 1 &&
               ::read(STDIN_FILENO, &key, 1) == 1 && (key == 'q' || key == 'Q');
    }

  private:
    termios before_{};
    bool taken_ = false;
};

std::expected<Scrape, std::string> scrape(HttpClient& http, const TopOptions& options) {
    HttpClient::Headers headers;
    if (!options.token.empty()) {
        headers.emplace_back("Authorization", "Bearer " + options.token);
    }
    const auto answer = http.call("GET", "/metrics", headers, {});
    if (!answer) {
        return std::unexpected(answer.error());
    }
    if (answer->status != 200) {
        return std::unexpected(fmt::format(
            "/metrics answers {}; from another machine it needs --token of role place or ops",
            answer->status));
    }
    return Scrape(answer->body, std::chrono::steady_clock::now());
}

Exit once(HttpClient& http, const TopOptions& options) {
    const auto first = scrape(http, options);
    if (!first) {
        return fail(Exit::unavailable, first.error());
    }
    std::this_thread::sleep_for(every);
    const auto second = scrape(http, options);
    if (!second) {
        return fail(Exit::unavailable, second.error());
    }
    const Glance glance = between(*first, *second);
    Screen screen;
    screen.server = options.server;
    screen.commands = {glance.commands};
    print(options.json ? to_json(glance) : render(glance, screen));
    return Exit::ok;
}

}  // namespace

Exit top(const TopOptions& options) {
    constexpr std::chrono::seconds deadline{5};
    HttpClient http(options.server, deadline);
    if (options.once || options.json || ::isatty(STDOUT_FILENO) == 0) {
        return once(http, options);
    }
    auto before = scrape(http, options);
    if (!before) {
        return fail(Exit::unavailable, before.error());
    }
    Signals signals;
    const Terminal terminal;
    Screen screen;
    screen.server = options.server;
    screen.colour = std::getenv("NO_COLOR") == nullptr;
    Glance glance = between(*before, *before);
    while (true) {
        print(std::string(top_left) + render(glance, screen));
        if (terminal.quit_within(every) || signals.wait(milliseconds(0))) {
            return Exit::ok;
        }
        auto now = scrape(http, options);
        screen.trouble = now ? std::string() : now.error();
        if (!now) {
            continue;  // the last glance stays, with the trouble above it
        }
        // A restart begins counting anew: the first second after it shows nothing.
        glance = between(now->value("hubward_start_timestamp_seconds") ==
                                 before->value("hubward_start_timestamp_seconds")
                             ? *before
                             : *now,
                         *now);
        before = std::move(now);
        screen.commands.push_back(glance.commands);
        if (screen.commands.size() > bars_shown) {
            screen.commands.pop_front();
        }
    }
}

}  // namespace hubward::server::cli
