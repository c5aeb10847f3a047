// SPDX-License-Identifier: Apache-2.0
//
// What the world was told: the fold of every entry that became known, and the rules that must hold
// in it whatever the commands are. Knows of a command nothing but who asked for it.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/journal.hpp"
#include "matcher/state.hpp"
#include "storage/hash.hpp"

namespace hubward::test {

class Told {
  public:
    // One durable batch, in order: told by an answer, or found on disk after a crash.
    void hear(const matcher::SharedBatch& batch);
    const matcher::State& state() const { return state_; }
    std::uint64_t events() const { return state_.last; }

    // Empty, or the first thing that is wrong so far.
    const std::string& broken() const { return broken_; }
    // Looks at everything at once; call it when it is worth the time.
    void inspect();

    // The batch that begins at `first`, as it was told; compared byte by byte.
    bool is_as_told(const matcher::Batch& batch) const;
    // The journal numbers of a stream's events, in order; empty for a stream never heard of.
    const std::vector<matcher::Sequence>& stream(const std::string& name) const;
    const std::map<std::string, std::vector<matcher::Sequence>>& streams() const {
        return streams_;
    }
    struct CarriedOut {
        matcher::Sequence number = 0;
        matcher::Timestamp at{};
    };
    const CarriedOut* carried_out(const matcher::RequestKey& key) const;
    // A referral with its sealed details, by position; for samples.
    struct SealedDetails {
        matcher::ReferralId id;
        std::uint64_t key_slot = 0;
        std::string sealed;
    };
    const std::vector<SealedDetails>& sealed() const { return sealed_; }
    void fail(std::string what);

  private:
    void hear_entry(const matcher::Batch& batch, const matcher::Entry& entry);
    void note_streams(const matcher::Event& event, matcher::Sequence number);
    void check_units(const matcher::Entry& entry);

    matcher::State state_;
    std::string broken_;
    std::map<matcher::Sequence, storage::Digest> batches_;
    std::map<std::string, std::vector<matcher::Sequence>> streams_;
    std::map<matcher::RequestKey, CarriedOut> carried_out_;
    std::vector<SealedDetails> sealed_;
    struct Units {
        unsigned total = 0;
        unsigned promised = 0;
    };
    std::vector<std::array<Units, matcher::unit_kinds>> units_;
};

}  // namespace hubward::test
