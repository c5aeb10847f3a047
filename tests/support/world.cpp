// SPDX-License-Identifier: Apache-2.0
#include "tests/support/world.hpp"

#include <cstdio>

#include "matcher/invariant.hpp"

namespace hubward::test {

using namespace matcher;

HubId hub_id_of(std::string_view name) {
    HubId id{1, 0};
    for (const char c : name) {
        id.low = id.low * 257 + static_cast<unsigned char>(c);
    }
    return id;
}

Actor as_hub(std::string_view name) {
    return {Role::hub, HubSlug(name)};
}
Actor as_practice(std::string_view code) {
    return {Role::practice, HubSlug(code)};
}

HubStory::HubStory(World& world, std::string_view name) : world_(world) {
    command_.profile.id = hub_id_of(name);
    command_.profile.slug = HubSlug(name);
    command_.profile.place = PlaceCode("town");
    command_.profile.position = position_at(0, 0);
    command_.profile.needs.bits = ~std::uint64_t{0};
    command_.totals = {1, 1, 1};
    command_.set_totals = true;
}
HubStory::~HubStory() {
    world_.must(command_);
}
HubStory& HubStory::at(std::int64_t metres) {
    command_.profile.position = position_at(metres, 0);
    return *this;
}
HubStory& HubStory::places(std::uint16_t n) {
    command_.totals[0] = n;
    return *this;
}
HubStory& HubStory::devices(std::uint16_t n) {
    command_.totals[1] = n;
    return *this;
}
HubStory& HubStory::sims(std::uint16_t n) {
    command_.totals[2] = n;
    return *this;
}
HubStory& HubStory::offers(std::initializer_list<Need> needs) {
    command_.profile.needs = {};
    for (const Need need : needs) {
        command_.profile.needs.add(need);
    }
    return *this;
}
HubStory& HubStory::speaks(std::string_view language) {
    command_.profile.languages.add(*parse_language(language));
    return *this;
}
HubStory& HubStory::with(Access access) {
    command_.profile.access.add(access);
    return *this;
}
HubStory& HubStory::in_place(std::string_view place) {
    command_.profile.place = PlaceCode(place);
    return *this;
}
HubStory& HubStory::closed() {
    command_.profile.active = false;
    command_.set_totals = false;
    return *this;
}

ReferralStory::ReferralStory(World& world) : world_(world) {
    command_.id = {7, ++world.people};
    command_.practice = PracticeCode("A81001");
    command_.share_with_hub = true;
    command_.ask.position = position_at(0, 0);
    needs({Need::nhs_app});
}
ReferralStory& ReferralStory::at(std::int64_t metres) {
    command_.ask.position = position_at(metres, 0);
    return *this;
}
ReferralStory& ReferralStory::needs(std::initializer_list<Need> needs) {
    command_.ask.need_count = 0;
    for (const Need need : needs) {
        command_.ask.needs[command_.ask.need_count++] = need;
    }
    return *this;
}
ReferralStory& ReferralStory::speaks(std::string_view language, bool required) {
    command_.ask.language = *parse_language(language);
    command_.ask.language_required = required;
    return *this;
}
ReferralStory& ReferralStory::urgent() {
    command_.ask.urgency = Urgency::urgent;
    return *this;
}
ReferralStory& ReferralStory::by(std::string_view practice) {
    command_.practice = PracticeCode(practice);
    return *this;
}
Person ReferralStory::send() {
    world_.must(command_, as_practice(command_.practice.view()));
    return {world_, command_.id};
}

const Referral& Person::referral() const {
    return world_->state().at(*world_->state().find(id_));
}

const Offer& Person::offer_state(std::size_t need) const {
    const auto index = world_->state().offer(referral(), referral().needs[need].offer);
    invariant(index.has_value(), "the story asks for an offer that was never made");
    return world_->state().at(*index);
}
std::string Person::hub(std::size_t need) const {
    if (referral().needs[need].offer == 0) {
        return "";
    }
    return std::string(world_->state().at(offer_state(need).hub).profile.slug.view());
}
OfferRef Person::offer(std::size_t need) const {
    return {id_, referral().needs[need].offer, 0};
}

void Person::opened(std::size_t need) {
    world_->must(OpenOffer{offer(need)}, as_hub(hub(need)));
}
void Person::accepted(std::size_t need) {
    world_->must(AcceptOffer{offer(need)}, as_hub(hub(need)));
}
void Person::declined(Reason why, std::size_t need) {
    world_->must(DeclineOffer{offer(need), why, why == Reason::other ? 1U : 0U, {}}, as_hub(hub(need)));
}
void Person::started(std::size_t need) {
    world_->must(StartSupport{offer(need)}, as_hub(hub(need)));
}
void Person::returned(Reason why, std::size_t need) {
    world_->must(ReturnOffer{offer(need), why, why == Reason::other ? 1U : 0U}, as_hub(hub(need)));
}
void Person::outcome(Outcome what, std::size_t need) {
    world_->must(RecordOutcome{offer(need), static_cast<std::uint8_t>(need), what},
                 as_hub(hub(need)));
}
void Person::withdrawn(Reason why) {
    world_->must(WithdrawReferral{id_, why}, as_practice(referral().practice.view()));
}

void World::tick() {
    must(Tick{});
}
void World::adopt(const Policy& policy) {
    must(AdoptPolicy{policy});
}
void World::capacity(std::string_view hub, UnitKind kind, std::uint16_t total) {
    must(SetCapacity{.hub = hub_id_of(hub), .kind = kind, .total = total});
}

std::expected<Receipt, Rejection> World::send(const Command& command, const Actor& actor) {
    batch = {};
    batch.first = engine.state().last + 1;
    Envelope envelope;
    envelope.command = command;
    envelope.actor = actor;
    return engine.step(envelope, clock.now(), batch);
}

void World::must(const Command& command, const Actor& actor) {
    const auto sent = send(command, actor);
    if (!sent) {
        std::fprintf(stderr, "refused: %s\n", name(sent.error().why).data());
    }
    invariant(sent.has_value(), "the story's own command was refused");
}

const Hub& World::hub_state(std::string_view name) const {
    return state().at(*state().find(hub_id_of(name)));
}
const Capacity& World::places(std::string_view hub) const {
    return hub_state(hub).capacity[0];
}

std::string World::told() const {
    std::string text;
    for (const Event& event : batch.events) {
        text += (text.empty() ? "" : " ") + std::string(event_name(event));
    }
    return text;
}

}  // namespace hubward::test
