// SPDX-License-Identifier: Apache-2.0
//
// The one kind of URL that we send to: https, a host, nothing hidden in it. Pure; any thread.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace hubward::server::outbound {

struct Url {
    std::string host;  // a name or an address, without brackets
    std::uint16_t port = 443;
    std::string target;  // path and query
    bool literal = false;  // the host is an address

    std::string authority() const;  // for the Host header
};

// The text says what is wrong with it, and repeats nothing of it.
std::expected<Url, std::string> https_url(std::string_view text);

}  // namespace hubward::server::outbound
