// SPDX-License-Identifier: Apache-2.0
//
// The door to spdlog, which here is only a queue with a thread behind it: it does not escape JSON,
// so the lines are built by us.
#include "server/log.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

namespace hubward::server::log {
namespace {

constexpr std::size_t queue_lines_max = 8192;

// stderr, and how many lines it has taken. Past stdio: its lock would be held by whoever stands before a full pipe, and
// the end of every C++ program asks for it.
class Counted final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    // Until the lines that were not dropped are written.
    bool wait_for(std::size_t said, spdlog::details::thread_pool& pool) {
        std::unique_lock lock(count_);
        return one_more_.wait_for(lock, flush_wait_max, [&] { return written_ + pool.overrun_counter() >= said; });
    }

  private:
    void sink_it_(const spdlog::details::log_msg& line) override {
        spdlog::memory_buf_t text;
        formatter_->format(line, text);
        for (std::string_view rest(text.data(), text.size()); !rest.empty();) {
            const ::ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
            if (written < 0 && errno != EINTR) {
                break;  // there is nobody to tell
            }
            rest.remove_prefix(static_cast<std::size_t>(std::max<::ssize_t>(written, 0)));
        }
        {
            const std::lock_guard lock(count_);
            ++written_;
        }
        one_more_.notify_all();
    }
    void flush_() override {}

    std::mutex count_;
    std::condition_variable one_more_;
    std::size_t written_ = 0;  // under count_
};

struct Writer {
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<Counted> sink;
    std::shared_ptr<spdlog::async_logger> logger;
    Format format = Format::json;
    std::atomic<std::size_t> said{0};  // relaxed: whoever flushes waits for its own lines
};
std::unique_ptr<Writer> writer;          // start() and stop() run while nobody else writes
std::atomic<Level> least{Level::info};   // relaxed everywhere: a filter, it orders nothing

std::string_view name(Level level) {
    switch (level) {
        case Level::debug: return "debug";
        case Level::info: return "info";
        case Level::warning: return "warning";
        case Level::error: return "error";
    }
    return "error";
}

std::string_view name(Key key) {
    switch (key) {
        case Key::trace_id: return "trace_id";
        case Key::referral_id: return "referral_id";
        case Key::hub: return "hub";
        case Key::place: return "place";
        case Key::status: return "status";
        case Key::count: return "count";
        case Key::number: return "number";
        case Key::duration_ms: return "duration_ms";
        case Key::bytes: return "bytes";
        case Key::port: return "port";
        case Key::path: return "path";
        case Key::address: return "address";
        case Key::version: return "version";
        case Key::reason: return "reason";
        case Key::process: return "process";
    }
    return "reason";
}

void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7f) {
            out += fmt::format("\\u{:04x}", byte);
        } else {
            out += c;
        }
    }
}

std::string time_text(std::int64_t ts_ms) {
    const std::chrono::sys_time<std::chrono::milliseconds> at{std::chrono::milliseconds(ts_ms)};
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                       (at - seconds).count());
}

std::string json_line(std::int64_t ts_ms, Level level, std::string_view component,
                      std::string_view message, std::initializer_list<Field> fields) {
    std::string out = fmt::format(R"({{"ts":"{}","level":"{}","msg":")", time_text(ts_ms), name(level));
    append_escaped(out, message);
    out += R"(","component":")";
    append_escaped(out, component);
    out += '"';
    for (const Field& field : fields) {
        out += fmt::format(R"(,"{}":)", name(field.key));
        if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
            out += fmt::to_string(*number);
        } else {
            out += '"';
            append_escaped(out, std::get<std::string_view>(field.value));
            out += '"';
        }
    }
    return out + '}';
}

std::string text_line(std::int64_t ts_ms, Level level, std::string_view component,
                      std::string_view message, std::initializer_list<Field> fields) {
    std::string out = fmt::format("{} {:7} {}: ", time_text(ts_ms).substr(11, 12), name(level), component);
    append_escaped(out, message);
    for (const Field& field : fields) {
        out += fmt::format(" {}=", name(field.key));
        if (const auto* number = std::get_if<std::int64_t>(&field.value)) {
            out += fmt::to_string(*number);
        } else {
            append_escaped(out, std::get<std::string_view>(field.value));
        }
    }
    return out;
}

}  // namespace

std::string line(Format format, std::int64_t ts_ms, Level level, std::string_view component,
                 std::string_view message, std::initializer_list<Field> fields) {
    return format == Format::json ? json_line(ts_ms, level, component, message, fields)
                                  : text_line(ts_ms, level, component, message, fields);
}

void start(Level wanted, Format format) {
    least.store(wanted, std::memory_order_relaxed);
    writer = std::make_unique<Writer>();
    writer->format = format;
    writer->pool = std::make_shared<spdlog::details::thread_pool>(queue_lines_max, 1);
    writer->sink = std::make_shared<Counted>();
    writer->logger = std::make_shared<spdlog::async_logger>(
        "hubward", writer->sink, writer->pool, spdlog::async_overflow_policy::overrun_oldest);
    writer->logger->set_level(spdlog::level::trace);
    writer->logger->set_pattern("%v");
    writer->logger->flush_on(spdlog::level::trace);
}

bool flush() {
    return !writer || writer->sink->wait_for(writer->said.load(std::memory_order_relaxed), *writer->pool);
}

// The end of the queue waits for its thread, and that one may stand before a pipe that nobody empties for ever. Then
// both are left where they are.
void stop() {
    static Writer* left_behind = nullptr;
    if (flush()) {
        writer.reset();
    } else {
        left_behind = writer.release();
        static_cast<void>(left_behind);
    }
}

void write(Level level, std::string_view component, std::string_view message,
           std::initializer_list<Field> fields) {
    if (!writer || level < least.load(std::memory_order_relaxed)) {
        return;
    }
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const std::string text =
        line(writer->format, std::chrono::duration_cast<std::chrono::milliseconds>(now).count(),
             level, component, message, fields);
    writer->said.fetch_add(1, std::memory_order_relaxed);
    writer->logger->log(spdlog::level::info, spdlog::string_view_t(text.data(), text.size()));
}

}  // namespace hubward::server::log
