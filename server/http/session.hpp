// SPDX-License-Identifier: Apache-2.0
//
// One TCP connection from accept to close: read a head, guard, route, admit, read the body, handle,
// answer, again. Pipelined requests are served one after another; that is the back-pressure.
//
// Lives on one I/O thread and is owned by its own coroutine. Every wait has a deadline: the wheel
// cancels the socket's operation and `cut_` says why.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/io_thread.hpp"
#include "server/http/parser.hpp"

namespace hubward::server::http {

class Session final : public DeadlineWheel::Entry, public Drainable {
  public:
    Session(IoThread& thread, Socket socket, Place place, bool loopback);
    ~Session() override;

    // The whole life. Never throws.
    static Task<void> run(std::unique_ptr<Session> self);

    void begin_drain() override;
    void cut() override;

  private:
    // Why the wheel or a drain ended the wait.
    enum class Cut { none, give_back, idle, header, body, write, gone };
    enum class Waiting { no, first_byte, header, body, write };
    enum class Then { next_request, close, linger, upgraded };

    Task<void> serve();
    // True when the head is whole; false when the connection is done with (and answered if need be).
    Task<bool> wait_for_head();
    Task<Then> answer_request();
    // Nothing once the body is whole; else how the connection goes on.
    Task<std::optional<Then>> read_body(Request& request, const Admitted& admitted,
                                        std::size_t body_max);
    Task<std::optional<Then>> read_chunked(Request& request, std::size_t body_max);
    Task<Then> body_ended(Request request);
    Task<bool> fill();  // one read into the buffer
    Task<bool> send_rest(std::string_view head, std::string_view body, std::size_t sent);
    Task<Then> refuse(Request head, unsigned status, std::string_view why);
    Task<void> linger();
    Task<Then> upgrade(Request request, const Route* route);
    Task<Then> stream(Request request, const Route* route);

    void expired() override;
    void wait(Waiting what, std::int64_t deadline_ms);
    void waited();
    std::optional<Response> admit(const Route& route, const Request& request);
    Response refusal(const Request& head, unsigned status, std::string_view why,
                     std::string_view allow);
    Request request_of(const HeadView& head, Verb verb);
    // Unread body that has already arrived is skipped; true when the connection can go on after it.
    bool skip_body(const Admitted& admitted);
    // What the kernel takes at once: nearly always everything.
    std::size_t send_now(std::string_view head, std::string_view body);

    std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }
    void make_room();
    void give_buffer_back();

    IoThread& thread_;
    Socket socket_;
    Place place_;
    bool loopback_;
    RequestParser parser_;
    std::unique_ptr<char[]> buffer_;  // from the pool while there is or may soon be something in it
    std::size_t begin_ = 0;           // bytes [begin_, end_) are read and not used
    std::size_t end_ = 0;
    std::string head_out_;            // kept between answers for its capacity
    std::string path_;                // of the request being served, for a refusal after the handler
    std::int64_t received_ns_ = 0;
    std::size_t head_bytes_ = 0;
    Waiting waiting_ = Waiting::no;
    Cut cut_ = Cut::none;
    bool first_request_ = true;
};

}  // namespace hubward::server::http
