// SPDX-License-Identifier: Apache-2.0
//
// Which addresses we may connect to for somebody else: the public internet, and what the operator
// names. Whoever may name a URL could otherwise have us knock at doors of our own network.
//
// Asked with the very address that is connected to, after names are resolved, so a name that points
// elsewhere at the second look gains nothing. Immutable; any thread.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

namespace hubward::server::outbound {

class AddressRules {
  public:
    // networks: "10.20.0.0/16", "fd00::/8"; a single address needs its "/32". The text says which one
    // is wrong.
    static std::expected<AddressRules, std::string> of(const std::vector<std::string>& networks);

    bool allows(const boost::asio::ip::address& address) const;

  private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

}  // namespace hubward::server::outbound
