// SPDX-License-Identifier: Apache-2.0
#include "server/feed/answers.hpp"

namespace hubward::server::feed {

http::Frame subscribed_frame(std::string_view ref, std::string_view stream,
                             std::string_view base_url, const storage::StreamBounds& bounds,
                             const Start& start, std::uint32_t window) {
    const std::string snapshot = start.recovered ? std::string() : snapshot_url(base_url, stream);
    Subscribed answer;
    answer.ref = ref;
    answer.stream = stream;
    answer.epoch = bounds.epoch;
    answer.after = start.after;
    answer.head = bounds.head;
    answer.floor = bounds.floor;
    answer.recovered = start.recovered;
    answer.reason = start.reason;
    answer.snapshot_url = snapshot;
    answer.window = window;
    return subscribed_frame(answer);
}

std::string snapshot_url(std::string_view base_url, std::string_view stream) {
    std::string url(base_url);
    if (stream.starts_with("hub/")) {
        return url.append("/v1/hubs/").append(stream.substr(4)).append("/offers");
    }
    return url.append("/v1/referrals");
}

std::string reader_name(const auth::Principal& who, std::string_view client_id,
                        std::string_view stream) {
    std::string name(matcher::name(who.role));
    return name.append("/").append(who.subject).append(" ").append(client_id).append(" ").append(
        stream);
}

After stored_or(const FeedServices& services, const After& wanted, std::string_view reader) {
    if (!std::holds_alternative<Stored>(wanted)) {
        return wanted;
    }
    const auto known = services.cursors == nullptr ? std::nullopt : services.cursors->find(reader);
    if (!known) {
        return Latest{};
    }
    At at;
    at.epoch = known->epoch;
    at.seq = known->seq;
    return at;
}

bool counts_as_present(const auth::Principal& who, std::string_view stream) {
    const std::size_t slash = stream.find('/');
    return slash != stream.npos && matcher::name(who.role) == stream.substr(0, slash) &&
           stream.substr(slash + 1) == who.subject;
}

}  // namespace hubward::server::feed
