// SPDX-License-Identifier: Apache-2.0
//
// What every Journal promises (matcher/journal.hpp), as one suite over every implementation. A new
// one derives from JournalUnderTest and adds its maker to journal_contract.cpp.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "matcher/journal.hpp"

namespace hubward::storage::testing {

class JournalUnderTest {
  public:
    virtual ~JournalUnderTest() = default;
    virtual matcher::Journal& journal() = 0;
    // The next append ends so.
    virtual void fail_next(matcher::Append how) = 0;
    // Undoes the cause of `unavailable`.
    virtual void heal() {}
    // False when a failed append is final for the handle.
    virtual bool lives_after_unknown() const = 0;
};

struct JournalMaker {
    std::string name;
    std::function<std::unique_ptr<JournalUnderTest>()> make;
};

class JournalContract : public ::testing::TestWithParam<JournalMaker> {
  protected:
    void SetUp() override { under_test_ = GetParam().make(); }
    matcher::Journal& journal() { return under_test_->journal(); }
    JournalUnderTest& under_test() { return *under_test_; }

  private:
    std::unique_ptr<JournalUnderTest> under_test_;
};

}  // namespace hubward::storage::testing
