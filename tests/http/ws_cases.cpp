// SPDX-License-Identifier: Apache-2.0
#include "tests/http/ws_cases.hpp"

#include <gtest/gtest.h>

#include "tests/http/served.hpp"

namespace hubward::tests {

std::string text(std::string payload, bool fin) {
    FrameSpec spec;
    spec.payload = std::move(payload);
    spec.fin = fin;
    return frame(spec);
}

std::string of(unsigned opcode, std::string payload, bool fin) {
    FrameSpec spec;
    spec.opcode = opcode;
    spec.payload = std::move(payload);
    spec.fin = fin;
    return frame(spec);
}

std::string reserved(unsigned bits, unsigned opcode) {
    FrameSpec spec;
    spec.opcode = opcode;
    spec.payload = "x";
    spec.reserved = bits;
    return frame(spec);
}

std::string form(unsigned bits, std::string payload, unsigned opcode) {
    FrameSpec spec;
    spec.opcode = opcode;
    spec.payload = std::move(payload);
    spec.length_form = bits;
    return frame(spec);
}

std::string unmasked(unsigned opcode) {
    FrameSpec spec;
    spec.opcode = opcode;
    spec.masked = false;
    spec.payload = opcode == 8 ? close_payload(1000) : "x";
    return frame(spec);
}

// After the case, a client that saw no close sends its own and expects it answered.
void run(const std::vector<WsCase>& cases) {
    Served served;
    for (const WsCase& each : cases) {
        SCOPED_TRACE(each.name);
        WebSocketClient client(served.port());
        ASSERT_TRUE(client.open());
        client.raw.send(each.bytes);
        if (each.code < 0) {
            client.raw.send(of(8, close_payload(1000)));
        }
        std::vector<std::string> got;
        ReceivedFrame received = client.receive();
        while (received.there && received.opcode != 8) {
            EXPECT_TRUE(received.fin);
            EXPECT_FALSE(received.masked) << "a server never masks (§5.1)";
            got.push_back((received.opcode == 10 ? "pong:" : "") + received.payload);
            received = client.receive();
        }
        EXPECT_EQ(got, each.echoes);
        ASSERT_TRUE(received.there) << "no close frame came";
        EXPECT_EQ(received.code(), each.code < 0 ? 1000 : each.code);
        EXPECT_LE(received.payload.size(), 125U);
        client.raw.finish_sending();
        EXPECT_TRUE(client.raw.closed_within(std::chrono::seconds(3)));
    }
}

}  // namespace hubward::tests
