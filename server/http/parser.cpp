// SPDX-License-Identifier: Apache-2.0
#include "server/http/parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>

namespace hubward::server::http {
namespace {

namespace beast_http = boost::beast::http;
using ErrorCode = boost::beast::error_code;
using BeastText = boost::beast::string_view;

// Extensions mean nothing to us, and a client that sends kilobytes of them is up to no good
// (CVE-2023-39326 and its kin): all chunks of one body together may hold this many bytes of them.
constexpr std::size_t extension_bytes_max = 256;

std::string_view text(BeastText view) { return {view.data(), view.size()}; }

// basic_parser with its facts written down instead of a message built: no map, no allocation.
class Facts final : public beast_http::basic_parser<true> {
  public:
    Facts() { eager(false); }

    // The caller's buffer may have moved since the last bytes came: what points into it moves along.
    void begin(std::string_view raw) {
        const char* before = raw_.data();
        raw_ = raw;
        if (before == nullptr || before == raw.data()) {
            return;
        }
        const auto moved = [&](std::string_view view) {
            return view.data() == nullptr
                       ? view
                       : std::string_view(raw.data() + (view.data() - before), view.size());
        };
        method = moved(method);
        target = moved(target);
        for (HeaderView& header : *headers) {
            header.name = moved(header.name);
            header.value = moved(header.value);
        }
    }
    std::size_t used = 0;  // bytes of the head that Beast has taken so far
    void sink(std::string* body) { body_ = body; }

    std::string_view method;
    std::string_view target;
    unsigned version = 11;
    std::vector<HeaderView>* headers = nullptr;
    bool in_head = true;
    bool extension_flood = false;
    bool limited = false;  // the route's limit has been set

  private:
    void on_request_impl(beast_http::verb, BeastText method_text, BeastText target_text,
                         int http_version, ErrorCode&) override {
        method = text(method_text);
        target = text(target_text);
        version = static_cast<unsigned>(http_version);
    }
    void on_response_impl(int, BeastText, int, ErrorCode&) override {}
    void on_field_impl(beast_http::field, BeastText name, BeastText value, ErrorCode&) override {
        if (!in_head) {
            return;  // trailers are read and forgotten: nothing of ours may depend on them
        }
        // A folded value lives in Beast's scratch buffer, not in ours. The guard refuses such a
        // head by its raw bytes, so the value is never needed; keeping the view would dangle.
        const bool inside = value.empty() || (value.data() >= raw_.data() &&
                                              value.data() < raw_.data() + raw_.size());
        headers->push_back({text(name), inside ? text(value) : std::string_view()});
    }
    void on_header_impl(ErrorCode&) override { in_head = false; }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
    std::size_t on_body_impl(BeastText, ErrorCode& error) override {
        error = beast_http::error::bad_chunk;  // bodies with a length do not pass through here
        return 0;
    }
    void on_chunk_header_impl(std::uint64_t, BeastText extensions, ErrorCode& error) override {
        extension_bytes_ += extensions.size();
        if (extension_bytes_ > extension_bytes_max) {
            extension_flood = true;
            error = beast_http::error::bad_chunk_extension;
        }
    }
    std::size_t on_chunk_body_impl(std::uint64_t, BeastText part, ErrorCode&) override {
        body_->append(part.data(), part.size());
        return part.size();
    }
    void on_finish_impl(ErrorCode&) override {}

    std::string_view raw_;
    std::string* body_ = nullptr;
    std::size_t extension_bytes_ = 0;
};

// "GET / HTTP/2.0" deserves 505; anything that is no version at all is just malformed.
bool names_other_version(std::string_view head) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    if (line.size() < 9) {
        return false;
    }
    const std::string_view version = line.substr(line.size() - 9);
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.starts_with(" HTTP/") && digit(version[6]) && version[7] == '.' &&
           digit(version[8]) && version != " HTTP/1.1" && version != " HTTP/1.0";
}

}  // namespace

class RequestParser::Beast {
  public:
    std::optional<Facts> facts;
    std::vector<HeaderView> headers;
    std::string_view raw;
};

RequestParser::RequestParser(std::size_t header_bytes_max)
    : header_bytes_max_(header_bytes_max), beast_(std::make_unique<Beast>()) {
    beast_->headers.reserve(32);
    restart();
}

RequestParser::~RequestParser() = default;

void RequestParser::restart() {
    beast_->headers.clear();
    beast_->raw = {};
    Facts& facts = beast_->facts.emplace();
    facts.headers = &beast_->headers;
    facts.header_limit(static_cast<std::uint32_t>(header_bytes_max_ + 1));
    facts.body_limit(boost::none);  // set by the route, once there is one
}

RequestParser::Parsed RequestParser::parse_head(std::string_view bytes) {
    Facts& facts = *beast_->facts;
    facts.begin(bytes);
    ErrorCode error;
    facts.used += facts.put(
        boost::asio::buffer(bytes.data() + facts.used, bytes.size() - facts.used), error);
    const bool whole = !error && facts.is_header_done();
    // Beast limits what it has not yet taken; the limit is on the head as a whole.
    if ((whole ? facts.used : bytes.size()) > header_bytes_max_ &&
        (whole || error == beast_http::error::need_more || !error)) {
        return {Step::too_large, 0};
    }
    if (whole) {
        beast_->raw = bytes.substr(0, facts.used);
        return {Step::done, facts.used};
    }
    if (error == beast_http::error::header_limit) {
        return {Step::too_large, 0};
    }
    if (error == beast_http::error::bad_version && names_other_version(bytes)) {
        return {Step::bad_version, 0};
    }
    return {!error || error == beast_http::error::need_more ? Step::need_more : Step::bad, 0};
}

HeadView RequestParser::head() const {
    const Facts& facts = *beast_->facts;
    return {beast_->raw, facts.method, facts.target, facts.version, beast_->headers};
}

RequestParser::Parsed RequestParser::parse_chunked(std::string_view bytes, std::string& body,
                                                   std::size_t body_max) {
    Facts& facts = *beast_->facts;
    facts.sink(&body);
    if (!facts.limited) {
        // Beast counts the limit down by each chunk's size, so it is set once.
        facts.body_limit(body_max);
        facts.limited = true;
    }
    std::size_t consumed = 0;
    while (!facts.is_done()) {
        if (consumed == bytes.size()) {
            return {Step::need_more, consumed};
        }
        ErrorCode error;
        const std::size_t used = facts.put(
            boost::asio::buffer(bytes.data() + consumed, bytes.size() - consumed), error);
        consumed += used;
        if (error == beast_http::error::need_more) {
            return {Step::need_more, consumed};
        }
        if (error == beast_http::error::body_limit) {
            return {Step::too_large, consumed};
        }
        if (facts.extension_flood) {
            return {Step::extension_flood, consumed};
        }
        if (error) {
            return {Step::bad, consumed};
        }
    }
    return {Step::done, consumed};
}

}  // namespace hubward::server::http
