// SPDX-License-Identifier: Apache-2.0
//
// A folder of a test's own, removed at the end, and a store in it.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include "storage/folder_store.hpp"
#include "storage/master_key.hpp"

namespace hubward::storage::testing {

class Scratch {
  public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "hubward-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

    // A copy of a folder in use, as a kill would leave it. The keeper of the high-water mark renames a
    // file now and then; a copy that met that moment begins again.
    void copy_living(const std::string& from, const std::string& to) const {
        std::error_code gone;
        do {
            std::filesystem::remove_all(path_ / to);
            std::filesystem::copy(path_ / from, path_ / to,
                                  std::filesystem::copy_options::recursive, gone);
        } while (gone == std::errc::no_such_file_or_directory);
        ASSERT_FALSE(gone) << gone.message();
    }

    // Options for a store in <scratch>/data with a master key of the test's own.
    StoreOptions options(const std::string& folder = "data") const {
        StoreOptions o;
        o.folder = path_ / folder;
        o.master_key_file = path_ / "master.key";
        if (!std::filesystem::exists(o.master_key_file)) {
            EXPECT_TRUE(make_master_key(o.master_key_file));
        }
        return o;
    }
    std::unique_ptr<FolderStore> store() const { return store(options()); }
    static std::unique_ptr<FolderStore> store(const StoreOptions& options,
                                              const StoreHooks& hooks = {}) {
        auto opened = FolderStore::open(options, hooks);
        EXPECT_TRUE(opened) << (opened ? "" : opened.error().text);
        return opened ? std::move(*opened) : nullptr;
    }

  private:
    std::filesystem::path path_;
};

inline matcher::Claim claim(matcher::Journal& journal) {
    auto claimed = journal.claim("test", std::chrono::seconds(30));
    EXPECT_TRUE(claimed);
    return claimed.value_or(matcher::Claim{});
}

// What became of one append.
inline matcher::Append append(matcher::Journal& journal, const matcher::Claim& claim,
                              const matcher::SharedBatch& batch) {
    auto result = matcher::Append::refused;
    int calls = 0;
    journal.append(claim, batch, [&](matcher::Append a, matcher::Sequence) {
        result = a;
        ++calls;
    });
    EXPECT_EQ(calls, 1);
    return result;
}

}  // namespace hubward::storage::testing
