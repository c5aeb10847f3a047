// SPDX-License-Identifier: Apache-2.0
#include "server/outbound/client.hpp"

#include <algorithm>
#include <optional>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/impl/src.hpp>  // the one place where its bodies are compiled
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "server/outbound/limits.hpp"

namespace hubward::server::outbound {
namespace {

namespace net = boost::asio;
namespace beast = boost::beast;
namespace bh = boost::beast::http;
using net::ip::tcp;
using boost::system::error_code;

constexpr auto completion = net::as_tuple(net::use_awaitable_t<http::Executor>{});

NoAnswer kind_of(const error_code& error, NoAnswer otherwise) {
    return error == beast::error::timeout ? NoAnswer::timed_out : otherwise;
}

}  // namespace

struct Client::Connection {
    using Tcp = beast::basic_stream<tcp, http::Executor>;
    Connection(const http::Executor& executor, net::ssl::context& context)
        : stream(executor, context) {}
    net::ssl::stream<Tcp> stream;
    // The limits of the parser count neither what stands beside the size of a chunk nor what follows the last one.
    // An answer of which more than this must be seen at once is cut.
    beast::flat_buffer buffer{limits::answer_header_bytes_max + limits::answer_body_bytes_max};
};

Trust::Trust() = default;
Trust::Trust(Trust&&) noexcept = default;
Trust::~Trust() = default;

std::expected<Trust, std::string> Trust::of(const ClientSettings& settings) {
    Trust trust;
    trust.context_ = std::make_unique<net::ssl::context>(net::ssl::context::tls_client);
    error_code error;
    trust.context_->set_options(net::ssl::context::default_workarounds |
                                    net::ssl::context::no_tlsv1 | net::ssl::context::no_tlsv1_1,
                                error);
    if (!error) {
        trust.context_->set_default_verify_paths(error);
    }
    if (!error) {
        trust.context_->set_verify_mode(net::ssl::verify_peer, error);
    }
    if (!error && !settings.authorities_file.empty()) {
        trust.context_->load_verify_file(settings.authorities_file, error);
        if (error) {
            return std::unexpected("outbound.authorities_file: " + settings.authorities_file +
                                   " cannot be read as PEM certificates");
        }
    }
    if (error) {
        return std::unexpected("TLS cannot be set up: " + error.message());
    }
    return trust;
}

Client::Client(const ClientSettings& settings, const Trust& trust, Names& names, Url url)
    : settings_(settings), trust_(trust), names_(names), url_(std::move(url)) {}
Client::~Client() = default;

// Names are resolved here and each address is judged here; what is connected to is the address that was
// judged, never the name again.
http::Task<NoAnswer> Client::connect(Moment until) {
    const http::Executor executor = co_await net::this_coro::executor;
    Addresses addresses;
    if (url_.literal) {
        error_code error;
        addresses.push_back(net::ip::make_address(url_.host, error));
        if (error) {
            co_return NoAnswer::no_address;
        }
    } else {
        const auto looked_for = std::min(until, Clock::now() + limits::lookup_wait_max);
        auto found = co_await names_.find(url_.host, looked_for);
        if (!found) {
            co_return found.error() == NoName::unknown ? NoAnswer::no_address : NoAnswer::timed_out;
        }
        addresses = *std::move(found);
    }
    std::erase_if(addresses, [this](const auto& it) { return !settings_.addresses.allows(it); });
    if (addresses.empty()) {
        co_return NoAnswer::address_refused;
    }
    addresses.resize(std::min(addresses.size(), limits::addresses_max));
    NoAnswer trouble = NoAnswer::no_connection;
    for (const auto& address : addresses) {
        auto fresh = std::make_unique<Connection>(executor, trust_.context());
        auto& stream = fresh->stream;
        stream.next_layer().expires_at(until);
        const tcp::endpoint endpoint(address, url_.port);
        const auto [refused] = co_await stream.next_layer().async_connect(endpoint, completion);
        if (refused) {
            trouble = kind_of(refused, NoAnswer::no_connection);
            if (trouble == NoAnswer::timed_out) {
                break;
            }
            continue;
        }
        // A message longer than one TLS record would wait for the acknowledgement of its first part.
        error_code unset;
        stream.next_layer().socket().set_option(tcp::no_delay(true), unset);
        if (!url_.literal) {
            // SNI, as the macro of OpenSSL does it, which casts in C.
            SSL_ctrl(stream.native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     url_.host.data());
        }
        error_code error;
        stream.set_verify_callback(net::ssl::host_name_verification(url_.host), error);
        const auto [unsafe] = co_await stream.async_handshake(net::ssl::stream_base::client, completion);
        if (unsafe) {
            co_return kind_of(unsafe, NoAnswer::tls_failed);
        }
        connection_ = std::move(fresh);
        co_return NoAnswer::none;
    }
    co_return trouble;
}

http::Task<Reply> Client::exchange(const Outgoing* message, Moment until) {
    Reply reply;
    auto& stream = connection_->stream;
    stream.next_layer().expires_at(until);
    bh::request<bh::string_body> request(bh::verb::post, url_.target, 11);
    request.set(bh::field::host, url_.authority());
    request.set(bh::field::user_agent, settings_.agent);
    for (const auto& [name, value] : message->headers) {
        request.set(beast::string_view(name.data(), name.size()), value);
    }
    request.body() = message->body;
    request.prepare_payload();
    const auto [unsent, sent] = co_await bh::async_write(stream, request, completion);
    if (unsent) {
        reply.trouble = kind_of(unsent, NoAnswer::broken_off);
        co_return reply;
    }
    bh::response_parser<bh::string_body> parser;
    parser.header_limit(limits::answer_header_bytes_max);
    parser.body_limit(boost::none);  // a long answer is an answer; it is only not read
    const auto [unread, read] =
        co_await bh::async_read_header(stream, connection_->buffer, parser, completion);
    if (unread) {
        reply.trouble = kind_of(unread, NoAnswer::broken_off);
        co_return reply;
    }
    reply.status = parser.get().result_int();
    if (reply.status / 100 == 1) {
        connection_.reset();  // an answer before the answer, which nobody asked for
        reply.trouble = NoAnswer::broken_off;
        co_return reply;
    }
    if (const auto asked = parser.get().find(bh::field::retry_after); asked != parser.get().end()) {
        reply.retry_after.assign(asked->value().data(), asked->value().size());
    }
    // The status is the answer. The rest is read only so that the connection can be used again, and it may never
    // end: neither a length nor chunks need be there.
    stream.next_layer().expires_at(std::min(until, Clock::now() + limits::answer_body_wait_max));
    parser.body_limit(limits::answer_body_bytes_max);
    if (parser.content_length().value_or(0) > limits::answer_body_bytes_max) {
        connection_.reset();
        co_return reply;
    }
    if (!parser.is_done()) {
        const auto [cut, rest] = co_await bh::async_read(stream, connection_->buffer, parser, completion);
        if (cut) {
            connection_.reset();
            co_return reply;
        }
    }
    if (!parser.keep_alive()) {
        connection_.reset();
        co_return reply;
    }
    co_return reply;
}

http::Task<Reply> Client::post(const Outgoing* message) {
    if (connection_ != nullptr) {
        const Moment until = Clock::now() + settings_.deadline;
        Reply again = co_await exchange(message, until);
        if (again.trouble == NoAnswer::none) {
            co_return again;
        }
        connection_.reset();
        if (again.trouble != NoAnswer::broken_off) {
            co_return again;
        }
        // The other side had closed it: that says nothing about the message.
    }
    // The deadline of the whole exchange, however many addresses there are; what follows on the stream does not
    // begin it anew.
    const Moment until = Clock::now() + settings_.deadline;
    const NoAnswer trouble = co_await connect(until);
    if (trouble != NoAnswer::none) {
        Reply reply;
        reply.trouble = trouble;
        co_return reply;
    }
    Reply reply = co_await exchange(message, until);
    if (reply.trouble != NoAnswer::none) {
        connection_.reset();
    }
    co_return reply;
}

}  // namespace hubward::server::outbound
