// SPDX-License-Identifier: Apache-2.0
//
// How many connections the system's limit of open files leaves room for.
//
// A file that the journal cannot open is a failed write, after which the process ends. So a crowd of connections
// must never take the last descriptor: some are kept for the house.
#pragma once

#include <cstddef>

namespace hubward::server {

// For the database's tables and logs, keys, snapshots, a backup, requests to other systems.
inline constexpr std::size_t files_beside_connections = 1'000;

// `wanted`, or as many as there can be. Raises the process's own limit as far as that takes and the system
// allows; where it allows less than the house needs, connections get half of it.
std::size_t room_for_connections(std::size_t wanted);

}  // namespace hubward::server
