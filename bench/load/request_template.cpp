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
    const std::string body = with_blanks(options.body);
    bytes_ = options.method + " " + options.path + " HTTP/1.1\r\nHost: " + options.host + "\r\n";
    for (const std::string& header : options.headers) {
        bytes_ += with_blanks(header) + "\r\n";
    }
    if (!body.empty()) {
        bytes_ += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    }
    bytes_ += "\r\n" + body;
    for (std::size_t at = bytes_.find(blank); at != std::string::npos;
         at = bytes_.find(blank, at + blank.size())) {
        uuids_.push_back(at);
    }
}

void RequestTemplate::render(std::string& out) {
    out = bytes_;
    for (const std::size_t at : uuids_) {
        write_uuid(out.data() + at, random_(), random_());
    }
}

}  // namespace hubward::load
