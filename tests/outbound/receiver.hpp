// SPDX-License-Identifier: Apache-2.0
//
// Somebody else's server: takes messages over TLS, one connection after the other, and keeps them in order.
#pragma once

#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

namespace hubward::server::outbound {

class Receiver {
  public:
    // Writes the certificate that it shows, for 127.0.0.1, to that file.
    explicit Receiver(const std::filesystem::path& certificate);
    ~Receiver();
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;

    std::string url(const std::string& path) const;
    void stop();  // before anything is looked at

    // What it answers, and how many bytes follow without an end, as far as they are taken. Before the first message.
    std::string answer = "HTTP/1.1 204 No Content\r\n\r\n";
    std::size_t flood_bytes = 0;

    struct Taken {
        std::string path;
        std::string body;
    };
    std::vector<Taken> taken;
    unsigned connections = 0;
    unsigned floods_taken = 0;  // how often all those bytes were

  private:
    void serve();
    void talk(boost::asio::ip::tcp::socket socket);

    boost::asio::io_context loop_;
    boost::asio::ssl::context context_{boost::asio::ssl::context::tls_server};
    boost::asio::ip::tcp::acceptor acceptor_;
    std::thread thread_;
};

}  // namespace hubward::server::outbound
