// SPDX-License-Identifier: Apache-2.0
#include "storage/high_water.hpp"

#include <cstring>

#include "storage/disk.hpp"

namespace hubward::storage {

namespace {

constexpr std::string_view magic = "hubward high-water 1\n";

std::string plain(const HighWater& mark) {
    std::string out(magic);
    for (int shift = 0; shift < 64; shift += 8) {
        out.push_back(static_cast<char>(static_cast<unsigned char>(mark.number >> shift)));
    }
    out.append(view(mark.chain_head));
    return out;
}

}  // namespace

std::expected<std::optional<HighWater>, StoreFailure> read_high_water(
    const std::filesystem::path& path, Disk& disk) {
    if (!disk.exists(path)) {
        return std::optional<HighWater>();
    }
    const auto content = disk.read(path);
    if (!content) {
        return std::unexpected(StoreFailure{StoreError::io, content.error()});
    }
    const std::size_t body = magic.size() + 8 + sizeof(Digest);
    if (content->size() != body + sizeof(Digest) || !content->starts_with(magic) ||
        view(blake2b({std::string_view(*content).substr(0, body)})) !=
            std::string_view(*content).substr(body)) {
        return std::unexpected(StoreFailure{StoreError::corrupt, path.string() + " is damaged"});
    }
    HighWater mark;
    for (std::size_t i = 0; i < 8; ++i) {
        mark.number |=
            static_cast<std::uint64_t>(static_cast<unsigned char>((*content)[magic.size() + i]))
            << (8 * i);
    }
    std::memcpy(mark.chain_head.data(), content->data() + magic.size() + 8, sizeof(Digest));
    return std::optional<HighWater>(mark);
}

std::expected<void, std::string> write_high_water(const std::filesystem::path& path,
                                                  const HighWater& mark, Disk& disk) {
    std::string content = plain(mark);
    content.append(view(blake2b({content})));
    return write_file_atomically(path, content, 0640, disk);
}

HighWaterKeeper::HighWaterKeeper(std::filesystem::path path, Disk& disk, bool by_hand)
    : path_(std::move(path)), disk_(disk) {
    if (!by_hand) {
        thread_ = std::thread([this] { run(); });
    }
}

HighWaterKeeper::~HighWaterKeeper() {
    if (!thread_.joinable()) {
        tend();
        return;
    }
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void HighWaterKeeper::raise(const HighWater& mark) {
    bool first = false;
    {
        const std::lock_guard lock(mutex_);
        first = wanted_ == written_;
        wanted_ = mark;
    }
    if (first) {  // while the writer rests it looks by itself when it is done
        changed_.notify_all();
    }
}

void HighWaterKeeper::tend() {
    const std::lock_guard lock(mutex_);
    if (wanted_ != written_) {
        tried(wanted_, write_high_water(path_, wanted_, disk_));
    }
}

bool HighWaterKeeper::tried(const HighWater& mark, const std::expected<void, std::string>& written) {
    if (written) {
        written_ = mark;
        trouble_.clear();
        return true;
    }
    if (trouble_.empty()) {
        failing_since_ = std::chrono::steady_clock::now();
    }
    trouble_ = written.error();
    return false;
}

std::optional<HighWaterKeeper::Late> HighWaterKeeper::late() const {
    const std::lock_guard lock(mutex_);
    if (trouble_.empty()) {
        return std::nullopt;
    }
    return Late{trouble_, std::chrono::steady_clock::now() - failing_since_};
}

void HighWaterKeeper::run() {
    std::unique_lock lock(mutex_);
    while (true) {
        changed_.wait(lock, [this] { return stopping_ || wanted_ != written_; });
        if (wanted_ != written_) {
            const HighWater mark = wanted_;
            lock.unlock();
            // A full disk must not stop the house: the older mark on disk stays true, only weaker.
            const auto written = write_high_water(path_, mark, disk_);
            lock.lock();
            if (!tried(mark, written) && stopping_) {
                return;
            }
        }
        if (stopping_ && wanted_ == written_) {
            return;
        }
        changed_.wait_for(lock, lag_max, [this] { return stopping_; });
    }
}

}  // namespace hubward::storage
