// SPDX-License-Identifier: Apache-2.0
#include "tests/power/sim_files.hpp"

namespace hubward::test {

namespace {

using storage::Disk;
using storage::FileHandle;

std::unexpected<std::string> cannot(const char* doing, const Disk::Path& path) {
    return std::unexpected(std::string("cannot ") + doing + " " + path.string() + ": simulated");
}

class SimOutput final : public Disk::Output {
  public:
    SimOutput(SimDisk& disk, SimDisk::NodePtr file, Disk::Path path, std::size_t at = 0)
        : disk_(disk), file_(std::move(file)), path_(std::move(path)), at_(at) {}
    Disk::Done write(std::string_view bytes) override {
        const auto done = at_ == file_->bytes.size()
                              ? disk_.append(file_, path_.native(), bytes)
                              : disk_.overwrite(file_, path_.native(), at_, bytes);
        if (!done) {
            return cannot("write", path_);
        }
        at_ += bytes.size();
        return {};
    }
    Disk::Done end_here() override {
        return disk_.truncate(file_, path_.native(), at_) ? Disk::Done() : cannot("cut", path_);
    }
    Disk::Done sync() override {
        if (!disk_.sync(file_, path_.native())) {
            return cannot("sync", path_);
        }
        return {};
    }

  private:
    SimDisk& disk_;
    SimDisk::NodePtr file_;
    Disk::Path path_;
    std::size_t at_;
};

class SimFiles final : public Disk {
  public:
    explicit SimFiles(SimDisk& disk) : disk_(disk) {}

    bool exists(const Path& path) override { return disk_.find(path.native()) != nullptr; }
    std::expected<std::string, std::string> read(const Path& path) override {
        const auto file = disk_.find(path.native());
        if (file == nullptr || file->folder || !disk_.look(path.native())) {
            return cannot("read", path);
        }
        return file->bytes;
    }
    std::expected<std::string, std::string> read_part(const Path& path, std::uint64_t offset,
                                                      std::size_t bytes) override {
        auto whole = read(path);
        if (!whole || offset > whole->size()) {
            return whole ? std::string() : std::move(whole);
        }
        return whole->substr(offset, bytes);
    }
    std::expected<std::vector<std::string>, std::string> files_in(const Path& folder) override {
        const auto node = disk_.find(folder.native());
        if (node == nullptr || !node->folder || !disk_.look(folder.native())) {
            return cannot("list", folder);
        }
        std::vector<std::string> names;
        for (const auto& [name, child] : node->names) {
            if (!child->folder) {
                names.push_back(name);
            }
        }
        return names;
    }
    std::expected<std::unique_ptr<Output>, std::string> create(const Path& path,
                                                               unsigned /*mode*/) override {
        auto file = disk_.create(path.native());
        if (!file) {
            return cannot("create", path);
        }
        return std::make_unique<SimOutput>(disk_, *std::move(file), path);
    }
    std::expected<std::unique_ptr<Output>, std::string> overwrite(const Path& path,
                                                                  std::uint64_t offset) override {
        auto file = disk_.find(path.native());
        if (file == nullptr) {
            return cannot("open", path);
        }
        return std::make_unique<SimOutput>(disk_, std::move(file), path, offset);
    }
    Done rename(const Path& from, const Path& to) override {
        return said("replace", to, disk_.rename(from.native(), to.native()));
    }
    Done link(const Path& file, const Path& name) override {
        return said("link", name, disk_.link(file.native(), name.native()));
    }
    std::expected<bool, std::string> same_file(const Path& one, const Path& other) override {
        const auto first = disk_.find(one.native());
        const auto second = disk_.find(other.native());
        if (first == nullptr || second == nullptr || !disk_.look(one.native())) {
            return cannot("look at", one);
        }
        return first == second;
    }
    Done remove(const Path& path) override {
        const auto done = disk_.remove(path.native());
        return done || done.error() == DiskFault::missing ? Done() : cannot("remove", path);
    }
    Done remove_all(const Path& folder) override { return remove(folder); }
    Done make_folders(const Path& folder) override {
        Path upto;
        for (const Path& part : folder) {
            upto /= part;
            if (!exists(upto)) {
                if (auto made = disk_.make_folder(upto.native()); !made) {
                    return cannot("create", upto);
                }
            }
        }
        return {};
    }
    Done sync_folder(const Path& folder) override {
        return said("sync", folder, disk_.sync_folder(folder.native()));
    }
    std::expected<std::optional<FileHandle>, std::string> lock(const Path& /*path*/) override {
        return std::optional<FileHandle>(FileHandle());  // one process at a time by construction
    }

  private:
    static Done said(const char* doing, const Path& path, const SimDisk::Done& done) {
        return done ? Done() : cannot(doing, path);
    }
    SimDisk& disk_;
};

}  // namespace

std::unique_ptr<Disk> files_on(SimDisk& disk) {
    return std::make_unique<SimFiles>(disk);
}

}  // namespace hubward::test
