// SPDX-License-Identifier: Apache-2.0
#include "tests/http/raw_cases.hpp"

namespace hubward::tests {
namespace {

const std::string host = "Host: a\r\n";

RawCase line(std::string name, const std::string& first_line, std::vector<unsigned> allowed) {
    return {std::move(name), first_line + "\r\n" + host + "\r\n", std::move(allowed)};
}

RawCase target(const std::string& bytes, std::vector<unsigned> allowed) {
    return line("target " + bytes, "GET " + bytes + " HTTP/1.1", std::move(allowed));
}

}  // namespace

std::vector<RawCase> request_line_cases() {
    using namespace std::string_literals;
    std::vector<RawCase> cases = {
        line("plain GET", "GET / HTTP/1.1", {200}),
        line("HTTP/1.0", "GET / HTTP/1.0", {200}),
        line("HTTP/1.2", "GET / HTTP/1.2", {505}),
        line("HTTP/2.0", "GET / HTTP/2.0", {505}),
        line("HTTP/0.9 spelt out", "GET / HTTP/0.9", {505}),
        line("HTTP/9.9", "GET / HTTP/9.9", {505}),
        line("HTTP/1.10", "GET / HTTP/1.10", {400}),
        line("HTTP/01.1", "GET / HTTP/01.1", {400}),
        line("HTTP/1", "GET / HTTP/1", {400}),
        line("HTTP/1.", "GET / HTTP/1.", {400}),
        line("lower case http", "GET / http/1.1", {400}),
        line("HTTPS/1.1", "GET / HTTPS/1.1", {400}),
        line("no version", "GET /", {400}),
        line("space behind the version", "GET / HTTP/1.1 ", {400}),
        line("two spaces before the target", "GET  / HTTP/1.1", {400}),
        line("two spaces behind the target", "GET /  HTTP/1.1", {400}),
        line("tabs for spaces", "GET\t/\tHTTP/1.1", {400}),
        line("space before the method", " GET / HTTP/1.1", {400}),
        line("no method", " / HTTP/1.1", {400}),
        line("brace in the method", "GE(T / HTTP/1.1", {400}),
        line("lower case method", "get / HTTP/1.1", {501}),
        line("unknown method", "FROB / HTTP/1.1", {501}),
        line("very long method", std::string(300, 'M') + " / HTTP/1.1", {400, 501}),
        line("CONNECT", "CONNECT a:1 HTTP/1.1", {400, 501}),
        line("TRACE", "TRACE / HTTP/1.1", {405, 501}),
        line("asterisk with GET", "GET * HTTP/1.1", {400}),
        line("asterisk with OPTIONS", "OPTIONS * HTTP/1.1", {204}),
        line("wrong method for the path", "DELETE / HTTP/1.1", {405}),
        target("http://a/", {400}),
        target("https://other.example/", {400}),
        target("a:80", {400}),
        target("!", {400}),
        target("foo", {400}),
        target("/\xff", {400}),
        target("/caf\xc3\xa9", {400}),
        target("/a\\b", {400}),
        target("/a\"b", {400}),
        target("/<script>", {400}),
        target("/a#b", {400}),
        target("/%", {400}),
        target("/%4", {400}),
        target("/%zz", {400}),
        target("/%00", {400}),
        target("/%0d%0aSet-Cookie:x", {400}),
        target("/%c0%ae%c0%ae/", {400}),
        target("/%c0%af", {400}),
        target("/%ed%a0%80", {400}),
        target("/%ff", {400}),
        target("/../etc/passwd", {400}),
        target("/v1/../smuggled", {400}),
        target("/%2e%2e/smuggled", {400}),
        target("/v1/items/..%2f..%2fsmuggled", {400}),
        target("/v1/items/a%5cb", {400}),
        target("/?q=%ff", {400}),
        target("/?q=%00", {400}),
        target("/?q=a b", {400}),
        target("/nowhere", {404}),
        target("//", {404}),
        target("//smuggled", {404}),
        target("/v1/items/%41%20b", {200}),
        target("/?", {200}),
        target("/?a=b|c[]", {200}),
        {"NUL in the target", "GET /\0 HTTP/1.1\r\n"s + host + "\r\n", {400}},
        {"DEL in the target", "GET /\x7f HTTP/1.1\r\n" + host + "\r\n", {400}},
        {"simple request of 1991", "GET /\r\n", {0, 400}},
        {"bare LF lines", "GET / HTTP/1.1\nHost: a\n\n", {0, 400}},
        {"bare CR lines", "GET / HTTP/1.1\rHost: a\r\r", {0, 400}},
        {"one bare LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", {400}},
        {"an empty line first", "\r\nGET / HTTP/1.1\r\n" + host + "\r\n", {200, 400}},
        {"TLS on the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s, {0, 400}},
        {"TLS bytes with an end", "\x16\x03\x01\r\n\r\n", {400}},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400, 505}},
        {"nothing", "", {0}},
        {"half a head", "GET / HTTP/1.1\r\nHost: a\r\n", {0}},
        {"only line ends", "\r\n\r\n\r\n", {0, 400}},
    };
    return cases;
}

}  // namespace hubward::tests
