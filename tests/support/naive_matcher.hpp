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
std::uint64_t naive_metres(const matcher::Position& a, const matcher::Position& b);  // 0: not known
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
    matcher::Timestamp next_look, booked = matcher::never;
    bool held = true, passing_on = false, said_yes = false;
    bool handover = false;  // asked to take the person over from a hub that has them
    unsigned meeting = 0, places = 0;  // where they sit, and on how many
    int missed = 0, tries = 0, ladder = 0;

    bool waits() const;
    bool has_person() const;  // also while it is on hold there
    bool live() const { return waits() || has_person(); }
};

struct NaiveReferral {
    matcher::SubmitReferral sent;
    matcher::Timestamp created, review = matcher::never;
    matcher::ReferralStatus status = matcher::ReferralStatus::active;
    matcher::Reason ended_with = matcher::Reason::none;
    std::map<std::size_t, matcher::Outcome> outcomes;  // by need
    std::set<std::size_t> gaps;
    std::set<std::size_t> with_referrer, with_owner, withdrawn;
    std::vector<NaiveOffer> offers;
    std::uint32_t version = 0;
    std::string owner;
    int episode = 1, rounds = 0, ladder = 0;
    std::size_t offers_before = 0;  // this episode
    matcher::Timestamp since;                  // it began
    std::set<matcher::Requirement> gave_way;   // in this episode
    bool let_down = false;
    std::map<matcher::Purpose, matcher::Timestamp> agreed;  // until when
    matcher::Erasure erasure = matcher::Erasure::none;
    std::map<std::size_t, matcher::Outcome> person_says;  // by need
    std::set<std::size_t> disputed;
    matcher::Timestamp follow_up = matcher::never;
    int follow_ladder = 0;
    std::size_t made_for = static_cast<std::size_t>(-1);  // another, of whose need
    std::size_t for_need = 0;

    std::set<std::size_t> unserved() const;  // neither resolved nor promised nor waiting for anybody
    bool live() const;
    bool somebody_waits() const {
        return !gaps.empty() || !with_referrer.empty() || !with_owner.empty();
    }
};

struct NaiveHub {
    matcher::HubProfile profile;
    std::map<matcher::UnitKind, unsigned> total;
    std::map<matcher::UnitKind, matcher::Timestamp> updated;
    struct Word {  // what became of what the hub said
        unsigned stated = 0, declines = 0, kept = 0, broken = 0;
        matcher::Role by = matcher::Role::system;
    };
    std::map<matcher::UnitKind, Word> word;
    std::uint32_t version = 0;
    std::uint64_t head = 0;
    int price = 0;
    struct Meeting {
        unsigned number = 0, seats = 0;
        matcher::NeedSet needs;
        matcher::Timestamp starts, ends, made;
        bool cancelled = false, weekly = false;
    };
    std::vector<Meeting> meetings;
    unsigned meetings_ever = 0;
    matcher::Timestamp next_plan = matcher::never;
    std::map<matcher::Review, std::pair<unsigned, matcher::Timestamp>> reviews;
};

// `amount` of open time later, counted quarter hour by quarter hour. Requires hours on quarters.
matcher::Timestamp naive_after(const std::map<int, matcher::CalendarYear>& years,
                               const matcher::Week& week, matcher::Timestamp from,
                               std::int64_t amount_ms, const matcher::Closures& shut = {});
// The same of a hub that is always open but for closed days of its own.
matcher::Timestamp naive_plain_after(const matcher::Closures& shut, matcher::Timestamp from,
                                     std::int64_t amount_ms);


struct NaiveVerdict {
    bool passed = false;
    std::set<std::size_t> needs;
    std::uint64_t metres = 0;
    unsigned meeting = 0;
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
    unsigned put_by(const NaiveReferral& r, const std::set<Index>& needs, Index hub,
                    matcher::UnitKind kind) const;
    unsigned room(Index hub, matcher::UnitKind kind) const;  // beside what is promised
    unsigned free(Index hub, matcher::UnitKind kind) const;
    long sure(Index hub, matcher::UnitKind kind, const matcher::Policy& rules,
              const NaiveHub::Meeting* at = nullptr) const;  // thousandths
    void learn(const NaiveOffer& o, bool kept);
    void none_left(const NaiveOffer& o, matcher::UnitKind kind);
    bool closed_door(const NaiveReferral& r, const std::set<Index>& needs, Index hub,
                     bool review) const;
    static bool may_ask(const NaiveReferral& r);
    bool gone(const NaiveReferral& r, const NaiveOffer& o) const;  // why the hub said no: naive_doors.cpp
    std::pair<Index, NaiveVerdict> best_of(const NaiveReferral& r, const std::set<Index>& needs,
                                           bool review, unsigned& considered) const;
    void make_offer(Index referral, Index hub, const NaiveVerdict& verdict, unsigned considered,
                    bool held);
    void route(Index referral, std::set<Index> needs, bool review);
    void fill_gaps(std::size_t news);
    void fill_gaps(const std::set<std::size_t>& news, bool others_due);

