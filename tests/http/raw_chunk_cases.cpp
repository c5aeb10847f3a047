// SPDX-License-Identifier: Apache-2.0
#include "tests/http/raw_cases.hpp"

namespace hubward::tests {
namespace {

RawCase chunks(std::string name, const std::string& body, std::vector<unsigned> allowed) {
    return {std::move(name),
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body,
            std::move(allowed)};
}

}  // namespace

std::vector<RawCase> chunk_cases() {
    using namespace std::string_literals;
    const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
    std::string many_extensions;
    for (int i = 0; i < 100; ++i) {
        many_extensions += "1;a=bcdef\r\nx\r\n";
    }
    return {
        chunks("two chunks", "2\r\n{}\r\n3\r\nabc\r\n0\r\n\r\n", {201}),
        chunks("upper case size", "A\r\n0123456789\r\n0\r\n\r\n", {201}),
        chunks("leading zeros", "0002\r\n{}\r\n000\r\n\r\n", {201}),
        chunks("an extension", "2;a=b\r\n{}\r\n0\r\n\r\n", {201}),
        chunks("a quoted extension", "2;a=\"b\\\"c\"\r\n{}\r\n0\r\n\r\n", {201}),
        chunks("a trailer", "2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n", {201}),
        chunks("size 0x0", "0x0\r\n\r\n" + hidden, {400}),
        chunks("size +2", "+2\r\n{}\r\n0\r\n\r\n", {400}),
        chunks("size -2", "-2\r\n{}\r\n0\r\n\r\n", {400}),
        chunks("size with a space in front", " 2\r\n{}\r\n0\r\n\r\n", {400}),
        chunks("size with an underscore", "1_0\r\n0123456789012345\r\n0\r\n\r\n", {400}),
        chunks("no size", "\r\n{}\r\n0\r\n\r\n", {400}),
        chunks("size that is no number", "zz\r\n{}\r\n0\r\n\r\n", {400}),
        chunks("size overflows", "fffffffffffffffff\r\n{}", {400, 413}),
        chunks("size wraps round", "10000000000000002\r\n{}\r\n0\r\n\r\n" + hidden, {400, 413}),
        chunks("size beyond the limit", "fffffff\r\n", {413}),
        chunks("sum beyond the limit", "8000\r\n" + std::string(0x8000, 'x') + "\r\n8001\r\n", {413}),
        chunks("data longer than its size", "2\r\n{}XX\r\n0\r\n\r\n" + hidden, {400}),
        chunks("data without its line end", "2\r\n{}0\r\n\r\n" + hidden, {400}),
        chunks("bare LF behind the size", "2\n{}\r\n0\r\n\r\n" + hidden, {400}),
        chunks("bare LF everywhere", "2\n{}\n0\n\n" + hidden, {400}),
        chunks("bare LF behind the data", "2\r\n{}\n0\r\n\r\n" + hidden, {400}),
        chunks("bare CR behind the size", "2\r{}\r\n0\r\n\r\n" + hidden, {400}),
        chunks("bare LF in an extension", "2;a\nb\r\n{}\r\n0\r\n\r\n" + hidden, {400}),
        chunks("bare CR in an extension", "2;a\rb\r\n{}\r\n0\r\n\r\n" + hidden, {400}),
        chunks("an extension of 20 KB", "2;" + std::string(20'000, 'a') + "\r\n{}\r\n0\r\n\r\n",
               {400, 431}),
        chunks("extensions that add up", many_extensions + "0\r\n\r\n", {400}),
        chunks("broken extension", "2;=\r\n{}\r\n0\r\n\r\n", {400}),
        chunks("trailers of 20 KB", "0\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n", {400, 431}),
        chunks("Content-Length as trailer", "2\r\n{}\r\n0\r\nContent-Length: 9\r\n\r\n", {201, 400}),
        chunks("Transfer-Encoding as trailer", "2\r\n{}\r\n0\r\nTransfer-Encoding: x\r\n\r\n",
               {201, 400}),
        chunks("Host as trailer", "2\r\n{}\r\n0\r\nHost: b\r\n\r\n", {201, 400}),
        chunks("broken trailer", "2\r\n{}\r\n0\r\nno colon\r\n\r\n", {400}),
        chunks("NUL in a trailer", "2\r\n{}\r\n0\r\nX: a\0b\r\n\r\n"s, {400}),
        chunks("ends within a chunk", "5\r\nabc", {0}),
        chunks("ends before the last chunk", "2\r\n{}\r\n", {0}),
        chunks("ends within the trailers", "2\r\n{}\r\n0\r\nX: 1\r\n", {0}),
        chunks("the hidden request as content", "24\r\n" + hidden + "\r\n0\r\n\r\n", {201, 400}),
    };
}

}  // namespace hubward::tests
