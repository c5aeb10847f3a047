// SPDX-License-Identifier: Apache-2.0
//
// hubward: one binary, one subcommand each for people who run, fill, look at and mend a server.
#include "server/cli/options.hpp"

int main(int argc, char** argv) { return static_cast<int>(hubward::server::cli::run(argc, argv)); }
