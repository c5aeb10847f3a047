// SPDX-License-Identifier: Apache-2.0
#include "storage/stream_index.hpp"

#include <algorithm>

#include "storage/event_log.hpp"

namespace hubward::storage {

namespace {

constexpr std::string_view hub_prefix = "hub/";
constexpr std::string_view practice_prefix = "practice/";
constexpr std::string_view place_prefix = "place/";

template <class Event>
OnStreams on_streams(const Event& event) {
    OnStreams on;
    if constexpr (requires { event.on.hub; }) {
        on = {event.on.hub, event.on.hub_seq, event.on.referral, event.on.practice_seq};
    } else if constexpr (requires { event.on.referral; }) {
        on.referral = event.on.referral;
        on.practice_seq = event.on.practice_seq;
    } else if constexpr (requires { event.practice_seq; }) {
        on.referral = event.referral;
        on.practice_seq = event.practice_seq;
    } else if constexpr (requires { event.hub_seq; }) {
        on.hub = event.hub;
        on.hub_seq = event.hub_seq;
    }
    return on;
}

}  // namespace

OnStreams streams_of(const matcher::Event& event) {
    return std::visit([](const auto& e) { return on_streams(e); }, event);
}

bool is_reading(const matcher::Event& event) {
    return std::holds_alternative<matcher::DetailsDisclosed>(event);
}

std::vector<StreamEvent> EventLog::deeds_of_referral(matcher::ReferralIndex referral, std::size_t readings_max) {
    std::vector<StreamEvent> all = of_referral(referral);
    auto readings = static_cast<std::size_t>(
        std::ranges::count_if(all, [](const StreamEvent& at) { return is_reading(*at.event); }));
    std::erase_if(all, [&](const StreamEvent& at) { return is_reading(*at.event) && readings-- > readings_max; });
    return all;
}

bool StreamIndex::damage() {
    damaged_ = true;
    return false;
}

void StreamIndex::name_hub(std::size_t at, const StreamTrace::Named& hub) {
    const auto [place, added] =
        place_coded_.try_emplace(std::string(hub.place.view()), static_cast<std::uint32_t>(by_place_.size()));
    if (added) {
        by_place_.emplace_back();
    }
    if (at == by_hub_.size()) {
        by_hub_.emplace_back();
        place_of_.emplace_back();
    }
    place_of_[at] = place->second;
    hub_named_.insert_or_assign(std::string(hub.slug.view()), static_cast<std::uint32_t>(at));
}

bool StreamIndex::feed(const StreamTrace& trace) {
    const matcher::Sequence number = last_ + 1;
    const std::size_t hub = matcher::slot(trace.hub);
    if (trace.named && hub <= by_hub_.size()) {
        name_hub(hub, *trace.named);
    }
    if (trace.hub != matcher::no_hub) {
        if (hub >= by_hub_.size()) {
            return damage();
        }
        by_hub_[hub].push_back(number);
        by_place_[place_of_[hub]].push_back(number);
    }
    const std::size_t referral = trace.referral ? matcher::slot(*trace.referral) : 0;
    if (trace.submitted_by) {
        if (!trace.referral || referral != practice_of_.size()) {
            return damage();
        }
        const auto [known, added] = practice_coded_.try_emplace(std::string(trace.submitted_by->view()),
                                                                static_cast<std::uint32_t>(by_practice_.size()));
        if (added) {
            by_practice_.emplace_back();
            before_.emplace_back();
        }
        practice_of_.push_back(known->second);
        latest_of_.push_back(0);
    }
    if (trace.referral) {
        if (referral >= practice_of_.size()) {
            return damage();
        }
        Numbers& stream = by_practice_[practice_of_[referral]];
        stream.push_back(number);
        std::uint32_t& latest = latest_of_[referral];
        before_[practice_of_[referral]].push_back(latest | (trace.reading ? reading_bit : 0U));
        latest = static_cast<std::uint32_t>(stream.size());
    }
    last_ = number;
    return true;
}

bool StreamIndex::feed(const matcher::Batch& batch) {
    if (batch.first != last_ + 1 || damaged_) {
        return false;
    }
    for (const matcher::Event& event : batch.events) {
        if (!feed(trace_of(event))) {
            return false;
        }
        // The numbers that the event has in its streams are those that it got here, or there is a hole.
        const OnStreams on = streams_of(event);
        if ((on.hub != matcher::no_hub && on.hub_seq != by_hub_[matcher::slot(on.hub)].size()) ||
            (on.referral && on.practice_seq != latest_of_[matcher::slot(*on.referral)])) {
            return damage();
        }
    }
    return true;
}

std::vector<StreamIndex::InPractice> StreamIndex::of_referral(
    matcher::ReferralIndex referral, std::size_t readings_max) const {
    std::vector<InPractice> found;
    if (matcher::slot(referral) >= practice_of_.size()) {
        return found;
    }
    const std::uint32_t practice = practice_of_[matcher::slot(referral)];
    std::size_t readings = 0;
    for (std::uint32_t seq = latest_of_[matcher::slot(referral)]; seq != 0;) {
        const std::uint32_t before = before_[practice][seq - 1];
        const bool reading = (before & reading_bit) != 0;
        readings += reading ? std::size_t{1} : std::size_t{0};
        if (!reading || readings <= readings_max) {
            found.push_back({seq, by_practice_[practice][seq - 1]});
        }
        seq = before & ~reading_bit;
    }
    std::ranges::reverse(found);
    return found;
}

const StreamIndex::Numbers* StreamIndex::find(std::string_view stream) const {
    if (stream.starts_with(hub_prefix)) {
        const auto known = hub_named_.find(std::string(stream.substr(hub_prefix.size())));
        return known == hub_named_.end() ? nullptr : &by_hub_[known->second];
    }
    if (stream.starts_with(practice_prefix)) {
        const auto known = practice_coded_.find(std::string(stream.substr(practice_prefix.size())));
        return known == practice_coded_.end() ? nullptr : &by_practice_[known->second];
    }
    if (stream.starts_with(place_prefix)) {
        const auto known = place_coded_.find(std::string(stream.substr(place_prefix.size())));
        return known == place_coded_.end() ? nullptr : &by_place_[known->second];
    }
    return nullptr;
}

std::uint64_t StreamIndex::head(std::string_view stream) const {
    if (stream == "ops") {
        return last_;
    }
    const Numbers* numbers = find(stream);
    return numbers == nullptr ? 0 : numbers->size();
}

std::vector<matcher::Sequence> StreamIndex::numbers(std::string_view stream, std::uint64_t after,
                                                    std::size_t limit) const {
    const std::uint64_t newest = head(stream);
    if (after >= newest) {
        return {};
    }
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(newest - after, limit));
    std::vector<matcher::Sequence> found(count);
    if (stream == "ops") {
        for (std::size_t i = 0; i < count; ++i) {
            found[i] = after + 1 + i;
        }
        return found;
    }
    const auto from = find(stream)->begin() + static_cast<std::ptrdiff_t>(after);
    std::copy_n(from, count, found.begin());
    return found;
}

}  // namespace hubward::storage
