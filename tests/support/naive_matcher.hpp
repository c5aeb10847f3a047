// SPDX-License-Identifier: Apache-2.0
//
// The rules of the core a second time, written to be read and not to be fast.
//
// Shares no deciding code with matcher/: it keeps plain lists, works out what is free, who waits
// and where a need stands by counting them each time, and has its own filters, scores and square
// root. Where the two differ, one of them is wrong.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "matcher/command.hpp"
#include "matcher/rejection.hpp"
#include "tests/support/summary.hpp"

namespace hubward::test {

matcher::UnitKind naive_kind(matcher::Need need);
unsigned naive_units(const matcher::Ask& ask, const std::set<std::size_t>& needs,
                     matcher::UnitKind kind);
bool naive_ended(matcher::ReferralStatus status);
bool naive_speaks_for(const matcher::Actor& who, const matcher::HubProfile& hub);

struct NaiveOffer {
    std::size_t born = 0;  // how many offers were made before it, anywhere
    std::size_t referral = 0;
    std::size_t hub = 0;
    std::set<std::size_t> needs;
    matcher::OfferStatus status = matcher::OfferStatus::requested;
    matcher::Reason reason = matcher::Reason::none;
    std::uint64_t metres = 0;
    matcher::Timestamp made, answer_by, answered = matcher::never;

    bool waits() const;
    bool has_person() const;
    bool live() const { return waits() || has_person(); }
};

struct NaiveReferral {
    matcher::SubmitReferral sent;
    matcher::Timestamp created, review = matcher::never;
    matcher::ReferralStatus status = matcher::ReferralStatus::active;
    matcher::Reason ended_with = matcher::Reason::none;
    std::map<std::size_t, matcher::Outcome> outcomes;  // by need
    std::set<std::size_t> gaps;
    std::vector<NaiveOffer> offers;
    std::uint32_t version = 0;

    std::set<std::size_t> unserved() const;  // neither resolved nor promised nor a known gap
};

struct NaiveHub {
    matcher::HubProfile profile;
    std::map<matcher::UnitKind, unsigned> total;
    std::map<matcher::UnitKind, matcher::Timestamp> updated;
    std::uint32_t version = 0;
    std::uint64_t head = 0;
};

struct NaiveVerdict {
    bool passed = false;
    std::set<std::size_t> needs;
    std::uint64_t metres = 0;
    std::vector<long> terms;  // distance first

    long total() const;
};

class NaiveMatcher {
  public:
    struct Reply {
        bool accepted = false;
        matcher::Refused why = matcher::Refused::not_found;
        std::vector<std::string> told;  // as test::tell() puts it
    };

    // Requires `at` not before the last call's. A refused command changes nothing.
    Reply run(const matcher::Command& command, const matcher::Actor& actor, matcher::Timestamp at);
    Summary summary() const;

  private:
    struct No {
        matcher::Refused why;
    };
    using Index = std::size_t;

    // naive_rules.cpp
    NaiveVerdict judge(const NaiveReferral& r, const std::set<Index>& needs, Index hub) const;
    unsigned taken(Index hub, matcher::UnitKind kind, bool waiting, bool with_person) const;
    unsigned free(Index hub, matcher::UnitKind kind) const;
    bool tried(const NaiveReferral& r, Index hub, bool review) const;
    std::set<Index> held_back(const NaiveReferral& r) const;
    void route(Index referral, std::set<Index> needs, bool review);
    void fill_gaps(std::size_t news);

    // naive_matcher.cpp; of hubs and policy: naive_hubs.cpp
    void execute(const matcher::SubmitReferral& c, const matcher::Actor& who);
    void execute(const matcher::OpenOffer& c, const matcher::Actor& who);
    void execute(const matcher::AcceptOffer& c, const matcher::Actor& who);
    void execute(const matcher::DeclineOffer& c, const matcher::Actor& who);
    void execute(const matcher::StartSupport& c, const matcher::Actor& who);
    void execute(const matcher::ReturnOffer& c, const matcher::Actor& who);
    void execute(const matcher::RecordOutcome& c, const matcher::Actor& who);
    void execute(const matcher::WithdrawReferral& c, const matcher::Actor& who);
    void execute(const matcher::DiscloseDetails& c, const matcher::Actor& who);
    void execute(const matcher::UpsertHub& c, const matcher::Actor& who);
    void execute(const matcher::SetCapacity& c, const matcher::Actor& who);
    void execute(const matcher::AdoptPolicy& c, const matcher::Actor& who);
    void execute(const matcher::Tick& c, const matcher::Actor& who);
    void execute(const matcher::ChooseHub& c, const matcher::Actor& who);  // naive_rules.cpp

    static void expect_version(std::uint32_t expected, std::uint32_t present);
    NaiveReferral& referral_named(matcher::ReferralId id);
    NaiveOffer& offer_named(const matcher::OfferRef& ref, const matcher::Actor& who);
    std::size_t hub_named(matcher::HubId id) const;  // hubs_.size() when unknown
    std::vector<NaiveOffer*> open_offers(std::size_t hub);
    void about(NaiveReferral& r, const std::string& text);
    void about(NaiveOffer& o, const std::string& event, const std::string& more = "");
    void report(std::size_t hub, matcher::UnitKind kind, unsigned total);
    void close_offer(NaiveOffer& o, matcher::OfferStatus status, matcher::Reason reason);
    void after_end(NaiveOffer o, matcher::Reason reason);
    void withdraw(std::size_t referral, matcher::Reason reason);
    void complete_if_done(NaiveReferral& r);

    matcher::Policy policy_;
    std::vector<NaiveHub> hubs_;
    std::vector<NaiveReferral> referrals_;
    std::vector<std::pair<std::string, std::uint64_t>> practices_;  // in order of first mention
    std::size_t offers_born_ = 0;
    matcher::Timestamp at_{};

    // of the command being run
    std::vector<std::string> told_;
    std::map<std::pair<std::size_t, matcher::UnitKind>, unsigned> free_before_;
    std::vector<std::size_t> gaps_before_;  // most urgent and oldest first
};

}  // namespace hubward::test
