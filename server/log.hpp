// SPDX-License-Identifier: Apache-2.0
//
// Lines on stderr for operators: JSON objects, or text on a terminal. Never personal data.
//
// The fields are a closed list, so nobody can log a name by mistake: a message is text from the
// source code, and the only values are those of Field. Any thread; a full queue drops the oldest
// line and a slow stderr holds nobody up.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace hubward::server::log {

enum class Level : std::uint8_t { debug, info, warning, error };
enum class Format : std::uint8_t { json, text };

// What a line may carry besides ts, level, msg and component.
enum class Key : std::uint8_t {
    trace_id, referral_id,  // names of things, not of people
    hub, place,             // public slugs
    status, count, number, duration_ms, bytes, port,
    path,                   // a file or folder of this machine
    address,                // what we listen on; never a client's
    version, reason,        // reason: a text of this program or of the system, without input
    process,                // the number of one on this machine
};
struct Field {
    Key key;
    std::variant<std::int64_t, std::string_view> value;
};

// While nobody else writes.
void start(Level least, Format format);
// Waits until what was said so far is written, and no longer than flush_wait_max: whoever reads stderr may have
// stopped, and nothing ends by itself then. False when the time was over. Any thread, also while others write.
bool flush();
inline constexpr std::chrono::seconds flush_wait_max{1};
// flush(), and nothing is written any more. A line that stderr does not take is left to the end of the process. While
// nobody else writes.
void stop();

// component: the room that speaks, "app", "http", "storage" …
void write(Level level, std::string_view component, std::string_view message,
           std::initializer_list<Field> fields = {});
inline void info(std::string_view component, std::string_view message,
                 std::initializer_list<Field> fields = {}) {
    write(Level::info, component, message, fields);
}
inline void warning(std::string_view component, std::string_view message,
                    std::initializer_list<Field> fields = {}) {
    write(Level::warning, component, message, fields);
}
inline void error(std::string_view component, std::string_view message,
                  std::initializer_list<Field> fields = {}) {
    write(Level::error, component, message, fields);
}

// One line without its line feed; for tests. ts_ms since 1970.
std::string line(Format format, std::int64_t ts_ms, Level level, std::string_view component,
                 std::string_view message, std::initializer_list<Field> fields);

}  // namespace hubward::server::log
