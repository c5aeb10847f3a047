// SPDX-License-Identifier: Apache-2.0
#include "server/feed/frames.hpp"

#include <gtest/gtest.h>

#include "tests/feed/rig.hpp"

namespace hubward::tests {
namespace {

using namespace server::feed;
using Kind = FrameFault::Kind;

TEST(Frames, ReadASubscribeWithAllItsParts) {
    const auto frame = read_frame(
        R"({"t":"subscribe","ref":"a","stream":"hub/x","after":{"epoch":"e1","seq":7},"window":9})");
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->ref, "\"a\"");
    const auto& subscribe = std::get<SubscribeFrame>(frame->body);
    EXPECT_EQ(subscribe.stream, "hub/x");
    EXPECT_EQ(subscribe.window, 9u);
    EXPECT_EQ(std::get<At>(subscribe.after).epoch, "e1");
    EXPECT_EQ(std::get<At>(subscribe.after).seq, 7u);
}

// There are more types than a word has bits.
TEST(Frames, EachTypeOfEventIsOneOfItsOwn) {
    Types all;
    for (const std::string& type : server::wire::event_types()) {
        Types one;
        EXPECT_TRUE(add_type(one, type)) << type;
        EXPECT_EQ(one.count(), 1u) << type;
        EXPECT_EQ((all & one).count(), 0u) << type;
        all |= one;
    }
    EXPECT_TRUE(all.all());
}

// R9: a later version may say more; we listen to what we know.
TEST(Frames, IgnoreUnknownFields) {
    EXPECT_TRUE(read_frame(R"({"t":"hb","mood":{"good":[1,2]}})"));
    EXPECT_TRUE(read_frame(R"({"t":"ack","stream":"hub/x","seq":1,"client_id":"c"})"));
}

TEST(Frames, TellUnreadableFromUnknownFromInvalid) {
    for (const char* text : {"", "{", "[]", "7", "\"t\"", "{\"t\":1}", "{\"T\":\"hb\"}",
                             "{\"t\":\"hb\"} x", "{\"t\":\"hb\",\"t\":\"hb\"}", "{\"t\":\"\"}"}) {
        const auto frame = read_frame(text);
        ASSERT_FALSE(frame) << text;
        EXPECT_EQ(frame.error().kind, Kind::unreadable) << text;
    }
    EXPECT_EQ(read_frame(R"({"t":"publish"})").error().kind, Kind::unknown);
    for (const char* text : {
             R"({"t":"subscribe"})",
             R"({"t":"subscribe","stream":"","after":"latest"})",
             R"({"t":"subscribe","stream":"hub/x"})",
             R"({"t":"subscribe","stream":"hub/x","after":"newest"})",
             R"({"t":"subscribe","stream":"hub/x","after":{"epoch":"e"}})",
             R"({"t":"subscribe","stream":"hub/x","after":{"epoch":"e","seq":-1}})",
             R"({"t":"subscribe","stream":"hub/x","after":{"epoch":"e","seq":1.5}})",
             R"({"t":"subscribe","stream":"hub/x","after":"latest","window":0})",
             R"({"t":"subscribe","stream":"hub/x","after":"latest","window":1025})",
             R"({"t":"ack","stream":"hub/x"})",
             R"({"t":"ack","stream":"hub/x","seq":"1"})",
             R"({"t":"auth"})",
             R"({"t":"unsubscribe"})",
         }) {
        const auto frame = read_frame(text);
        ASSERT_FALSE(frame) << text;
        EXPECT_EQ(frame.error().kind, Kind::invalid) << text;
    }
}

// A reference is given back as it came, but never at length.
TEST(Frames, GiveBackOnlyShortReferences) {
    EXPECT_EQ(read_frame(R"({"t":"x","ref":12})").error().ref, "12");
    const std::string wide(65, 'r');
    EXPECT_EQ(read_frame(R"({"t":"x","ref":")" + wide + "\"}").error().ref, "");
    EXPECT_EQ(read_frame(R"({"t":"x","ref":{"deep":1}})").error().ref, "");
}

// What a token or a stream name holds must never come back in a text.
TEST(Frames, DoNotRepeatWhatCameIn) {
    const auto frame = read_frame(R"({"t":"secret-word","stream":"secret-word"})");
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().detail.find("secret-word"), std::string::npos);
}

TEST(Frames, WriteWhatTheProtocolSays) {
    EXPECT_EQ(payload_of(event_frame("hub/x", "e", 42, R"({"specversion":"1.0"})")),
              R"({"t":"event","stream":"hub/x","epoch":"e","seq":42,"event":{"specversion":"1.0"}})");
    EXPECT_EQ(payload_of(bye_frame(Close::drain, "the service restarts", 1500)),
              R"({"t":"bye","code":1012,"reason":"the service restarts","retry_after_ms":1500})");
    EXPECT_EQ(payload_of(heartbeat_frame(matcher::Timestamp{0}, {{"hub/x", 3, 2}})),
              R"({"t":"hb","now":"1970-01-01T00:00:00.000Z","heads":{"hub/x":3},"sent":{"hub/x":2}})");
    EXPECT_EQ(payload_of(lagging_frame("hub/x", 5, 120000)),
              R"({"t":"lagging","stream":"hub/x","behind":5,"oldest_unacked_ms":120000})");
    EXPECT_EQ(payload_of(error_frame("7", "http://h", forbidden("No."))),
              R"({"t":"error","ref":7,"problem":{"type":"http://h/problems/forbidden",)"
              R"("title":"Your role does not allow this","status":403,"detail":"No."}})");
}

}  // namespace
}  // namespace hubward::tests
