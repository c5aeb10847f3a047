// SPDX-License-Identifier: Apache-2.0
#include "bench/load/request_template.hpp"

#include <array>

namespace hubward::load {
namespace {

constexpr std::string_view mark = "{{uuid}}";
constexpr std::string_view blank = "00000000-0000-4000-8000-000000000000";

std::string with_blanks(std::string text) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
        text.replace(at, mark.size(), blank);
    }
    return text;
}

void write_uuid(char* out, std::uint64_t high, std::uint64_t low) {
    static constexpr std::string_view digits = "0123456789abcdef";
    high = (high & ~0xF000ULL) | 0x4000ULL;                          // version 4
    low = (low & ~0xC000000000000000ULL) | 0x8000000000000000ULL;  // variant
    unsigned nibble = 0;
    for (std::size_t i = 0; i < blank.size(); ++i) {
        if (blank[i] == '-') {
            continue;
        }
        const std::uint64_t word = nibble < 16 ? high : low;
        out[i] = digits[(word >> (60 - 4 * (nibble % 16))) & 15U];
        ++nibble;
    }
}

}  // namespace

RequestTemplate::RequestTemplate(const Options& options) : random_(std::random_device()()) {
    for (const std::string& body : options.bodies) {
        requests_.push_back(request(options, body));
    }
    if (requests_.empty()) {
        requests_.push_back(request(options, options.body));
    }
    next_ = random_() % requests_.size();
}

RequestTemplate::Request RequestTemplate::request(const Options& options, const std::string& text) {
    const std::string body = with_blanks(text);
    Request made;
    made.bytes = options.method + " " + options.path + " HTTP/1.1\r\nHost: " + options.host + "\r\n";
    for (const std::string& header : options.headers) {
        made.bytes += with_blanks(header) + "\r\n";
    }
    if (!body.empty()) {
        made.bytes += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    made.bytes += "\r\n" + body;
    for (std::size_t at = made.bytes.find(blank); at != std::string::npos;
         at = made.bytes.find(blank, at + blank.size())) {
        made.uuids.push_back(at);
    }
    return made;
}

void RequestTemplate::render(std::string& out) {
    const Request& now = requests_[next_];
    next_ = (next_ + 1) % requests_.size();
    out = now.bytes;
    for (const std::size_t at : now.uuids) {
        write_uuid(out.data() + at, random_(), random_());
    }
}

}  // namespace hubward::load
