// SPDX-License-Identifier: Apache-2.0
//
// Where we knock for somebody else, and where not.
#include "server/outbound/addresses.hpp"

#include <gtest/gtest.h>

namespace hubward::server::outbound {
namespace {

bool allowed(const std::string& address, const std::vector<std::string>& networks = {}) {
    return AddressRules::of(networks)->allows(boost::asio::ip::make_address(address));
}

TEST(Addresses, ThePublicInternetIsAllowed) {
    for (const char* address : {"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0",
                                "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255",
                                "2a00:1450:4009::1", "2606:4700::1111"}) {
        EXPECT_TRUE(allowed(address)) << address;
    }
}

TEST(Addresses, WhatIsPrivateLocalOrReservedIsRefused) {
    for (const char* address :
         {"0.0.0.0", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.9.9.9",
          "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192", "192.168.1.1",
          "198.18.0.1", "203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
          "fd00:ec2::254", "ff02::1", "64:ff9b::a00:1", "2001:db8::1", "2001::1", "2002:7f00:1::",
          "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"}) {
        EXPECT_FALSE(allowed(address)) << address;
    }
}

TEST(Addresses, TheOperatorMayNameNetworks) {
    const std::vector<std::string> networks{"10.20.0.0/16", "fd00:7::/32", "127.0.0.1/32"};
    EXPECT_TRUE(allowed("10.20.3.4", networks));
    EXPECT_TRUE(allowed("::ffff:10.20.3.4", networks));
    EXPECT_FALSE(allowed("10.21.0.1", networks));
    EXPECT_TRUE(allowed("fd00:7:1::5", networks));
    EXPECT_FALSE(allowed("fd00:8::5", networks));
    EXPECT_TRUE(allowed("127.0.0.1", networks));
    EXPECT_FALSE(allowed("127.0.0.2", networks));
}

TEST(Addresses, AWrongNetworkIsNamed) {
    for (const char* text : {"10.0.0.1", "10.0.0.0/33", "nonsense", "", "fd00::/129"}) {
        const auto rules = AddressRules::of({text});
        ASSERT_FALSE(rules) << text;
        EXPECT_NE(rules.error().find(text), std::string::npos);
    }
}

}  // namespace
}  // namespace hubward::server::outbound
