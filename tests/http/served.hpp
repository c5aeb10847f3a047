// SPDX-License-Identifier: Apache-2.0
//
// A real server on a free port of 127.0.0.1 with a handful of routes, for tests that speak to it.
//
//   GET  /                 200 "hello"             GET /v1/items/{id}   200, id as body
//   POST /echo             201, the body; 64 KB    POST /count          201, number of body bytes
//   GET  /smuggled         200, counted: no test may ever reach it
//   GET  /closing          200, handler asks for close
//   GET  /throws           handler throws          POST /guarded        admit answers 401
//   GET  /big              200, 8 MB               GET /inject          a header value with CR LF
//   GET  /slow             answers after 150 ms    GET /whoami          peer and thread
//   GET  /hold             holds its thread until release()
//   GET  /tick             one more               GET /ticks            how many there were
//   GET  /ws               WebSocket echo          GET /ws/guarded      admit checks Origin
//   GET  /ws/flood         sends until the queue is full, then says how much fitted in
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "server/http/server.hpp"

namespace hubward::tests {

class Served {
  public:
    explicit Served(server::http::Limits limits = {}, unsigned threads = 1);
    ~Served();

    std::uint16_t port() const { return server->port(); }
    unsigned smuggled() const { return smuggled_.load(); }
    unsigned handled() const { return handled_.load(); }
    bool holding() const { return holding_.load(); }
    void release() { holding_.store(false); }
    // (frames, bytes) that /ws/flood could queue; waits until it has happened.
    std::pair<std::size_t, std::size_t> flooded() const;

    std::unique_ptr<server::http::Server> server;

  private:
    std::vector<server::http::Route> routes();

    std::atomic<unsigned> smuggled_{0};
    std::atomic<unsigned> handled_{0};
    std::atomic<unsigned> ticks_{0};
    std::atomic<bool> holding_{false};
    std::atomic<std::size_t> flood_frames_{0};
    std::atomic<std::size_t> flood_bytes_{0};
    std::atomic<bool> flood_done_{false};
};

}  // namespace hubward::tests
