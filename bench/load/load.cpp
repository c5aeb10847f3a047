// SPDX-License-Identifier: Apache-2.0
#include "bench/load/load.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <deque>
#include <random>
#include <string_view>
#include <vector>

#include "bench/load/request_template.hpp"

namespace hubward::load {
namespace {

using Clock = std::chrono::steady_clock;
using Moment = Clock::time_point;

int connect_to(const Options& options) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    if (::inet_pton(AF_INET, options.address.c_str(), &address.sin_addr) != 1) {
        return -1;
    }
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket);
        return -1;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return socket;
}

// Status and whole length of the first answer in `bytes`; length 0 while it is incomplete.
struct Answer {
    unsigned status = 0;
    std::size_t length = 0;
    bool closes = false;
    bool says_when = false;  // Retry-After
};

Answer first_answer(std::string_view bytes) {
    Answer answer;
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos || bytes.size() < 12) {
        return answer;
    }
    std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
    std::size_t body = 0;
    for (std::size_t at = bytes.find("\r\n"); at < end; at = bytes.find("\r\n", at + 2)) {
        const std::string_view line = bytes.substr(at + 2, end - at);
        constexpr std::string_view length = "content-length: ";
        constexpr std::string_view close = "connection: close";
        constexpr std::string_view later = "retry-after: ";
        if (line.size() >= length.size() &&
            ::strncasecmp(line.data(), length.data(), length.size()) == 0) {
            std::from_chars(line.data() + length.size(), line.data() + line.size(), body);
        } else if (line.size() >= close.size() &&
                   ::strncasecmp(line.data(), close.data(), close.size()) == 0) {
            answer.closes = true;
        } else if (line.size() > later.size() &&
                   ::strncasecmp(line.data(), later.data(), later.size()) == 0) {
            answer.says_when = true;
        }
    }
    if (bytes.size() >= end + 4 + body) {
        answer.length = end + 4 + body;
    }
    return answer;
}

struct Connection {
    int socket = -1;
    bool busy = false;
    Moment since{};         // when the request was due (open) or sent (closed)
    std::string request{};
    std::size_t sent = 0;
    std::string answer{};
};

class Load {
  public:
    explicit Load(const Options& options)
        : options_(options), requests_(options), random_(std::random_device()()) {}
    ~Load() {
        for (const Connection& each : connections_) {
            ::close(each.socket);
        }
        ::close(epoll_);
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    std::expected<Tally, std::string> run();

  private:
    bool open(std::size_t index);
    bool reopen(std::size_t index);
    void fall_due(Moment now);
    void give_work(Moment now);
    void begin(std::size_t index, Moment since);
    bool on_readable(std::size_t index, Moment now);
    void count(const Connection& connection, const Answer& answer, Moment now);

    const Options& options_;
    RequestTemplate requests_;
    std::mt19937_64 random_;
    int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    std::vector<Connection> connections_;
    std::vector<std::size_t> free_;
    std::deque<Moment> due_;
    Moment next_{};
    Moment measure_from_{};
    Moment end_{};
    Tally tally_;
};

std::expected<Tally, std::string> Load::run() {
    connections_.resize(options_.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
        if (!open(i)) {
            return std::unexpected("cannot connect to " + options_.address + " port " +
                                   std::to_string(options_.port) + ": " + std::strerror(errno));
        }
        free_.push_back(i);
    }
    const Moment begin = Clock::now();
    next_ = begin;
    measure_from_ = begin + std::chrono::duration_cast<Clock::duration>(options_.warm_up);
    end_ = measure_from_ + std::chrono::duration_cast<Clock::duration>(options_.duration);
    tally_.latencies_us.reserve(4'000'000);

    std::array<epoll_event, 256> events{};
    Moment now = begin;
    while (now < end_) {
        fall_due(now);
        give_work(now);
        timespec wait{0, 5'000'000};
        if (options_.rate > 0) {
            const auto left = std::clamp<std::int64_t>((next_ - Clock::now()).count(), 0, 5'000'000);
            wait.tv_nsec = left;
        }
        const int ready = ::epoll_pwait2(epoll_, events.data(), events.size(), &wait, nullptr);
        now = Clock::now();
        for (int i = 0; i < ready; ++i) {
            const auto index = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64);
            if (!on_readable(index, now) && !reopen(index)) {
                return std::unexpected("the server no longer takes connections");
            }
        }
    }
    tally_.measured = end_ - measure_from_;
    for (const Moment due : due_) {
        tally_.unsent += due >= measure_from_ ? 1 : 0;
    }
    return std::move(tally_);
}

bool Load::open(std::size_t index) {
    Connection& connection = connections_[index];
    connection.socket = connect_to(options_);
    if (connection.socket < 0) {
        return false;
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = index;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.socket, &event) == 0;
}

bool Load::reopen(std::size_t index) {
    Connection& connection = connections_[index];
    ::close(connection.socket);
    if (connection.busy) {
        ++tally_.lost;
        free_.push_back(index);
    }
    connection.busy = false;
    connection.answer.clear();
    return open(index);
}

void Load::fall_due(Moment now) {
    if (options_.rate <= 0) {
        return;
    }
    while (next_ <= now) {
        due_.push_back(next_);
        const double mean = 1.0 / options_.rate;
        const double seconds =
            options_.poisson ? std::exponential_distribution<double>(options_.rate)(random_) : mean;
        next_ += std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    }
}

void Load::give_work(Moment now) {
    while (!free_.empty() && (options_.rate <= 0 || !due_.empty())) {
        const std::size_t index = free_.back();
        free_.pop_back();
        Moment since = now;
        if (options_.rate > 0) {
            since = due_.front();
            due_.pop_front();
        } else {
            since = Clock::now();
        }
        begin(index, since);
    }
}

void Load::begin(std::size_t index, Moment since) {
    Connection& connection = connections_[index];
    connection.busy = true;
    connection.since = since;
    requests_.render(connection.request);
    connection.sent = 0;
    // A request is small beside the kernel's buffer; a blocking send of the rest is no delay.
    while (connection.sent < connection.request.size()) {
        const ssize_t sent =
            ::send(connection.socket, connection.request.data() + connection.sent,
                   connection.request.size() - connection.sent, MSG_NOSIGNAL);
        if (sent <= 0) {
            return;  // the end of the connection shows at its next event
        }
        connection.sent += static_cast<std::size_t>(sent);
    }
}

bool Load::on_readable(std::size_t index, Moment now) {
    Connection& connection = connections_[index];
    std::array<char, 16 * 1024> buffer;
    const ssize_t got = ::recv(connection.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return true;
    }
    if (got <= 0) {
        return false;
    }
    connection.answer.append(buffer.data(), static_cast<std::size_t>(got));
    const Answer answer = first_answer(connection.answer);
    if (answer.length == 0) {
        return true;
    }
    if (connection.busy) {
        count(connection, answer, now);
        connection.busy = false;
        free_.push_back(index);
    }
    connection.answer.erase(0, answer.length);
    return !answer.closes;
}

void Load::count(const Connection& connection, const Answer& answer, Moment now) {
    if (now < measure_from_ || now >= end_) {
        return;
    }
    ++tally_.statuses[answer.status];
    const auto took = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now - connection.since).count());
    tally_.latencies_us.push_back(took);
    if (answer.status >= 200 && answer.status < 300) {
        tally_.good_latencies_us.push_back(took);
    } else if ((answer.status == 429 || answer.status == 503) && !answer.says_when) {
        ++tally_.without_retry_after;
    }
}

}  // namespace

std::expected<Tally, std::string> run(const Options& options) { return Load(options).run(); }

}  // namespace hubward::load
