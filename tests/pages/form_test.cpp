// SPDX-License-Identifier: Apache-2.0
#include "server/pages/form.hpp"

#include <gtest/gtest.h>

#include "server/pages/visit.hpp"

namespace hubward::tests {
namespace {

using server::pages::Form;

TEST(Form, DecodesFields) {
    const auto form = Form::read("reason=no-capacity&note=a+b%26c%C3%A9&empty=&bare");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->value("reason"), "no-capacity");
    EXPECT_EQ(form->value("note"), "a b&c\xC3\xA9");
    EXPECT_EQ(form->value("empty"), "");
    EXPECT_EQ(form->value("absent"), "");
}

TEST(Form, RefusesWhatIsNoForm) {
    EXPECT_FALSE(Form::read("a=%"));
    EXPECT_FALSE(Form::read("a=%4"));
    EXPECT_FALSE(Form::read("a=%zz"));
    EXPECT_FALSE(Form::read("a=%ff")) << "no UTF-8";
    std::string many;
    for (int i = 0; i < 97; ++i) {
        many += "a=1&";
    }
    EXPECT_FALSE(Form::read(many));
}

TEST(Form, ReadsWholeNumbersOnly) {
    const auto form = Form::read("a=12&b=-1&c=1.5&d=&e=9999999&f=12x&g=0");
    ASSERT_TRUE(form);
    EXPECT_EQ(form->number("a"), 12u);
    EXPECT_EQ(form->number("g"), 0u);
    for (const char* name : {"b", "c", "d", "e", "f", "absent"}) {
        EXPECT_FALSE(form->number(name)) << name;
    }
}

server::http::Request request(std::initializer_list<server::http::Header> headers) {
    server::http::Request made;
    made.headers = headers;
    return made;
}

// A page of another site can make a browser post with our cookie; the browser tells where from.
TEST(Form, IsTakenFromOurPagesOnly) {
    using server::pages::from_our_page;
    const server::http::Header host{"Host", "hubs.example"};
    const server::http::Header cookie{"Cookie", "hubward_session=t"};
    EXPECT_TRUE(from_our_page(request({host, cookie, {"Origin", "https://hubs.example"}})));
    EXPECT_TRUE(from_our_page(request({host, cookie, {"Sec-Fetch-Site", "same-origin"}})));
    EXPECT_FALSE(from_our_page(request({host, cookie, {"Origin", "https://evil.example"}})));
    EXPECT_FALSE(from_our_page(request({host, cookie, {"Origin", "null"}})));
    EXPECT_FALSE(from_our_page(request({host, cookie, {"Sec-Fetch-Site", "cross-site"}})));
    EXPECT_FALSE(from_our_page(request({host, cookie})));
    EXPECT_TRUE(from_our_page(request({host, {"Authorization", "Bearer t"}})));
}

}  // namespace
}  // namespace hubward::tests
