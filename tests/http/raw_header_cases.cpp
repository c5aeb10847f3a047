// SPDX-License-Identifier: Apache-2.0
#include "tests/http/raw_cases.hpp"

namespace hubward::tests {
namespace {

RawCase only(std::string name, const std::string& headers, std::vector<unsigned> allowed) {
    return {std::move(name), "GET / HTTP/1.1\r\n" + headers + "\r\n", std::move(allowed)};
}

RawCase host(const std::string& value, std::vector<unsigned> allowed) {
    return only("Host: " + value, "Host: " + value + "\r\n", std::move(allowed));
}

RawCase more(std::string name, const std::string& headers, std::vector<unsigned> allowed) {
    return only(std::move(name), "Host: a\r\n" + headers, std::move(allowed));
}

}  // namespace

std::vector<RawCase> header_cases() {
    using namespace std::string_literals;
    std::string hundred_and_one;
    for (int i = 0; i < 100; ++i) {
        hundred_and_one += "X" + std::to_string(i) + ": v\r\n";
    }
    return {
        only("no Host", "", {400}),
        only("two Hosts that agree", "Host: a\r\nHost: a\r\n", {400}),
        only("two Hosts that do not", "Host: a\r\nHost: b\r\n", {400}),
        only("two Hosts, other case", "Host: a\r\nhOST: b\r\n", {400}),
        host("", {400}),
        host("a, b", {400}),
        host("a b", {400}),
        host("a/b", {400}),
        host("user@a", {400}),
        host("a:port", {400}),
        host("a:99999", {400}),
        host("http://a", {400}),
        host("[::1", {400}),
        host("a?b", {400}),
        host("a%00", {400}),
        host("caf\xc3\xa9", {400}),
        host(std::string(256, 'a'), {400}),
        host("a:8080", {200}),
        host("[::1]:8080", {200}),
        {"no Host in HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", {400}},
        {"Host with a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", {400}},
        more("space before the colon", "X : b\r\n", {400}),
        more("tab before the colon", "X\t: b\r\n", {400}),
        more("folded with a space", "X: a\r\n b\r\n", {400}),
        more("folded with a tab", "X: a\r\n\tb\r\n", {400}),
        more("folded empty line", "X: a\r\n \r\n", {400}),
        more("a Host hidden in a fold", "X: a\r\n Host: b\r\n", {400}),
        only("first header is folded", " Host: a\r\n", {400}),
        more("no colon", "Foo\r\n", {400}),
        more("empty name", ": v\r\n", {400}),
        more("space in a name", "X Y: v\r\n", {400}),
        more("bracket in a name", "X[: v\r\n", {400}),
        more("colon first", ":X: v\r\n", {400}),
        more("NUL in a name", "X\0Y: v\r\n"s, {400}),
        more("NUL in a value", "X: a\0b\r\n"s, {400}),
        more("bell in a value", "X: a\x07"s + "b\r\n", {400}),
        more("DEL in a value", "X: a\x7f"s + "b\r\n", {200, 400}),
        more("CR in a value", "X: a\rb\r\n", {400}),
        more("LF in a value", "X: a\nb\r\n", {400}),
        more("LF ends a header", "X: a\nHost: b\r\n", {400}),
        more("non-ASCII name", "X\xc3\xa9: v\r\n", {400}),
        more("non-ASCII value", "X: \xc3\xa9\r\n", {200, 400}),
        more("empty value", "X:\r\n", {200}),
        more("spaces around a value", "X:  \t v \t \r\n", {200}),
        more("broken Connection list", "Connection: ,@,\r\n", {200, 400}),
        more("close", "Connection: close\r\n", {200}),
        more("one header too many", hundred_and_one, {431}),
        more("unknown expectation", "Expect: miracles\r\n", {417}),
        more("a header of 20 KB", "X: " + std::string(20'000, 'x') + "\r\n", {431}),
        more("a name of 20 KB", std::string(20'000, 'x') + ": v\r\n", {431}),
        {"a target of 9 KB", "GET /" + std::string(9'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
         {414}},
        {"a target of 40 KB", "GET /" + std::string(40'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
         {414}},
        more("Upgrade to h2c", "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
             "HTTP2-Settings: AAMAAABkAAQAAP__\r\n", {200}),
    };
}

}  // namespace hubward::tests
