// SPDX-License-Identifier: Apache-2.0
//
// RFC 6455 by families: what holds for one bit, opcode, length or letter is tried for all of them.
// The cases that need a story of their own stand in websocket_test.cpp.
#include <gtest/gtest.h>

#include "tests/http/ws_cases.hpp"

namespace hubward::tests {
namespace {

// §5.2: no extension was agreed, so no reserved bit means anything, on any frame.
std::vector<WsCase> reserved_bits() {
    std::vector<WsCase> cases;
    for (unsigned opcode = 0; opcode < 16; ++opcode) {
        for (unsigned bits = 1; bits < 8; ++bits) {
            cases.push_back(
                {"bits " + std::to_string(bits) + " on opcode " + std::to_string(opcode),
                 reserved(bits, opcode),
                 {},
                 1002});
        }
    }
    return cases;
}

// §5.2 and §11.8: opcodes that nobody has defined, alone and within a message.
std::vector<WsCase> unknown_opcodes() {
    std::vector<WsCase> cases;
    for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
        const std::string number = std::to_string(opcode);
        cases.push_back({"behind a message: " + number, text("a") + of(opcode, "x"), {"a"}, 1002});
        cases.push_back(
            {"within a message: " + number, text("a", false) + of(opcode, "x"), {}, 1002});
        cases.push_back({"first of several: " + number, of(opcode, "x", false), {}, 1002});
    }
    return cases;
}

// §5.1: a client masks, whatever it sends.
std::vector<WsCase> masks() {
    std::vector<WsCase> cases;
    for (unsigned opcode = 0; opcode < 16; ++opcode) {
        cases.push_back({"unmasked opcode " + std::to_string(opcode), unmasked(opcode), {}, 1002});
    }
    return cases;
}

// §5.2: the shortest form of a length, and only that.
std::vector<WsCase> lengths() {
    std::vector<WsCase> cases;
    for (const std::size_t bytes :
         {0U, 1U, 2U, 124U, 125U, 126U, 127U, 128U, 255U, 256U, 4095U, 16'383U, 16'384U}) {
        const std::string payload(bytes, 'x');
        cases.push_back({std::to_string(bytes) + " bytes", text(payload), {payload}, -1});
        if (bytes < 126) {
            cases.push_back(
                {std::to_string(bytes) + " bytes in 16 bits", form(16, payload), {}, 1002});
        }
        cases.push_back({std::to_string(bytes) + " bytes in 64 bits", form(64, payload), {}, 1002});
    }
    return cases;
}

// §5.4: control frames may stand between the parts of a message, wherever it was cut.
std::vector<WsCase> interleaving() {
    std::vector<WsCase> cases;
    const std::string word = "hubward";
    for (std::size_t cut = 0; cut <= word.size(); ++cut) {
        const std::string first = text(word.substr(0, cut), false);
        const std::string rest = of(0, word.substr(cut));
        const std::string at = " at " + std::to_string(cut);
        cases.push_back({"ping" + at, first + of(9, "p") + rest, {"pong:p", word}, -1});
        cases.push_back({"pong" + at, first + of(10, "p") + rest, {word}, -1});
        cases.push_back({"close" + at, first + of(8, close_payload(1000)) + rest, {}, 1000});
        cases.push_back({"another text" + at, first + text("b") + rest, {}, 1002});
    }
    return cases;
}

const std::vector<std::string> letters = {
    std::string("\0", 1), "\x7f",
    "\xc2\x80",           "\xdf\xbf",
    "\xe0\xa0\x80",       "\xed\x9f\xbf",
    "\xee\x80\x80",       "\xef\xbf\xbd",
    "\xef\xbf\xbf",       "\xf0\x90\x80\x80",
    "\xf3\xbf\xbf\xbf",   "\xf4\x8f\xbf\xbf",
};

// §8.1: UTF-8 is judged over the whole message, so a letter may be cut anywhere.
std::vector<WsCase> letters_cut() {
    std::vector<WsCase> cases;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const std::string& letter = letters[i];
        for (std::size_t cut = 0; cut <= letter.size(); ++cut) {
            cases.push_back(
                {"letter " + std::to_string(i) + " cut at " + std::to_string(cut),
                 text("a" + letter.substr(0, cut), false) + of(0, letter.substr(cut) + "b"),
                 {"a" + letter + "b"},
                 -1});
        }
    }
    return cases;
}

std::vector<WsCase> not_utf8() {
    std::vector<WsCase> cases;
    for (const std::string& bytes : std::vector<std::string>{"\x80",
                                                             "\xbf",
                                                             "\xc0\x80",
                                                             "\xc1\xbf",
                                                             "\xc3",
                                                             "\xc3(",
                                                             "\xe0\x80\x80",
                                                             "\xe0\x9f\xbf",
                                                             "\xe2\x82",
                                                             "\xe2(\xa1",
                                                             "\xed\xa0\x80",
                                                             "\xed\xbf\xbf",
                                                             "\xf0\x80\x80\x80",
                                                             "\xf0\x8f\xbf\xbf",
                                                             "\xf0\x9f\x98",
                                                             "\xf4\x90\x80\x80",
                                                             "\xf5\x80\x80\x80",
                                                             "\xf8\x88\x80\x80\x80",
                                                             "\xfc\x84\x80\x80\x80\x80",
                                                             "\xfe",
                                                             "\xff"}) {
        std::string name = "not UTF-8:";
        for (const char byte : bytes) {
            name += " " + std::to_string(static_cast<unsigned char>(byte));
        }
        cases.push_back({name, text("good" + bytes), {}, 1007});
        cases.push_back(
            {name + ", in the second part", text("good", false) + of(0, bytes), {}, 1007});
        cases.push_back({name + ", as a reason", of(8, close_payload(1000, bytes)), {}, 1007});
    }
    return cases;
}

TEST(WebSocketFamilies, Section52ReservedBits) {
    run(reserved_bits());
}
TEST(WebSocketFamilies, Section52UnknownOpcodes) {
    run(unknown_opcodes());
}
TEST(WebSocketFamilies, Section51Masks) {
    run(masks());
}
TEST(WebSocketFamilies, Section52Lengths) {
    run(lengths());
}
TEST(WebSocketFamilies, Section54Interleaving) {
    run(interleaving());
}
TEST(WebSocketFamilies, Section81LettersCut) {
    run(letters_cut());
}
TEST(WebSocketFamilies, Section81NotUtf8) {
    run(not_utf8());
}

TEST(WebSocketFamilies, AreMoreThanTwoHundredCases) {
    EXPECT_GE(reserved_bits().size() + unknown_opcodes().size() + masks().size() +
                  lengths().size() + interleaving().size() + letters_cut().size() +
                  not_utf8().size(),
              200U);
}

}  // namespace
}  // namespace hubward::tests
