// SPDX-License-Identifier: Apache-2.0
#include "bench/load/options.hpp"

#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

namespace hubward::load {
namespace {

template <class T>
std::optional<T> number(std::string_view text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

// http://127.0.0.1:8080/path: an address, not a name, because a look-up is no part of a measurement.
bool read_url(std::string_view url, Options& options) {
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme)) {
        return false;
    }
    url.remove_prefix(scheme.size());
    const std::size_t slash = url.find('/');
    options.host = url.substr(0, slash);
    if (slash != std::string_view::npos && slash + 1 < url.size()) {
        options.path = url.substr(slash);
    }
    const std::size_t colon = options.host.find(':');
    options.address = options.host.substr(0, colon);
    if (colon == std::string::npos) {
        options.port = 80;
        return true;
    }
    const auto port = number<std::uint16_t>(std::string_view(options.host).substr(colon + 1));
    options.port = port.value_or(0);
    return port.has_value();
}

bool read_file(const std::string& name, std::string& text) {
    std::ifstream file(name, std::ios::binary);
    text.assign(std::istreambuf_iterator<char>(file), {});
    return !text.empty();
}

bool read_lines(const std::string& name, std::vector<std::string>& lines) {
    std::ifstream file(name, std::ios::binary);
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return !lines.empty();
}

}  // namespace

std::string_view usage() {
    return R"(hubward_load: HTTP load with honest latencies; one JSON line on standard output

  --url http://ADDRESS:PORT[/PATH]   where to (an IP address)
  --path /v1/referrals               path when the URL has none
  --method POST
  --connections 64                   kept open all the time
  --rate 3000                        open loop: requests a second, whatever the server does; latency
                                     counts from the moment a request was due
  --poisson                          gaps of a rate like those of real arrivals
  --closed                           closed loop: each connection sends again when it is answered
  --duration 5  --warm-up 1          seconds
  --body FILE                        sent with each request; {{uuid}} becomes a fresh one
  --bodies FILE                      one body a line, sent in turn
  --header 'Name: value'             may be repeated; {{uuid}} as above
  --label TEXT                       copied into the result
)";
}

std::expected<Options, std::string> parse(int count, const char* const* words) {
    Options options;
    bool closed = false;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        if (word == "--closed") {
            closed = true;
            continue;
        }
        if (word == "--poisson") {
            options.poisson = true;
            continue;
        }
        if (i + 1 == count) {
            return std::unexpected(std::string(word) + " is unknown or lacks its value");
        }
        const std::string value = words[++i];
        bool good = true;
        if (word == "--url") {
            good = read_url(value, options);
        } else if (word == "--path") {
            options.path = value;
        } else if (word == "--method") {
            options.method = value;
        } else if (word == "--connections") {
            options.connections = number<unsigned>(value).value_or(0);
            good = options.connections > 0;
        } else if (word == "--rate") {
            options.rate = number<double>(value).value_or(0);
            good = options.rate > 0;
        } else if (word == "--duration" || word == "--warm-up") {
            const auto seconds = number<double>(value);
            good = seconds && *seconds >= 0;
            (word == "--duration" ? options.duration : options.warm_up) =
                std::chrono::duration<double>(seconds.value_or(0));
        } else if (word == "--body") {
            good = read_file(value, options.body);
        } else if (word == "--bodies") {
            good = read_lines(value, options.bodies);
        } else if (word == "--header") {
            good = value.find(": ") != std::string::npos;
            options.headers.push_back(value);
        } else if (word == "--label") {
            options.label = value;
        } else {
            return std::unexpected(std::string(word) + " is unknown");
        }
        if (!good) {
            return std::unexpected(std::string(word) + " cannot be \"" + value + "\"");
        }
    }
    if (closed == (options.rate > 0)) {
        return std::unexpected("choose one of --closed and --rate");
    }
    return options;
}

}  // namespace hubward::load
