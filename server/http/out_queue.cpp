// SPDX-License-Identifier: Apache-2.0
#include "server/http/out_queue.hpp"

#include <sys/uio.h>

#include <utility>

namespace hubward::server::http {

void OutQueue::push(Frame frame) {
    bytes_ += frame->size();
    slots_.push_back(std::move(frame));
}

void OutQueue::push_first(Frame frame) {
    bytes_ += frame->size();
    slots_.insert(slots_.begin() + static_cast<std::ptrdiff_t>(head_), std::move(frame));
}

std::size_t OutQueue::parts(std::span<iovec> into) const {
    std::size_t count = 0;
    std::size_t skip = first_sent_;
    for (std::size_t i = head_; i < slots_.size() && count < into.size(); ++i) {
        // Whoever sends only reads from the parts; iovec has no const form.
        into[count].iov_base = const_cast<char*>(slots_[i]->data() + skip);
        into[count].iov_len = slots_[i]->size() - skip;
        skip = 0;
        ++count;
    }
    return count;
}

void OutQueue::take(std::size_t bytes) {
    bytes_ -= bytes;
    while (bytes != 0) {
        const std::size_t rest = slots_[head_]->size() - first_sent_;
        if (bytes < rest) {
            first_sent_ += bytes;
            break;
        }
        bytes -= rest;
        first_sent_ = 0;
        slots_[head_] = nullptr;
        ++head_;
    }
    if (empty()) {
        slots_.clear();
        head_ = 0;
        if (slots_.capacity() > 16) {
            std::vector<Frame>().swap(slots_);  // a burst leaves nothing behind
        }
    } else if (head_ >= gone_slots_max && head_ >= frames()) {
        slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(head_));
        head_ = 0;
    }
}

void OutQueue::clear() {
    slots_.clear();
    head_ = 0;
    bytes_ = 0;
    first_sent_ = 0;
}

}  // namespace hubward::server::http
