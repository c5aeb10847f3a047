// SPDX-License-Identifier: Apache-2.0
//
// The command line: reads it, runs the subcommand it names, gives its exit code. The only file that
// opens CLI11 is options.cpp.
#pragma once

#include "server/app.hpp"

namespace hubward::server::cli {

Exit run(int argc, char** argv);

}  // namespace hubward::server::cli