    // naive_matcher.cpp; of hubs and policy: naive_hubs.cpp
    void execute(const matcher::SubmitReferral& c, const matcher::Actor& who);
    void execute(const matcher::OpenOffer& c, const matcher::Actor& who);
    void execute(const matcher::AcceptOffer& c, const matcher::Actor& who);
    void execute(const matcher::DeclineOffer& c, const matcher::Actor& who);
    void execute(const matcher::StartSupport& c, const matcher::Actor& who);
    void execute(const matcher::ReturnOffer& c, const matcher::Actor& who);
    void execute(const matcher::RecordOutcome& c, const matcher::Actor& who);
    void execute(const matcher::WithdrawReferral& c, const matcher::Actor& who);
    void execute(const matcher::UpsertHub& c, const matcher::Actor& who);
    void execute(const matcher::SetCapacity& c, const matcher::Actor& who);
    void execute(const matcher::ConfirmCapacity& c, const matcher::Actor& who);
    void execute(const matcher::AdoptPolicy& c, const matcher::Actor& who);
    void execute(const matcher::Tick& c, const matcher::Actor& who);
    void execute(const matcher::ChooseHub& c, const matcher::Actor& who);  // naive_choice.cpp
    // naive_life.cpp; what follows an end: naive_follow.cpp
    void execute(const matcher::BookAppointment& c, const matcher::Actor& who);
    void execute(const matcher::RecordContact& c, const matcher::Actor& who);
    void execute(const matcher::WaitlistAtHub& c, const matcher::Actor& who);
    void execute(const matcher::TransferOffer& c, const matcher::Actor& who);
    void execute(const matcher::PauseReferral& c, const matcher::Actor& who);
    void execute(const matcher::ResumeReferral& c, const matcher::Actor& who);
    void execute(const matcher::ReopenReferral& c, const matcher::Actor& who);
    void execute(const matcher::MarkError& c, const matcher::Actor& who);
    void execute(const matcher::ReleaseNeeds& c, const matcher::Actor& who);
    void execute(const matcher::CloseNeed& c, const matcher::Actor& who);
    void execute(const matcher::AssignOwner& c, const matcher::Actor& who);
    // naive_word.cpp
    void execute(const matcher::DiscloseDetails& c, const matcher::Actor& who);
    void execute(const matcher::GiveConsent& c, const matcher::Actor& who);
    void execute(const matcher::WithdrawConsent& c, const matcher::Actor& who);
    void execute(const matcher::EraseReferral& c, const matcher::Actor& who);
    void execute(const matcher::ConfirmErasure& c, const matcher::Actor& who);
    void execute(const matcher::RecordPersonWord& c, const matcher::Actor& who);
    void execute(const matcher::RecordMeasure& c, const matcher::Actor& who);
    void execute(const matcher::CloseFollowUp& c, const matcher::Actor& who);
    void execute(const matcher::AddNeed& c, const matcher::Actor& who);
    void execute(const matcher::MovePerson& c, const matcher::Actor& who);
    bool may_share(const NaiveReferral& r) const;
    void want_sound(const matcher::Consent& consent) const;
    static void agree(NaiveReferral& r, const matcher::Consent& consent);
    void expire_consent(NaiveReferral& r);
    void compare(NaiveReferral& r, std::size_t need);
    static void settle(NaiveReferral& r, const std::set<std::size_t>& needs);
    // naive_hubs.cpp
    void execute(const matcher::CloseReview& c, const matcher::Actor& who);
    void execute(const matcher::CloseHub& c, const matcher::Actor& who);
    // naive_sessions.cpp
    void execute(const matcher::PublishSession& c, const matcher::Actor& who);
    void execute(const matcher::CancelSession& c, const matcher::Actor& who);
    void execute(const matcher::SetSeats& c, const matcher::Actor& who);
    matcher::NeedSet at_a_table(Index hub) const;
    unsigned seats_taken(Index hub, unsigned meeting, bool waiting, bool with_person) const;
    unsigned seats_left(Index hub, const NaiveHub::Meeting& meeting) const;
    unsigned all_seats_left(Index hub) const;
    const NaiveHub::Meeting* meeting_of(Index hub, unsigned number) const;
    const NaiveHub::Meeting* first_meeting(const NaiveReferral& r, const std::set<Index>& needs,
                                           Index hub, unsigned for_others) const;
    void publish(Index hub, NaiveHub::Meeting meeting);
    void call_off(Index hub, unsigned number, bool forget);
    bool full_of_meetings(Index hub) const;
    void plan(Index hub);
    void plan_weeks(Index hub);
    void book_seat(NaiveOffer& o, unsigned number);
    void get_up(NaiveOffer& o);
    void sit_down(NaiveOffer& o, const NaiveHub::Meeting& meeting);
    void execute(const matcher::SetPrice& c, const matcher::Actor& who);
    void execute(const matcher::AdoptCare& c, const matcher::Actor& who);
    void execute(const matcher::SetCalendarYear& c, const matcher::Actor& who);

