// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/addresses.hpp"

#include <algorithm>
#include <array>

namespace hubward::server::outbound {
namespace {

namespace ip = boost::asio::ip;

// IANA's special-purpose blocks, and the address at which one large cloud answers for its machines.
constexpr auto refused_v4 = std::to_array<const char*>({
    "0.0.0.0/8",       // this network
    "10.0.0.0/8",      // private
    "100.64.0.0/10",   // carriers' own; a cloud's metadata lies in it
    "127.0.0.0/8",     // this machine
    "168.63.129.16/32",
    "169.254.0.0/16",  // link-local; most clouds' metadata
    "172.16.0.0/12",   // private
    "192.0.0.0/24",    // protocols
    "192.0.2.0/24",    // documentation
    "192.88.99.0/24",  // 6to4 relays
    "192.168.0.0/16",  // private
    "198.18.0.0/15",   // benchmarks
    "198.51.100.0/24", // documentation
    "203.0.113.0/24",  // documentation
    "224.0.0.0/4",     // multicast
    "240.0.0.0/4",     // reserved, broadcast
});
// Of version 6 only this block is the public internet, less those that carry other addresses in them.
constexpr const char* public_v6 = "2000::/3";
constexpr auto refused_v6 = std::to_array<const char*>({
    "2001::/23",      // protocols, Teredo
    "2001:db8::/32",  // documentation
    "2002::/16",      // 6to4
    "3fff::/20",      // documentation
});

bool within(const ip::address_v4& address, const ip::network_v4& network) {
    return ip::network_v4(address, network.prefix_length()).canonical() == network.canonical();
}
bool within(const ip::address_v6& address, const ip::network_v6& network) {
    return ip::network_v6(address, network.prefix_length()).canonical() == network.canonical();
}

bool is_public(const ip::address_v4& address) {
    return std::ranges::none_of(refused_v4, [&](const char* block) {
        return within(address, ip::make_network_v4(block));
    });
}
bool is_public(const ip::address_v6& address) {
    return within(address, ip::make_network_v6(public_v6)) &&
           std::ranges::none_of(refused_v6, [&](const char* block) {
               return within(address, ip::make_network_v6(block));
           });
}

}  // namespace

std::expected<AddressRules, std::string> AddressRules::of(const std::vector<std::string>& networks) {
    AddressRules rules;
    for (const std::string& text : networks) {
        boost::system::error_code error;
        const auto v4 = ip::make_network_v4(text, error);
        if (!error) {
            rules.v4_.push_back(v4);
            continue;
        }
        const auto v6 = ip::make_network_v6(text, error);
        if (error) {
            return std::unexpected("\"" + text +
                                   "\" is no network; expected one like 10.20.0.0/16 or fd00::/8");
        }
        rules.v6_.push_back(v6);
    }
    return rules;
}

bool AddressRules::allows(const ip::address& address) const {
    if (address.is_v6() && !address.to_v6().is_v4_mapped()) {
        const ip::address_v6 it = address.to_v6();
        return is_public(it) ||
               std::ranges::any_of(v6_, [&](const auto& network) { return within(it, network); });
    }
    const ip::address_v4 it = address.is_v4()
                                  ? address.to_v4()
                                  : ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return is_public(it) ||
           std::ranges::any_of(v4_, [&](const auto& network) { return within(it, network); });
}

}  // namespace hubward::server::outbound
