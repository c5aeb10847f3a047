// SPDX-License-Identifier: Apache-2.0
#include "server/api/new_id.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "matcher/invariant.hpp"
#include "server/wire/referral_json.hpp"

namespace hubward::server::api {
namespace {

// One system call serves some hundred ids. Bytes are used once and wiped behind us, so that a
// later look into memory does not tell earlier ids.
class RandomPool {
  public:
    std::uint64_t next() {
        if (used_ + sizeof(std::uint64_t) > bytes_.size()) {
            refill();
        }
        std::uint64_t word = 0;
        std::memcpy(&word, bytes_.data() + used_, sizeof word);
        std::memset(bytes_.data() + used_, 0, sizeof word);
        used_ += sizeof word;
        return word;
    }

  private:
    void refill() {
        std::size_t filled = 0;
        while (filled < bytes_.size()) {
            const ssize_t got = getrandom(bytes_.data() + filled, bytes_.size() - filled, 0);
            matcher::invariant(got > 0 || errno == EINTR, "the kernel gives no random bytes");
            filled += got > 0 ? static_cast<std::size_t>(got) : 0;
        }
        used_ = 0;
    }

    std::array<unsigned char, 2048> bytes_{};
    std::size_t used_ = sizeof(bytes_);
};

std::uint64_t random_word() {
    thread_local RandomPool pool;
    return pool.next();
}

constexpr std::uint64_t variant = 0x8000'0000'0000'0000ULL;  // RFC 9562: the two top bits are 10
constexpr std::uint64_t below_variant = 0x3fff'ffff'ffff'ffffULL;

}  // namespace

matcher::ReferralId new_referral_id(matcher::Timestamp at) {
    const auto ms = static_cast<std::uint64_t>(at.ms < 0 ? 0 : at.ms) & 0xffff'ffff'ffffULL;
    matcher::ReferralId id;
    id.high = ms << 16 | 0x7000U | (random_word() & 0x0fffU);
    id.low = variant | (random_word() & below_variant);
    return id;
}

matcher::TraceId new_trace_id() {
    matcher::TraceId id;
    while (!id) {
        id.high = random_word();
        id.low = random_word();
    }
    return id;
}

std::uint64_t new_span_id() {
    std::uint64_t word = 0;
    while (word == 0) {
        word = random_word();
    }
    return word;
}

std::string new_request_id() {
    matcher::ReferralId id;
    id.high = (random_word() & ~std::uint64_t{0xf000}) | 0x4000U;
    id.low = variant | (random_word() & below_variant);
    return wire::id_text(id);
}

}  // namespace hubward::server::api
