// SPDX-License-Identifier: Apache-2.0
//
// What an honest client sees.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "tests/http/raw_client.hpp"
#include "tests/http/served.hpp"

namespace hubward::tests {
namespace {

std::string get(const std::string& target, const std::string& headers = "") {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& headers = "") {
    return "POST " + target + " HTTP/1.1\r\nHost: a\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

TEST(Serving, KeepsAConnectionForTheNextRequest) {
    Served served;
    RawClient client(served.port());
    for (int i = 0; i < 50; ++i) {
        client.send(post("/echo", "body " + std::to_string(i)));
        const std::string answer = client.read_answer();
        ASSERT_EQ(status_of(answer), 201U);
        ASSERT_EQ(body_of(answer), "body " + std::to_string(i));
    }
    EXPECT_EQ(served.server->stats().accepted.load(), 1U);
    EXPECT_EQ(served.server->stats().requests.load(), 50U);
}

TEST(Serving, AnswersPipelinedRequestsInOrder) {
    Served served;
    RawClient client(served.port());
    std::string all = get("/slow");
    for (int i = 0; i < 20; ++i) {
        all += post("/echo", std::to_string(i)) + get("/v1/items/" + std::to_string(i));
    }
    client.send(all);
    EXPECT_EQ(body_of(client.read_answer()), "slow");
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(body_of(client.read_answer()), std::to_string(i));
        EXPECT_EQ(body_of(client.read_answer()), std::to_string(i));
    }
}

TEST(Serving, ReadsOncePerPostOfTwoKilobytes) {
    Served served;
    RawClient client(served.port());
    const std::string request = post("/echo", std::string(2'000, 'x'));
    client.send(request);  // the first read of a connection may come before its bytes
    client.read_answer();
    const auto before = served.server->stats().reads.load();
    constexpr int posts = 400;
    for (int i = 0; i < posts; ++i) {
        client.send(request);
        ASSERT_EQ(status_of(client.read_answer()), 201U);
    }
    const auto reads = served.server->stats().reads.load() - before;
    EXPECT_LE(static_cast<double>(reads) / posts, 1.05);
}

TEST(Serving, TakesALargeBodyWhole) {
    Served served;
    RawClient client(served.port());
    client.send(post("/count", std::string(3'000'000, 'x')));
    EXPECT_EQ(body_of(client.read_answer()), "3000000");
    client.send(get("/"));
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Serving, SendsALargeAnswerToASlowReader) {
    Served served;
    RawClient client(served.port(), 4096);
    client.send(get("/big"));
    const std::string answer = client.read_answer();
    EXPECT_EQ(body_of(answer).size(), 8U * 1024 * 1024);
    client.send(get("/"));
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Serving, HeadHasTheLengthButNotTheBody) {
    Served served;
    RawClient client(served.port());
    client.send("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + get("/"));
    const std::string head = client.read_answer(true);
    EXPECT_EQ(header_of(head, "Content-Length"), "5");
    EXPECT_EQ(body_of(head), "");
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Serving, OldClientsGetWhatTheyAskFor) {
    Served served;
    RawClient once(served.port());
    once.send("GET / HTTP/1.0\r\nHost: a\r\n\r\n");
    const std::string answer = once.read_to_end();
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_FALSE(once.timed_out);

    RawClient kept(served.port());
    const std::string request = "GET / HTTP/1.0\r\nHost: a\r\nConnection: keep-alive\r\n\r\n";
    kept.send(request);
    EXPECT_EQ(header_of(kept.read_answer(), "Connection"), "keep-alive");
    kept.send(request);
    EXPECT_EQ(body_of(kept.read_answer()), "hello");
}

TEST(Serving, ClosesWhenEitherSideWantsTo) {
    Served served;
    RawClient client(served.port());
    client.send(get("/", "Connection: close\r\n") + get("/smuggled"));
    EXPECT_EQ(statuses(client.read_to_end()).size(), 1U);
    RawClient other(served.port());
    other.send(get("/closing") + get("/smuggled"));
    const std::string answer = other.read_to_end();
    EXPECT_EQ(statuses(answer).size(), 1U);
    EXPECT_EQ(header_of(answer, "Connection"), "close");
    EXPECT_EQ(served.smuggled(), 0U);
}

TEST(Serving, SaysGoOnOnlyWhenTheBodyIsWanted) {
    Served served;
    RawClient client(served.port());
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_some(25), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("body");
    EXPECT_EQ(body_of(client.read_answer()), "body");

    RawClient refused(served.port());
    refused.send("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(status_of(refused.read_to_end()), 401U);
}

TEST(Serving, AdmitsBeforeItReadsTheBody) {
    Served served;
    RawClient client(served.port());
    client.send("POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n");
    EXPECT_EQ(status_of(client.read_answer()), 401U);
    RawClient good(served.port());
    good.send(post("/guarded", "12345", "Authorization: Bearer good\r\n"));
    EXPECT_EQ(body_of(good.read_answer()), "5");
}

TEST(Serving, ARefusedBodyThatIsHereIsSkippedAndTheConnectionGoesOn) {
    Served served;
    RawClient client(served.port());
    client.send(post("/guarded", "12345") + post("/nowhere", "abc") + get("/"));
    EXPECT_EQ(status_of(client.read_answer()), 401U);
    EXPECT_EQ(status_of(client.read_answer()), 404U);
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Serving, NamesAllowedMethods) {
    Served served;
    RawClient client(served.port());
    client.send("DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\nOPTIONS /v1/items/1 HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 405U);
    EXPECT_EQ(header_of(answer, "Allow"), "POST, OPTIONS");
    const std::string options = client.read_answer();
    EXPECT_EQ(status_of(options), 204U);
    EXPECT_EQ(header_of(options, "Allow"), "GET, HEAD, OPTIONS");
}

TEST(Serving, AHandlerThatThrowsTellsNobodyWhy) {
    Served served;
    RawClient client(served.port());
    client.send(get("/throws") + get("/"));
    const std::string answer = client.read_answer();
    EXPECT_EQ(status_of(answer), 500U);
    EXPECT_EQ(answer.find("secret"), std::string::npos);
    EXPECT_EQ(body_of(client.read_answer()), "hello");
}

TEST(Serving, ReflectedTextCannotAddHeaders) {
    Served served;
    RawClient client(served.port());
    client.send(get("/inject?v=a%0d%0aSet-Cookie:%20b=1"));
    const std::string answer = client.read_answer();
    EXPECT_EQ(header_of(answer, "Set-Cookie"), "");
    EXPECT_EQ(header_of(answer, "X-Reflected"), "a  Set-Cookie: b=1");
}

TEST(Serving, EveryAnswerCarriesTheSameGuards) {
    Served served;
    for (const char* target : {"/", "/nowhere", "/throws", "/%zz"}) {
        RawClient client(served.port());
        client.send(get(target));
        const std::string answer = client.read_answer();
        EXPECT_EQ(header_of(answer, "X-Content-Type-Options"), "nosniff") << target;
        EXPECT_EQ(header_of(answer, "Referrer-Policy"), "no-referrer") << target;
        EXPECT_EQ(header_of(answer, "Cache-Control"), "no-store") << target;
        EXPECT_EQ(header_of(answer, "Date").size(), 29U) << target;
    }
}

TEST(Serving, SpreadsConnectionsOverItsThreads) {
    Served served({}, 3);
    std::vector<std::string> seen;
    for (int i = 0; i < 6; ++i) {
        RawClient client(served.port());
        client.send(get("/whoami"));
        seen.push_back(body_of(client.read_answer()));
    }
    std::sort(seen.begin(), seen.end());
    EXPECT_EQ(seen, (std::vector<std::string>{
                        "127.0.0.1 loopback 0", "127.0.0.1 loopback 0", "127.0.0.1 loopback 1",
                        "127.0.0.1 loopback 1", "127.0.0.1 loopback 2", "127.0.0.1 loopback 2"}));
}

// One thread serves all of them, and a whole buffer of requests may stand there when others come.
TEST(Serving, RequestsBehindEachOtherLetOthersIn) {
    Served served;
    RawClient other(served.port());
    other.send(get("/ticks"));
    EXPECT_EQ(body_of(other.read_answer()), "0");
    RawClient many(served.port());
    std::string requests = get("/hold");
    for (int i = 0; i < 100; ++i) {
        requests += get("/tick");
    }
    many.send(requests);
    while (!served.holding()) {
        std::this_thread::yield();
    }
    other.send(get("/ticks"));
    served.release();
    EXPECT_LT(std::stoi(body_of(other.read_answer())), 50);
    for (int i = 0; i < 101; ++i) {
        EXPECT_EQ(body_of(many.read_answer()), "hello") << i;
    }
}

TEST(Serving, WhomAProxyHereSpeaksForIsNotHere) {
    Served served;
    for (const std::string_view header : {"Forwarded: for=192.0.2.1", "X-Forwarded-For: 192.0.2.1", "Via: 1.1 proxy"}) {
        RawClient client(served.port());
        client.send("GET /whoami HTTP/1.1\r\nHost: a\r\n" + std::string(header) + "\r\n\r\n");
        EXPECT_EQ(body_of(client.read_answer()), "127.0.0.1 remote 0") << header;
    }
}

TEST(Serving, ManyClientsAtOnceEachGetTheirOwn) {
    Served served({}, 2);
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&, t] {
            RawClient client(served.port());
            for (int i = 0; i < 100; ++i) {
                const std::string body = std::to_string(t) + ":" + std::to_string(i);
                client.send(post("/echo", body));
                good += body_of(client.read_answer()) == body ? 1 : 0;
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(good.load(), 800);
}

TEST(Serving, SaysWhyItCannotListen) {
    Served first;
    server::http::Server::Options options;
    options.port = first.port();
    const auto second = server::http::Server::listen(options, {}, {});
    ASSERT_FALSE(second);
    EXPECT_NE(second.error().find("port " + std::to_string(first.port())), std::string::npos);
    options.address = "not-an-address";
    EXPECT_FALSE(server::http::Server::listen(options, {}, {}));
}

}  // namespace
}  // namespace hubward::tests
