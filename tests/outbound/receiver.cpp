// SPDX-License-Identifier: Apache-2.0
#include "tests/outbound/receiver.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace hubward::server::outbound {
namespace {

namespace net = boost::asio;
using boost::system::error_code;
using net::ip::tcp;

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* it) const { Free(it); }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using File = std::unique_ptr<BIO, Freed<BIO_free>>;

Certificate certificate_of(EVP_PKEY* key) {
    constexpr long an_hour = 3'600;
    constexpr int version_3 = 2;
    Certificate made(X509_new());
    X509_set_version(made.get(), version_3);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -an_hour);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), an_hour);
    X509_NAME* name = X509_get_subject_name(made.get());
    const std::string text = "receiver";
    X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(text.data()),
                               static_cast<int>(text.size()), -1, 0);
    X509_set_issuer_name(made.get(), name);
    X509_set_pubkey(made.get(), key);
    const Extension address(X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
    X509_add_ext(made.get(), address.get(), -1);
    EXPECT_NE(X509_sign(made.get(), key, nullptr), 0);
    return made;
}

// The number behind a header's name; 0 when it is not there.
std::size_t number_of(const std::string& header, const std::string& name) {
    const std::size_t at = header.find(name);
    return at == header.npos ? 0 : std::stoul(header.substr(at + name.size()));
}

}  // namespace

Receiver::Receiver(const std::filesystem::path& certificate)
    : acceptor_(loop_, tcp::endpoint(net::ip::address_v4::loopback(), 0)) {
    const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    const Certificate shown = certificate_of(key.get());
    const File file(BIO_new_file(certificate.c_str(), "w"));
    EXPECT_EQ(PEM_write_bio_X509(file.get(), shown.get()), 1);
    EXPECT_EQ(SSL_CTX_use_certificate(context_.native_handle(), shown.get()), 1);
    EXPECT_EQ(SSL_CTX_use_PrivateKey(context_.native_handle(), key.get()), 1);
    thread_ = std::thread([this] { serve(); });
}

Receiver::~Receiver() { stop(); }

std::string Receiver::url(const std::string& path) const {
    return "https://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port()) + path;
}

// A connection without a word is its end.
void Receiver::stop() {
    if (thread_.joinable()) {
        tcp::socket last(loop_);
        last.connect(acceptor_.local_endpoint());
        last.close();
        thread_.join();
    }
}

void Receiver::serve() {
    for (unsigned before = 0;; before = connections) {
        tcp::socket socket(loop_);
        acceptor_.accept(socket);
        talk(std::move(socket));
        if (connections == before) {
            return;
        }
    }
}

void Receiver::talk(tcp::socket socket) {
    error_code error;
    if (flood_bytes != 0) {  // or the kernel here would take much of it, whoever reads
        constexpr int kept_bytes = 64 * 1024;
        socket.set_option(net::socket_base::send_buffer_size(kept_bytes), error);
    }
    net::ssl::stream<tcp::socket&> stream(socket, context_);
    stream.handshake(net::ssl::stream_base::server, error);
    connections += error ? 0U : 1U;
    std::string text;
    while (!error) {
        const std::size_t header = net::read_until(stream, net::dynamic_buffer(text), "\r\n\r\n", error);
        if (error) {
            return;
        }
        const std::size_t whole = header + number_of(text, "Content-Length: ");
        if (text.size() < whole) {
            net::read(stream, net::dynamic_buffer(text), net::transfer_exactly(whole - text.size()), error);
        }
        const std::size_t path = text.find(' ') + 1;
        taken.push_back({text.substr(path, text.find(' ', path) - path), text.substr(header, whole - header)});
        text.erase(0, whole);
        net::write(stream, net::buffer(answer), error);
        if (!error && flood_bytes != 0) {
            net::write(stream, net::buffer(std::string(flood_bytes, 'a')), error);
            floods_taken += error ? 0U : 1U;
        }
    }
}

}  // namespace hubward::server::outbound
