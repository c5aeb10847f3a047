// SPDX-License-Identifier: Apache-2.0
//
// RFC 1952, in and out, in one piece. Pure; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace hubward::server::http {

enum class GzipFault : std::uint8_t {
    damaged,    // no gzip, cut off, a wrong checksum, or bytes behind it
    too_large,  // more than the bound: a small body may unfold into gigabytes
};

std::expected<std::string, GzipFault> gunzip(std::string_view bytes, std::size_t bytes_max);

// Empty when it would not be shorter.
std::string gzip(std::string_view bytes);

}  // namespace hubward::server::http