    static void expect_version(std::uint32_t expected, std::uint32_t present);
    NaiveReferral& referral_named(matcher::ReferralId id);
    bool is_looked_after_by(const matcher::Actor& place, const NaiveReferral& r) const;
    // … of somebody who is no hub; of a practice only its own, of a place only those it looks after.
    NaiveReferral& referral_of(matcher::ReferralId id, const matcher::Actor& who,
                               std::uint32_t version);
    static std::set<std::size_t> movable(const NaiveReferral& r, const matcher::Actor& who);
    void want_ahead(matcher::Timestamp date) const;
    void leave(std::size_t hub, bool everybody, matcher::Reason reason, unsigned meeting = 0);
    bool give_back(NaiveOffer& ended);
    void drop_live(NaiveReferral& r, matcher::Reason reason);
    bool drop_others(NaiveReferral& r, std::size_t born);
    void look_at(std::size_t referral, std::size_t offer);
    void review(std::size_t referral);
    void too_many(NaiveOffer& o, int times);
    // naive_danger.cpp
    static std::vector<const NaiveOffer*> dangers(const NaiveReferral& r);
    bool danger_stands(const NaiveReferral& r) const;
    bool relative_in_danger(const NaiveReferral& r) const;
    static std::set<std::size_t> watched(const NaiveReferral& r);
    static std::set<std::size_t> kept(const NaiveReferral& r);
    void stop(NaiveReferral& r, NaiveOffer& danger);
    void to_owner(NaiveReferral& r, const std::set<std::size_t>& needs);
    void to_referrer(NaiveReferral& r, const std::set<std::size_t>& needs, matcher::Reason reason);
    matcher::Timestamp working(std::size_t hub, std::int64_t working_ms, std::int64_t plain_ms) const;
    matcher::Timestamp plus(std::int64_t ms) const { return {at_.ms + ms}; }
    static unsigned mask_of(const std::set<std::size_t>& needs);
    NaiveOffer& offer_named(const matcher::OfferRef& ref, const matcher::Actor& who);
    std::size_t hub_named(matcher::HubId id) const;  // hubs_.size() when unknown
    void about(NaiveReferral& r, const std::string& text);
    void about(NaiveOffer& o, const std::string& event, const std::string& more = "");
    void report(std::size_t hub, matcher::UnitKind kind, unsigned total, matcher::Role by);
    void close_offer(NaiveOffer& o, matcher::OfferStatus status, matcher::Reason reason);
    void after_end(NaiveOffer o, matcher::Reason reason, const std::set<std::size_t>* elsewhere = nullptr);
    void withdraw(std::size_t referral, matcher::Reason reason);
    void complete_if_done(NaiveReferral& r);

    struct NaivePlace {
        std::string within;
        matcher::Policy policy;
    };
    const matcher::Policy& rules_of(const NaiveReferral& r) const;
    std::vector<std::string> around(std::string place) const;
    matcher::Timestamp contact_time(const NaiveOffer& o) const;
    matcher::Timestamp gives_way(const NaiveReferral& r, matcher::Requirement what) const;

    matcher::Policy policy_;  // where a place has no rules of its own
    std::map<std::string, NaivePlace> places_;
    matcher::Care care_;
    std::map<int, matcher::CalendarYear> years_;
    std::vector<NaiveHub> hubs_;
    std::vector<NaiveReferral> referrals_;
    std::vector<std::pair<std::string, std::uint64_t>> practices_;  // in order of first mention
    std::size_t offers_born_ = 0;
    matcher::Timestamp at_{};

    // of the command being run
    std::vector<std::string> told_;
    std::map<std::pair<std::size_t, matcher::UnitKind>, unsigned> free_before_;
    std::map<std::size_t, unsigned> seats_before_;
    std::vector<std::size_t> gaps_before_;  // most urgent and oldest first
};

}  // namespace hubward::test
