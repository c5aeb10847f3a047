// SPDX-License-Identifier: Apache-2.0
#include "tests/power/sim_disk.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace hubward::test {

SimDisk::SimDisk(std::uint64_t seed) : random_(seed), root_(std::make_shared<Node>()) {
    root_->folder = true;
}

SimDisk::NodePtr SimDisk::find(std::string_view path) {
    NodePtr node = root_;
    while (node != nullptr && !path.empty()) {
        const std::size_t end = std::min(path.find('/'), path.size());
        if (end > 0) {
            const auto next = node->names.find(path.substr(0, end));
            node = next == node->names.end() ? nullptr : next->second;
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return node;
}

SimDisk::NodePtr SimDisk::folder_of(std::string_view path, std::string& name) {
    while (path.ends_with('/')) {
        path.remove_suffix(1);
    }
    const std::size_t slash = path.rfind('/');
    name = path.substr(slash + 1);
    NodePtr folder = find(path.substr(0, slash));
    return folder != nullptr && folder->folder ? folder : nullptr;
}

SimDisk::Done SimDisk::touch(Kind kind, std::string_view path, std::uint64_t amount) {
    if (std::this_thread::get_id() != owner_) {
        std::abort();  // a thread that nobody scheduled: nothing could be repeated any more
    }
    const auto mix = [this](std::uint64_t value) { hash_ = (hash_ ^ value) * 0x100'0000'01b3ULL; };
    ++operations_;
    mix(std::to_underlying(kind));
    mix(amount);
    for (const char c : path) {
        mix(static_cast<unsigned char>(c));
    }
    if (cut_armed_ && cut_left_-- == 0) {
        cut_armed_ = false;
        off_ = true;
        ++faults_;
    }
    if (off_) {
        return std::unexpected(DiskFault::power_off);
    }
    Planned& planned = planned_[std::to_underlying(kind)];
    if (planned.armed && planned.left-- == 0) {
        planned.armed = false;
        ++faults_;
        return std::unexpected(planned.how);
    }
    if (full_ && kind == Kind::write) {
        ++faults_;
        return std::unexpected(DiskFault::no_space);
    }
    return {};
}

SimDisk::Done SimDisk::look(std::string_view path) {
    return touch(Kind::read, path, 0);
}

std::expected<SimDisk::NodePtr, DiskFault> SimDisk::create(std::string_view path) {
    if (auto done = touch(Kind::name, path, 1); !done) {
        return std::unexpected(done.error());
    }
    std::string name;
    const NodePtr folder = folder_of(path, name);
    if (folder == nullptr) {
        return std::unexpected(DiskFault::missing);
    }
    NodePtr file = std::make_shared<Node>();
    folder->names[name] = file;
    folder->unsafe.push_back({name, file, ""});
    return file;
}

SimDisk::Done SimDisk::append(const NodePtr& file, std::string_view path, std::string_view bytes) {
    if (auto done = touch(Kind::write, path, bytes.size()); !done) {
        if (done.error() == DiskFault::no_space || done.error() == DiskFault::io_error) {
            // Such a write may get half-way, as the kernel's do.
            file->bytes.append(bytes.substr(0, random_.below(bytes.size() + 1)));
        }
        return done;
    }
    file->bytes.append(bytes);
    return {};
}

SimDisk::Done SimDisk::overwrite(const NodePtr& file, std::string_view path, std::size_t at,
                                 std::string_view bytes) {
    if (auto done = touch(Kind::write, path, bytes.size()); !done) {
        return done;
    }
    if (at < file->synced && file->before == nullptr) {
        file->before = std::make_unique<std::string>(file->bytes, 0, file->synced);
    }
    if (file->bytes.size() < at + bytes.size()) {
        file->bytes.resize(at + bytes.size());
    }
    file->bytes.replace(at, bytes.size(), bytes);
    return {};
}

SimDisk::Done SimDisk::truncate(const NodePtr& file, std::string_view path, std::size_t size) {
    const bool was_full = std::exchange(full_, false);  // less needs no room
    const auto done = touch(Kind::write, path, size);
    full_ = was_full;
    if (!done) {
        return done;
    }
    if (size < file->synced && file->before == nullptr) {
        file->before = std::make_unique<std::string>(file->bytes, 0, file->synced);
    }
    file->bytes.resize(size);
    return {};
}

SimDisk::Done SimDisk::sync(const NodePtr& file, std::string_view path) {
    if (auto done = touch(Kind::sync, path, file->bytes.size()); !done) {
        return done;  // what was not safe stays so; the next sync may say otherwise, as kernels do
    }
    file->synced = file->bytes.size();
    file->before.reset();
    return {};
}

SimDisk::Done SimDisk::make_folder(std::string_view path) {
    if (auto done = touch(Kind::name, path, 2); !done) {
        return done;
    }
    std::string name;
    const NodePtr parent = folder_of(path, name);
    if (parent == nullptr) {
        return std::unexpected(DiskFault::missing);
    }
    if (!name.empty() && !parent->names.contains(name)) {
        NodePtr folder = std::make_shared<Node>();
        folder->folder = true;
        parent->names[name] = folder;
        parent->unsafe.push_back({name, folder, ""});
    }
    return {};
}

SimDisk::Done SimDisk::remove(std::string_view path) {
    if (auto done = touch(Kind::name, path, 3); !done) {
        return done;
    }
    std::string name;
    const NodePtr folder = folder_of(path, name);
    if (folder == nullptr || folder->names.erase(name) == 0) {
        return std::unexpected(DiskFault::missing);
    }
    folder->unsafe.push_back({name, nullptr, ""});
    return {};
}

SimDisk::Done SimDisk::rename(std::string_view from, std::string_view to) {
    if (auto done = touch(Kind::name, to, 4); !done) {
        return done;
    }
    std::string old_name;
    std::string new_name;
    const NodePtr folder = folder_of(from, old_name);
    if (folder == nullptr || folder != folder_of(to, new_name)) {
        return std::unexpected(DiskFault::missing);
    }
    const auto moved = folder->names.extract(old_name);
    if (moved.empty()) {
        return std::unexpected(DiskFault::missing);
    }
    folder->names[new_name] = moved.mapped();
    folder->unsafe.push_back({new_name, moved.mapped(), old_name});
    return {};
}

SimDisk::Done SimDisk::link(std::string_view file, std::string_view name) {
    if (auto done = touch(Kind::name, name, 6); !done) {
        return done;
    }
    std::string old_name;
    std::string new_name;
    const NodePtr folder = folder_of(file, old_name);
    if (folder == nullptr || folder != folder_of(name, new_name) || !folder->names.contains(old_name) ||
        folder->names.contains(new_name)) {
        return std::unexpected(DiskFault::missing);
    }
    const NodePtr linked = folder->names.at(old_name);
    folder->names[new_name] = linked;
    folder->unsafe.push_back({new_name, linked, ""});
    return {};
}

SimDisk::Done SimDisk::sync_folder(std::string_view path) {
    if (auto done = touch(Kind::sync, path, 5); !done) {
        return done;
    }
    const NodePtr folder = find(path);
    if (folder == nullptr || !folder->folder) {
        return std::unexpected(DiskFault::missing);
    }
    folder->safe_names = folder->names;
    folder->unsafe.clear();
    return {};
}

void SimDisk::cut_power_after(std::uint64_t operations) {
    cut_armed_ = true;
    cut_left_ = operations;
}

void SimDisk::fail_after(Kind kind, std::uint64_t operations, DiskFault how) {
    planned_[std::to_underlying(kind)] = {true, operations, how};
}

void SimDisk::process_ends() {
    for (Planned& planned : planned_) {
        planned = {};
    }
    cut_armed_ = false;
    full_ = false;
    off_ = false;
}

void SimDisk::power_returns() {
    settle(*root_);
    process_ends();
}

// The length is there, and of each page behind `from` either all or nothing.
void SimDisk::lose_pages(std::string& bytes, std::size_t from) {
    constexpr std::size_t page = 4096;
    while (from < bytes.size()) {
        const std::size_t end = std::min(bytes.size(), (from / page + 1) * page);
        if (random_.chance(50)) {
            std::fill(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                      bytes.begin() + static_cast<std::ptrdiff_t>(end), '\0');
            bytes_lost_ += end - from;
        }
        from = end;
    }
}

void SimDisk::settle(Node& node) {
    if (!node.folder) {
        if (node.before != nullptr) {
            // Overwritten in place: old blocks, new ones, or new up to somewhere.
            std::string mixed = *node.before;
            const std::size_t upto = random_.below(std::min(mixed.size(), node.bytes.size()) + 1);
            mixed.replace(0, upto, node.bytes, 0, upto);
            if (node.bytes.size() < mixed.size() && random_.chance(50)) {
                mixed.resize(node.bytes.size());  // it was cut, and the new length got through
            }
            node.bytes = std::move(mixed);
            ++bytes_lost_;
        } else if (node.bytes.size() > node.synced) {
            const std::size_t unsafe = node.bytes.size() - node.synced;
            if (random_.chance(35)) {
                lose_pages(node.bytes, node.synced);
            } else {
                const std::size_t kept = random_.below(unsafe + 1);
                node.bytes.resize(node.synced + kept);
                bytes_lost_ += unsafe - kept;
            }
        }
        node.before.reset();
        node.synced = node.bytes.size();
        return;
    }
    const std::size_t kept = random_.below(node.unsafe.size() + 1);
    names_lost_ += node.unsafe.size() - kept;
    for (std::size_t i = 0; i < kept; ++i) {
        Node::Change& change = node.unsafe[i];
        if (!change.from.empty()) {
            node.safe_names.erase(change.from);
        }
        if (change.node == nullptr) {
            node.safe_names.erase(change.name);
        } else {
            node.safe_names[change.name] = change.node;
        }
    }
    node.unsafe.clear();
    node.names = node.safe_names;
    for (const auto& [name, child] : node.names) {
        settle(*child);
    }
}

}  // namespace hubward::test
