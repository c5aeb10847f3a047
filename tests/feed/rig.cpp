// SPDX-License-Identifier: Apache-2.0
#include "tests/feed/rig.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <stdexcept>

#include "server/wire/json_reader.hpp"
#include "server/wire/schema_check.hpp"

namespace hubward::tests {
namespace {

matcher::State two_hubs() {
    matcher::State state;
    for (const std::string_view slug : {"library", "church-hall"}) {
        matcher::Hub hub;
        hub.profile.id = {1, state.hubs.size() + 1};
        hub.profile.slug = matcher::HubSlug(slug);
        hub.profile.place = matcher::PlaceCode("leeds");
        state.hubs.push_back(hub);
    }
    state.rebuild_indexes();
    return state;
}

}  // namespace

std::string payload_of(const server::http::Frame& frame) {
    return std::string(server::http::text_of(*frame));
}

storage::StreamBounds ListLog::bounds(std::string_view stream) {
    const std::lock_guard lock(mutex_);
    storage::StreamBounds bounds;
    bounds.epoch = epoch_;
    if (const auto found = streams_.find(stream); found != streams_.end()) {
        bounds.head = found->second.size();
        const auto floor = floors_.find(stream);
        bounds.floor = floor == floors_.end() ? 1 : floor->second;
    }
    return bounds;
}

std::vector<storage::StreamEvent> ListLog::read(std::string_view stream, std::uint64_t after,
                                                std::size_t limit) {
    const std::lock_guard lock(mutex_);
    ++reads;
    std::vector<storage::StreamEvent> out;
    const auto found = streams_.find(stream);
    if (unreadable || found == streams_.end()) {
        return out;
    }
    const auto floor = floors_.find(stream);
    if (floor != floors_.end() && after + 1 < floor->second) {
        after = floor->second - 1;
    }
    for (std::size_t i = after; i < found->second.size() && out.size() < limit; ++i) {
        out.push_back(found->second[i]);
    }
    return out;
}

matcher::SharedBatch ListLog::append(const std::string& stream, matcher::HubIndex hub) {
    const std::lock_guard lock(mutex_);
    matcher::CapacityReported event;
    event.hub = hub;
    event.hub_seq = streams_[stream].size() + 1;
    return add(stream, event);
}

matcher::SharedBatch ListLog::append_expiry(const std::string& stream, matcher::HubIndex hub) {
    const std::lock_guard lock(mutex_);
    matcher::OfferExpired event;
    event.on.hub = hub;
    event.on.hub_seq = streams_[stream].size() + 1;
    return add(stream, event);
}

matcher::SharedBatch ListLog::add(const std::string& stream, matcher::Event event) {
    auto batch = std::make_shared<matcher::Batch>();
    batch->first = ++last_;
    batch->count = 1;
    batch->events.push_back(event);
    matcher::Entry entry;
    entry.number = last_;
    entry.event_count = 1;
    batch->entries.push_back(entry);
    storage::StreamEvent at;
    at.number = last_;
    at.batch = batch;
    at.entry = &batch->entries.front();
    at.event = &batch->events.front();
    for (const std::string& name : {stream, std::string("place/leeds")}) {
        auto& events = streams_[name];
        at.seq = events.size() + 1;
        events.push_back(at);
    }
    return batch;
}

void ListLog::forget_before(const std::string& stream, std::uint64_t floor) {
    const std::lock_guard lock(mutex_);
    floors_[stream] = floor;
}

void ListLog::renew_epoch(std::string epoch) {
    const std::lock_guard lock(mutex_);
    epoch_ = std::move(epoch);
}

// The contract holds for every frame of every test.
void expect_documented(const std::string& frame) {
    static const auto contract = [] {
        std::ifstream in(HUBWARD_ASYNCAPI_FILE);
        const std::string text{std::istreambuf_iterator<char>(in), {}};
        return server::wire::SchemaCheck::load(text).value();
    }();
    const auto faults =
        contract.faults("ServerFrame", frame, server::wire::SchemaCheck::Unknown::told);
    EXPECT_TRUE(faults.empty()) << faults.front() << " in " << frame;
}

bool ListSocket::send(server::http::Frame frame) {
    if (closed != 0) {
        return false;
    }
    if (judges_frames) {
        expect_documented(payload_of(frame));
    }
    frames.push_back(std::move(frame));
    queued_ += stuck ? 1U : 0U;
    return true;
}

void ListSocket::unstick() {
    stuck = false;
    queued_ = 0;
}

std::vector<std::string> ListSocket::texts() const {
    std::vector<std::string> out;
    for (const auto& frame : frames) {
        out.push_back(payload_of(frame));
    }
    return out;
}

std::vector<std::string> ListSocket::with(std::string_view part) const {
    std::vector<std::string> out = texts();
    std::erase_if(out, [&](const std::string& text) { return text.find(part) == std::string::npos; });
    return out;
}

std::vector<std::uint64_t> ListSocket::seqs() const {
    std::vector<std::uint64_t> out;
    for (const std::string& text : with(R"("t":"event")")) {
        const auto json = server::wire::read_json(text);
        out.push_back(static_cast<std::uint64_t>(json->find("seq")->integer().value()));
    }
    return out;
}

Rig::Rig(server::feed::FeedTimes times, std::uint64_t replay_events_max)
    : view(two_hubs()),
      feed(
          server::feed::FeedServices{
              .view = view,
              .events = log,
              .tokens = *tokens,
              .clock = clock,
              .encode =
                  [this](const storage::StreamEvent& event, std::string_view stream,
                         server::wire::Detail detail) {
                      if (!encodes) {
                          throw std::runtime_error("not encoded");
                      }
                      ++encoded;
                      server::wire::EventSubject subject;
                      subject.hub = {"library", "The library"};
                      return server::wire::encode_event(*event.entry, *event.event, subject, stream,
                                                        event.seq, event.number, detail);
                  },
              .base_url = "http://test",
              .version = "test",
              .times = times,
              .cursors = cursors.get(),
              .replay_events_max = replay_events_max,
              .delivered = {}},
          1) {
    feed.serve({loop.get_executor()});
}

std::string Rig::token(matcher::Role role, std::string subject, matcher::Timestamp expires) {
    server::auth::Principal principal;
    principal.role = role;
    principal.subject = std::move(subject);
    principal.expires = expires;
    return tokens->mint(principal);
}

Rig::Client Rig::client(std::string token) {
    Client made;
    made.socket = std::make_shared<ListSocket>(loop.get_executor());
    std::optional<server::feed::Identity> identity;
    if (!token.empty()) {
        identity.emplace(server::feed::Identity{tokens->check(token, clock.now()).value(), token});
    }
    made.session = std::make_unique<server::feed::FeedSession>(feed.shared_thread(0), made.socket,
                                                               std::move(identity));
    made.session->greet();
    return made;
}

Rig::Client Rig::library() { return client(token(matcher::Role::hub, "library")); }

void Rig::happen(std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        feed.publish(log.append("hub/library", matcher::HubIndex{0}), matcher::StageTimes{});
    }
    run();
}

void Rig::expire() {
    feed.publish(log.append_expiry("hub/library", matcher::HubIndex{0}), matcher::StageTimes{});
    run();
}

void Rig::pass(std::chrono::milliseconds time) {
    clock.advance(time);
    feed.thread(0).tick();
    run();
}

}  // namespace hubward::tests
