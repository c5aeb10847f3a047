// SPDX-License-Identifier: Apache-2.0
//
// JSON out: appends to a string of the caller's, and allocates nothing beyond it.
//
// Commas come by themselves: a value that follows another gets one. Well-formedness is the
// caller's: every open needs its close, and inside an object every value its key.
#pragma once

#include <charconv>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace hubward::server::wire {

// Appends the characters of a JSON string, escaped, without the quotes.
void escape_json(std::string& out, std::string_view text);

class JsonWriter {
  public:
    explicit JsonWriter(std::string& out) : out_(out) {}

    void open_object() { open('{'); }
    void close_object() { out_ += '}'; }
    void open_array() { open('['); }
    void close_array() { out_ += ']'; }
    void key(std::string_view name) {
        comma();
        out_ += '"';
        escape_json(out_, name);
        out_ += "\":";
    }

    void text(std::string_view value) {
        comma();
        out_ += '"';
        escape_json(out_, value);
        out_ += '"';
    }
    void integer(std::integral auto value) { digits(value); }
    // Shortest text that reads back as the same number. Requires a finite value.
    void decimal(double value) { digits(value); }
    void boolean(bool value) { raw(value ? "true" : "false"); }
    void null() { raw("null"); }
    // JSON that somebody else has written.
    void raw(std::string_view json) {
        comma();
        out_ += json;
    }

    void text(std::string_view name, std::string_view value) { key(name), text(value); }
    void integer(std::string_view name, std::integral auto value) { key(name), integer(value); }
    void decimal(std::string_view name, double value) { key(name), decimal(value); }
    void boolean(std::string_view name, bool value) { key(name), boolean(value); }
    void raw(std::string_view name, std::string_view json) { key(name), raw(json); }
    void open_object(std::string_view name) { key(name), open_object(); }
    void open_array(std::string_view name) { key(name), open_array(); }
    // Leaves the member out when the text is empty.
    void text_unless_empty(std::string_view name, std::string_view value) {
        if (!value.empty()) {
            text(name, value);
        }
    }

  private:
    void comma() {
        if (!out_.empty() && out_.size() > begin_) {
            const char last = out_.back();
            if (last != '{' && last != '[' && last != ':') {
                out_ += ',';
            }
        }
    }
    void open(char bracket) {
        comma();
        out_ += bracket;
    }
    void digits(auto value) {
        comma();
        char room[32];
        const auto end = std::to_chars(room, room + sizeof room, value);
        out_.append(room, end.ptr);
    }

    std::string& out_;
    std::size_t begin_ = out_.size();
};

}  // namespace hubward::server::wire
