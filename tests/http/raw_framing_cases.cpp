// SPDX-License-Identifier: Apache-2.0
//
// Where the body ends: the cases by which one request is hidden inside another.
#include "tests/http/raw_cases.hpp"

namespace hubward::tests {
namespace {

const std::string hidden = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

RawCase post(std::string name, const std::string& headers, const std::string& body,
             std::vector<unsigned> allowed, unsigned answers_max = 1) {
    return {std::move(name), "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body,
            std::move(allowed), answers_max};
}

RawCase length(const std::string& value, std::vector<unsigned> allowed) {
    return post("Content-Length: " + value, "Content-Length: " + value + "\r\n", "{}" + hidden,
                std::move(allowed));
}

RawCase coding(const std::string& value) {
    return post("Transfer-Encoding: " + value, "Transfer-Encoding: " + value + "\r\n",
                "0\r\n\r\n" + hidden, {400});
}

}  // namespace

std::vector<RawCase> framing_cases() {
    using namespace std::string_literals;
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const std::string ending = "0\r\n\r\n";
    const std::string six = "Content-Length: 6\r\n";
    return {
        post("plain body", "Content-Length: 2\r\n", "{}", {201}),
        post("no body", "Content-Length: 0\r\n", "", {201}),
        post("neither length nor coding", "", "", {201}),
        post("the whole hidden request is the body",
             "Content-Length: " + std::to_string(hidden.size()) + "\r\n", hidden, {201}),
        length("+2", {400}),
        length("-1", {400}),
        length("0x2", {400}),
        length("1_0", {400}),
        length("", {400}),
        length("two", {400}),
        length("2, 2", {400}),
        length("2,", {400}),
        length("2 2", {400}),
        length("2;", {400}),
        length("1e1", {400}),
        length("2.0", {400}),
        length("\x0b""2", {400}),
        length("99999999999999999999999", {400}),
        length("18446744073709551618", {400}),
        length("70000", {413}),
        length("1000000000000", {413}),
        post("Content-Length twice, equal", "Content-Length: 2\r\nContent-Length: 2\r\n",
             "{}" + hidden, {400}),
        post("Content-Length twice, different", "Content-Length: 2\r\nContent-Length: 40\r\n",
             "{}" + hidden, {400}),
        post("Content-Length, other case, different", "Content-Length: 2\r\nCONTENT-length: 40\r\n",
             "{}" + hidden, {400}),
        post("a space before the colon", "Content-Length : 2\r\n", "{}" + hidden, {400}),
        post("length and coding", six + chunked, ending + hidden, {400}),
        post("coding and length", chunked + six, ending + hidden, {400}),
        post("length 0 and coding", "Content-Length: 0\r\n" + chunked, ending + hidden, {400}),
        coding("xchunked"),
        coding("chunkedx"),
        coding("Chunked"),
        coding("CHUNKED"),
        coding("identity"),
        coding(""),
        coding("chunked, identity"),
        coding("identity, chunked"),
        coding("gzip, chunked"),
        coding("chunked, chunked"),
        coding("chunked,"),
        coding(",chunked"),
        coding("\"chunked\""),
        coding("chunked;q=0.5"),
        coding("\x0b""chunked"),
        coding("\xc2\xa0""chunked"),
        coding("chunk"),
        coding("c\0hunked"s),
        post("coding twice", chunked + chunked, ending + hidden, {400}),
        post("coding twice, one unknown", chunked + "Transfer-Encoding: x\r\n", ending + hidden,
             {400}),
        post("unknown coding first", "Transfer-Encoding: x\r\n" + chunked, ending + hidden, {400}),
        post("coding with a space before the colon", "Transfer-Encoding : chunked\r\n",
             ending + hidden, {400}),
        post("coding folded", "Transfer-Encoding:\r\n chunked\r\n", ending + hidden, {400}),
        post("coding with an underscore and a length", "Transfer_Encoding: chunked\r\n"
             "Content-Length: " + std::to_string(ending.size()) + "\r\n", ending, {201, 400}),
        {"coding in HTTP/1.0",
         "POST /echo HTTP/1.0\r\nHost: a\r\n" + chunked + "\r\n" + ending + hidden, {400}},
        {"a GET whose body hides a request",
         "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(hidden.size()) +
             "\r\n\r\n" + hidden, {200, 413}},
        {"a HEAD whose body hides a request",
         "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(hidden.size()) +
             "\r\n\r\n" + hidden, {200, 413}},
        {"a 404 whose body hides a request",
         "POST /nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(hidden.size()) +
             "\r\n\r\n" + hidden, {404}},
        {"a 405 whose chunks hide a request",
         "POST / HTTP/1.1\r\nHost: a\r\n" + chunked + "\r\n" + hidden, {405}},
        {"a 401 whose body hides a request",
         "POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(hidden.size()) +
             "\r\n\r\n" + hidden, {401}},
        {"a 401 whose chunks hide a request",
         "POST /guarded HTTP/1.1\r\nHost: a\r\n" + chunked + "\r\n24\r\n" + hidden + "\r\n", {401}},
        {"a chunked GET", "GET / HTTP/1.1\r\nHost: a\r\n" + chunked + "\r\n" + ending, {200, 413}},
        {"less body than promised", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{}",
         {0}},
        {"a broken WebSocket handshake hides a request",
         "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n" + hidden, {400}},
        {"a WebSocket handshake of another version hides a request",
         "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Version: 777\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
             hidden, {426}},
    };
}

}  // namespace hubward::tests
