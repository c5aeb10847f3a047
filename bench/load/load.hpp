// SPDX-License-Identifier: Apache-2.0
//
// Runs the load: one thread, one epoll, plain sockets, so that the client costs little beside the
// server on the same two cores.
//
// Open loop: requests fall due on a schedule that does not know the server. One that finds no free
// connection waits, and its wait counts; a client that only sends when it was answered would hide
// exactly the delays that matter (coordinated omission).
#pragma once

#include <expected>
#include <string>

#include "bench/load/options.hpp"
#include "bench/load/tally.hpp"

namespace hubward::load {

// Fails (text says why) when the server cannot be reached.
std::expected<Tally, std::string> run(const Options& options);

}  // namespace hubward::load
