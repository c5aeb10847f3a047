// SPDX-License-Identifier: Apache-2.0
#include "server/view.hpp"

#include <algorithm>
#include <future>

#include "matcher/apply.hpp"
#include "storage/prefer_writers.hpp"

namespace hubward::server {
namespace {

using matcher::HubIndex;
using matcher::OfferIndex;
using matcher::ReferralIndex;
using matcher::slot;

template <class T>
const std::vector<T>& nothing() {
    static const std::vector<T> empty;
    return empty;
}

bool has_gap(const matcher::Referral& referral) {
    const auto needs = std::span(referral.needs).first(referral.ask.need_count);
    return std::ranges::any_of(needs, [](const matcher::NeedState& need) {
        return need.status == matcher::NeedStatus::gap;
    });
}

bool has_person(const matcher::Referral& referral) {
    return matcher::live(referral) &&
           (matcher::needs_that_wait(referral) & ~matcher::needs_that_are(referral, matcher::NeedStatus::gap)) != 0;
}

void keep_listed(std::vector<ReferralIndex>& sorted, ReferralIndex referral, bool wanted) {
    const auto at = std::ranges::lower_bound(sorted, referral);
    const bool listed = at != sorted.end() && *at == referral;
    if (wanted && !listed) {
        sorted.insert(at, referral);
    } else if (!wanted && listed) {
        sorted.erase(at);
    }
}

bool waits_for_hub(const matcher::Offer& offer) {
    return offer.status == matcher::OfferStatus::requested ||
           offer.status == matcher::OfferStatus::received;
}

}  // namespace

View::View(matcher::State state) : state_(std::move(state)) {
    storage::prefer_writers(mutex_);
    auto lists = std::async([this] { list_all(); });
    follow_all();
    lists.get();
}

void View::list_all() {
    by_hub_.resize(state_.hubs.size());
    for (std::uint32_t i = 0; i < state_.hubs.size(); ++i) {
        index_hub(HubIndex{i});
    }
    for (std::uint32_t i = 0; i < state_.referrals.size(); ++i) {
        index_referral(ReferralIndex{i});
    }
    for (std::uint32_t i = 0; i < state_.offers.size(); ++i) {
        index_offer(OfferIndex{i});
        follow_offer(OfferIndex{i});
    }
}

void View::follow_all() {
    for (std::uint32_t i = 0; i < state_.referrals.size(); ++i) {
        follow_gap(ReferralIndex{i});
        follow_person(ReferralIndex{i});
        follow_keeping(ReferralIndex{i});
        follow_share(ReferralIndex{i});
    }
}

void View::apply(const matcher::Batch& batch) {
    std::unique_lock lock(mutex_);
    for (const matcher::Entry& entry : batch.entries) {
        matcher::apply(state_, batch, entry);
        for (const matcher::Event& event : batch.events_of(entry)) {
            index(event);
        }
    }
}

// After the whole entry was applied, so several events about one thing find its last state.
void View::index(const matcher::Event& event) {
    std::visit(
        [this](const auto& e) {
            using E = std::decay_t<decltype(e)>;
            if constexpr (std::is_same_v<E, matcher::HubUpserted>) {
                index_hub(e.hub);
            } else if constexpr (std::is_same_v<E, matcher::ReferralSubmitted>) {
                index_referral(e.referral);
                follow_gap(e.referral);
                follow_person(e.referral);
                follow_keeping(e.referral);
                follow_share(e.referral);
            } else if constexpr (requires { e.on.offer; }) {
                if constexpr (std::is_same_v<E, matcher::Offered>) {
                    index_offer(e.on.offer);
                }
                follow_offer(e.on.offer);
                follow_gap(e.on.referral);
                follow_person(e.on.referral);
                follow_keeping(e.on.referral);
                follow_share(e.on.referral);
            } else if constexpr (requires { e.on.referral; }) {
                follow_gap(e.on.referral);
                follow_person(e.on.referral);
                follow_keeping(e.on.referral);
                follow_share(e.on.referral);
            }
        },
        event);
}

void View::index_hub(HubIndex hub) {
    if (slot(hub) >= by_hub_.size()) {
        by_hub_.resize(slot(hub) + 1);
    }
    by_slug_.insert_or_assign(std::string(state_.at(hub).profile.slug.view()), hub);
}

void View::index_referral(ReferralIndex referral) {
    by_practice_[std::string(state_.at(referral).practice.view())].push_back(referral);
}

void View::index_offer(OfferIndex offer) {
    by_hub_[slot(state_.at(offer).hub)].push_back(offer);
}

void View::follow_gap(ReferralIndex referral) {
    keep_listed(gaps_, referral, has_gap(state_.at(referral)));
}

void View::follow_person(ReferralIndex referral) {
    keep_listed(with_people_, referral, has_person(state_.at(referral)));
}

void View::follow_keeping(ReferralIndex referral) {
    if (slot(referral) >= keeping_.size()) {
        keeping_.resize(slot(referral) + 1);
    }
    Kept& kept = keeping_[slot(referral)];
    const Kept now{matcher::keeping_of(state_, state_.at(referral)),
                   matcher::live(state_.at(referral))};
    for (std::size_t way = 0; way < matcher::ways_to_keep; ++way) {
        kept_.needs[way] += now.keeping.needs[way];
        kept_.needs[way] -= kept.keeping.needs[way];
    }
    kept_.referrals += now.live ? 1U : 0U;
    kept_.referrals -= kept.live ? 1U : 0U;
    if (now.keeping.orphans != 0) {
        orphans_.insert(referral);
    } else {
        orphans_.erase(referral);
    }
    kept = now;
}

void View::follow_share(ReferralIndex referral) {
    if (slot(referral) >= shares_.size()) {
        shares_.resize(slot(referral) + 1);
    }
    matcher::Share& share = shares_[slot(referral)];
    network_.remove(share);
    share = matcher::share_of(state_, state_.at(referral));
    network_.add(share);
}

matcher::NetworkCounts View::network(matcher::Timestamp now) const {
    matcher::NetworkCounts counts = network_;
    for (const matcher::Hub& hub : state_.hubs) {
        counts.add(hub, state_.policy, now);
    }
    return counts;
}

void View::follow_offer(OfferIndex offer) {
    if (slot(offer) >= offer_open_.size()) {
        offer_open_.resize(slot(offer) + 1);
    }
    const bool open = waits_for_hub(state_.at(offer));
    if (open != offer_open_[slot(offer)]) {
        offer_open_[slot(offer)] = open;
        open_offers_ = open ? open_offers_ + 1 : open_offers_ - 1;
    }
}

const std::vector<ReferralIndex>& View::of_practice(const matcher::PracticeCode& code) const {
    const auto at = by_practice_.find(std::string(code.view()));
    return at == by_practice_.end() ? nothing<ReferralIndex>() : at->second;
}

const std::vector<OfferIndex>& View::of_hub(HubIndex hub) const {
    return slot(hub) < by_hub_.size() ? by_hub_[slot(hub)] : nothing<OfferIndex>();
}

std::optional<HubIndex> View::hub_by_slug(std::string_view slug) const {
    const auto at = by_slug_.find(std::string(slug));
    return at == by_slug_.end() ? std::nullopt : std::optional(at->second);
}

const std::vector<ReferralIndex>& View::open_gaps() const { return gaps_; }
const std::vector<ReferralIndex>& View::with_people() const { return with_people_; }
std::uint64_t View::open_offers() const { return open_offers_; }

}  // namespace hubward::server
