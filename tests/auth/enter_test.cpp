// SPDX-License-Identifier: Apache-2.0
#include "server/auth/enter.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hubward::server::auth {
namespace {

http::Response get(EnterLinks& links, const std::string& path) {
    http::Route route = links.route();
    http::Request request;
    request.path = path;
    request.params.emplace_back("code", path.substr(std::string("/enter/").size()));
    boost::asio::io_context io(1);
    http::Response answer;
    boost::asio::co_spawn(io.get_executor(), route.handle(std::move(request)),
                          [&](const std::exception_ptr& error, http::Response response) {
                              EXPECT_FALSE(error);
                              answer = std::move(response);
                          });
    io.run();
    return answer;
}

std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) {
            return value;
        }
    }
    return {};
}

TEST(EnterLinks, SetTheCookieAndGoOnToThePage) {
    EnterLinks links;
    const http::Response answer = get(links, links.add([] { return std::string("hw1.a.b"); }, "/hub/library"));
    EXPECT_EQ(answer.status, 303U);
    EXPECT_EQ(header(answer, "Location"), "/hub/library");
    EXPECT_EQ(header(answer, "Set-Cookie"),
              "hubward_session=hw1.a.b; Path=/; HttpOnly; SameSite=Strict");
    EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
}

TEST(EnterLinks, NeverCarryTheTokenInTheUrl) {
    EnterLinks links;
    const std::string path = links.add([] { return std::string("hw1.secret.mac"); }, "/");
    EXPECT_EQ(path.find("secret"), std::string::npos);
    EXPECT_GE(path.size(), std::string("/enter/").size() + 22);
}

TEST(EnterLinks, EachLogInIsASessionOfItsOwn) {
    EnterLinks links;
    int sessions = 0;
    const std::string path = links.add([&] { return "hw1." + std::to_string(++sessions) + ".b"; }, "/");
    EXPECT_NE(header(get(links, path), "Set-Cookie"), header(get(links, path), "Set-Cookie"));
}

TEST(EnterLinks, UnknownCodesGetNothing) {
    EnterLinks links;
    const std::string path = links.add([] { return std::string("hw1.a.b"); }, "/");
    const http::Response answer = get(links, path + "x");
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(header(answer, "Set-Cookie"), "");
}

}  // namespace
}  // namespace hubward::server::auth
