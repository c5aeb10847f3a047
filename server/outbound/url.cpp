// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/url.hpp"

#include <algorithm>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "server/outbound/limits.hpp"

namespace hubward::server::outbound {
namespace {

namespace urls = boost::urls;
constexpr std::uint16_t https_port = 443;

bool plain_name(std::string_view host) {
    return !host.empty() && host.size() <= 253 && std::ranges::all_of(host, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.';
    });
}

}  // namespace

std::string Url::authority() const {
    std::string text = literal && host.find(':') != std::string::npos ? "[" + host + "]" : host;
    if (port != https_port) {
        text += ":" + std::to_string(port);
    }
    return text;
}

std::expected<Url, std::string> https_url(std::string_view text) {
    if (text.size() > limits::url_bytes_max) {
        return std::unexpected("Must be at most 1024 bytes.");
    }
    const auto parsed = urls::parse_uri(urls::string_view(text.data(), text.size()));
    if (!parsed || parsed->scheme_id() != urls::scheme::https || !parsed->has_authority()) {
        return std::unexpected("Must be an absolute URL that begins with https://.");
    }
    if (parsed->has_userinfo()) {
        return std::unexpected("Must not hold a user name or password; the signature says who sends.");
    }
    if (parsed->has_fragment()) {
        return std::unexpected("Must not have a fragment.");
    }
    Url url;
    const auto address = parsed->host_address();
    url.host.assign(address.begin(), address.end());
    url.literal = parsed->host_type() == urls::host_type::ipv4 ||
                  parsed->host_type() == urls::host_type::ipv6;
    if (!url.literal && !plain_name(url.host)) {
        return std::unexpected("The host must be a name of letters, digits, hyphens and dots, or an "
                               "address.");
    }
    if (parsed->has_port()) {
        url.port = parsed->port_number();
        if (url.port == 0) {
            return std::unexpected("The port must be between 1 and 65535.");
        }
    }
    const auto target = parsed->encoded_target();
    url.target.assign(target.data(), target.size());
    if (url.target.empty() || url.target.front() != '/') {
        url.target.insert(0, "/");
    }
    return url;
}

}  // namespace hubward::server::outbound
