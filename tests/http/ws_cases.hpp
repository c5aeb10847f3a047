// SPDX-License-Identifier: Apache-2.0
//
// A WebSocket case: frames that are sent, what must come back, and how the connection must end.
#pragma once

#include <string>
#include <vector>

#include "tests/http/ws_client.hpp"

namespace hubward::tests {

// Masked frames with the shortest length form.
std::string text(std::string payload, bool fin = true);
std::string of(unsigned opcode, std::string payload, bool fin = true);
// … with these of the three bits behind FIN
std::string reserved(unsigned bits, unsigned opcode = 1);
// … with a length of so many bits
std::string form(unsigned bits, std::string payload, unsigned opcode = 1);
std::string unmasked(unsigned opcode);

struct WsCase {
    std::string name;
    std::string bytes;
    std::vector<std::string> echoes;  // what comes back first: texts, pongs as "pong:…"
    // The close frame that ends it: its code; 0 for one without a code; -1: the case ends with our
    // close 1000, which must be answered in kind.
    int code = -1;
};

// Each on a connection of its own to a real server.
void run(const std::vector<WsCase>& cases);

}  // namespace hubward::tests
