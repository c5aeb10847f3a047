// SPDX-License-Identifier: Apache-2.0
#include "tests/storage/batches.hpp"

#include <utility>

namespace hubward::storage::testing {

using namespace matcher;  // NOLINT(google-build-using-namespace): a test's cast of characters

namespace {

HubProfile leeds_hub() {
    HubProfile p;
    p.id = {1, 2};
    p.slug = HubSlug("harehills-library");
    p.place = PlaceCode("leeds");
    p.position = {538'000'000, -15'500'000, 316'900'000, -8'570'000, 433'200'000};
    p.catchment = 5000;
    p.needs.bits = 0x1'ffff'ffff;
    p.languages.words = {0xffff, 0, 1, 1ULL << 63};
    p.access.bits = 0x21;
    p.communities = 5;
    p.age_min = 16;
    p.age_max = 120;
    return p;
}

Ask device_ask() {
    Ask ask;
    ask.needs[0] = Need::dev_loan;
    ask.needs[1] = Need::nhs_app;
    ask.need_count = 2;
    ask.urgency = Urgency::urgent;
    ask.position = {538'100'000, -15'400'000, 316'800'000, -8'520'000, 433'300'000};
    ask.travel_max = 3000;
    ask.language = Language{7};
    ask.language_required = true;
    ask.access.bits = 0x21;
    ask.communities = 1;
    ask.age = 71;
    ask.trusted_hub = {1, 2};
    ask.refused_hubs[0] = {9, 8};
    return ask;
}

// What version 2 added.
void state_whom_it_serves(HubProfile& p) {
    p.serves[1] = PlaceCode("harehills");
    p.area.count = 3;
    p.area.corners[0] = {538'000'000, -15'500'000};
    p.area.corners[2] = {-538'000'000, 1'800'000'000};
    p.interest_only = true;
    p.takes_from[7] = PracticeCode("B86");
    p.open.bits = 0x1f'ffff;
    p.opens = {1'790'000'000'000};
    p.closes = {1'890'000'000'000};
    p.wait_days = 14;
    p.groups.bits = 0xf'ffff;
    p.weekly[1] = {6, 1, {840, 960}, {9}};
    p.kept[0] = {2, UnitKind::place, KeptFor::referrer, {}, PlaceCode("B86")};
    p.kept[3] = {1, UnitKind::sim, KeptFor::need, {7}, {}};
}
void say_more(Ask& ask) {
    ask.may_split = true;
    ask.place = PlaceCode("harehills");
    ask.available.bits = 5;
    ask.mode = TravelMode::bus;
    ask.trust = Trust::known_there;
    ask.load = 3;
    ask.together = true;
    ask.groups.bits = 9;
    ask.chosen_hub = {1, 2};
    ask.other_access[3] = 1'108'111'000'000'107;
    ask.may_relax.bits = 5;
    ask.whole_session = true;
    ask.access_preferred.bits = 0x80'0005;
}
void weigh_more(Policy& p) {
    p.wait = 1;
    p.times = 2;
    p.groups = 3;
    p.price_max = 4;
    p.wait_days_max = 5;
    p.walk_percent = 6;
    p.bus_percent = 7;
    p.language_hard = true;
    p.times_hard = false;
    p.relax_language_working_ms = 9;
    p.relax_times_working_ms = 10;
    p.relax_travel_working_ms = 11;
    p.relaxed_travel_percent = 112;
    p.asking_routine = Asking::parallel;
    p.asking_urgent = Asking::broadcast;
    p.asked_at_once = 13;
    p.answer_routine_working_ms = 14;
    p.answer_urgent_working_ms = 15;
    p.contact_working_ms = 16;
    p.community_distance_percent = 8;
    p.confidence = 9;
    p.half_life_hours = 10;
    p.access = 17;
    p.urgent_places = 18;
    p.urgent_devices = 19;
    p.urgent_sims = 20;
}

Entry entry_of(const Batch& batch, Command command, std::uint32_t events) {
    Entry e;
    e.event_first = static_cast<std::uint32_t>(batch.events.size());
    e.event_count = events;
    e.number = batch.first + e.event_first;
    e.at = {1'790'000'000'000 + static_cast<std::int64_t>(e.number)};
    e.actor = {Role::practice, HubSlug("B86001")};
    e.command = command;
    return e;
}

SubmitReferral submit(std::uint64_t n) {
    SubmitReferral s;
    s.id = {0x0190'0000'0000'7000ULL, 0x8000'0000'0000'0000ULL + n};
    s.practice = PracticeCode("B86001");
    s.practice_ref = {77, n + 1};
    s.share_with_hub = true;
    s.key_slot = 1024 + n;
    s.ask = device_ask();
    return s;
}

ReferralSubmitted submitted(const SubmitReferral& s, ReferralIndex index, std::uint64_t seq) {
    return {index, seq, s.id, s.practice, s.practice_ref, s.source, s.key_slot, s.ask};
}

}  // namespace

SharedBatch History::next(std::size_t referrals, std::string payload) {
    auto batch = std::make_shared<Batch>();
    batch->id = ++batches_;
    batch->first = last_ + 1;
    if (last_ == 0) {
        UpsertHub upsert;
        upsert.profile = leeds_hub();
        upsert.totals = {10'000, 10'000, 10'000};
        upsert.set_totals = true;
        Entry e = entry_of(*batch, upsert, 3);
        e.payload = R"({"name":"Harehills Library"})";
        batch->entries.push_back(e);
        batch->events.emplace_back(HubUpserted{HubIndex{0}, ++hub_seq_, upsert.profile});
        for (const UnitKind kind : {UnitKind::place, UnitKind::device}) {
            batch->events.emplace_back(CapacityReported{HubIndex{0}, ++hub_seq_, kind, 10'000});
        }
    }
    for (std::size_t i = 0; i < referrals; ++i) {
        const std::uint32_t n = referrals_++;
        const SubmitReferral s = submit(n);
        Entry e = entry_of(*batch, s, 2);
        e.key = {5, n + 1};
        e.fingerprint = 0x1234'5678'9abc'def0ULL + n;
        e.payload = payload;
        batch->entries.push_back(e);
        batch->events.emplace_back(submitted(s, ReferralIndex{n}, ++practice_seq_));
        Offered offered;
        offered.on = {ReferralIndex{n}, OfferIndex{n}, HubIndex{0}, ++practice_seq_, ++hub_seq_};
        offered.needs = 3;
        if (n < 5000) {  // the hub's units are not endless
            offered.units = {1, 1, 0};
        }
        offered.distance = 1234;
        offered.score = {300, 250, 150, 150, 100, 50};
        offered.considered = 1;
        offered.policy = 1;
        offered.answer_by = {1'790'100'000'000};
        batch->events.emplace_back(offered);
    }
    batch->count = static_cast<std::uint32_t>(batch->events.size());
    last_ = batch->last();
    return batch;
}

void History::forget_last(const Batch& batch) {
    last_ = batch.first - 1;
    for (const Event& event : batch.events) {
        if (std::holds_alternative<ReferralSubmitted>(event)) {
            --referrals_;
            --practice_seq_;
        } else if (std::holds_alternative<Offered>(event)) {
            --practice_seq_;
            --hub_seq_;
        } else {
            --hub_seq_;
        }
    }
}

// … of what the person says.
static void add_words(Batch& batch) {
    const OfferRef ref{{11, 12}, 3, 4};
    const ReferralId id{11, 12};
    const OnOffer on{ReferralIndex{5}, OfferIndex{6}, HubIndex{7}, 8, 9};
    const OnReferral about{ReferralIndex{5}, 8};
    const Timestamp soon{1'790'000'800'000};
    const auto add = [&](Command command, std::initializer_list<Event> events) {
        Entry e = entry_of(batch, command, static_cast<std::uint32_t>(events.size()));
        e.payload = "words";
        batch.entries.push_back(std::move(e));
        batch.events.insert(batch.events.end(), events);
    };
    Consent consent;
    consent.purposes.bits = 0x81;
    consent.given_by = ConsentBasis::best_interest;
    consent.how = ConsentHow::online;
    consent.when = {1'789'000'000'000};
    consent.until = soon;
    add(GiveConsent{id, consent, 5}, {ConsentGiven{about, consent}});
    add(WithdrawConsent{id, {0x7f}, 6},
        {ConsentWithdrawn{about, {0x7f}}, ConsentExpired{about, {0x80}}});
    add(EraseReferral{id, 7}, {Erased{about}});
    add(ConfirmErasure{id}, {KeyShredded{about}});
    add(RecordPersonWord{id, 7, Outcome::need_not_met, 8},
        {PersonAnswered{about, 7, Outcome::need_not_met},
         OutcomeDisputed{about, 7, OwnerName("duty-desk"), soon},
         FollowUpEscalated{about, 3, soon}});
    add(RecordMeasure{ref, Measure::foundation_tasks, Moment::after, 9},
        {MeasureRecorded{on, Measure::foundation_tasks, Moment::after, 9}});
    add(CloseFollowUp{id, 9}, {FollowUpClosed{about, 0x81}});
    add(AddNeed{ref, Need::data_sim}, {NeedAdded{about, Need::data_sim}, HouseholdSplit{about}});
    const Position position{1, -2, 3, -4, 5};
    add(MovePerson{id, position, PlaceCode("leeds"), 77, 10},
        {PersonMoved{about, position, PlaceCode("leeds"), 77}});
    add(DeclineOffer{ref, Reason::duplicate, 78, {13, 14}},
        {Declined{on, Reason::duplicate, 79, {13, 14}}});
    add(ReturnOffer{ref, Reason::other, 80}, {HubWithdrew{on, Reason::session_cancelled, 81}});
}

// What version 2 brought.
static void add_life(Batch& batch) {
    const OfferRef ref{{11, 12}, 3, 4};
    const ReferralId id{11, 12};
    const OnOffer on{ReferralIndex{5}, OfferIndex{6}, HubIndex{7}, 8, 9};
    const OnReferral about{ReferralIndex{5}, 8};
    const Timestamp soon{1'790'000'800'000};
    const auto add = [&](Command command, std::initializer_list<Event> events) {
        Entry e = entry_of(batch, command, static_cast<std::uint32_t>(events.size()));
        e.payload = "note";
        batch.entries.push_back(std::move(e));
        batch.events.insert(batch.events.end(), events);
    };
    add(BookAppointment{ref, soon, 3}, {AppointmentBooked{on, soon, never, 3, 2}});
    add(PublishSession{{1, 2}, {6}, soon, {soon.ms + 3'600'000}, 12, 16},
        {SessionPublished{HubIndex{7}, 9, 4, {6}, soon, {soon.ms + 3'600'000}, 12, true},
         SessionsPlanned{HubIndex{7}, 10, 20'700, soon}});
    add(MarkError{id, 9}, {OnwardLinked{about, 7, ReferralIndex{6}, {13, 14}}});
    add(CancelSession{{1, 2}, 4, 17}, {SessionCancelled{HubIndex{7}, 11, 4, true},
         CapacityReported{HubIndex{7}, 12, UnitKind::place, 5, Role::system, 3}});
    add(SetSeats{{1, 2}, 4, 9, 15},
        {CapacityReported{HubIndex{7}, 13, UnitKind::place, 9, Role::hub, 4}});
    add(RecordContact{ref, Contact::no_contact},
        {Attended{on, soon}, DidNotAttend{on, 2, soon}, NoContact{on, 3, soon}});
    add(WaitlistAtHub{ref, soon}, {WaitlistedAtHub{on, soon}});
    add(TransferOffer{ref, {1, 2}}, {TransferRequested{on, soon}, TransferEnded{on, soon}});
    add(PauseReferral{id, Reason::person_unavailable, soon, 6},
        {Paused{about, Reason::person_unavailable, soon}, OfferReminded{on},
         Escalated{on, 4, soon}, ReferralEscalated{about, 5, soon}});
    add(ResumeReferral{id, 7}, {Resumed{about}});
    add(ReopenReferral{id, 0x81, 99, 8}, {Reopened{about, 0x81, 2, 99}});
    add(MarkError{id, 9}, {MarkedError{about}});
    add(ReleaseNeeds{id, 10},
        {ReturnedToReferrer{about, 3, Reason::missing_information, soon},
         HandedToOwner{about, 4, Reason::safety_concern, OwnerName("duty-desk"), soon},
         NeedsReleased{about, 7}});
    add(CloseNeed{id, 6, Outcome::passed_on, 12},
        {NeedClosed{about, 6, Outcome::passed_on}, AskNarrowed{about, 4000, AccessSet{2}}});
    add(AssignOwner{id, OwnerName("link-worker"), 13},
        {OwnerAssigned{about, OwnerName("link-worker")}});
    add(CloseReview{{1, 2}, Review::stock}, {ReviewOpened{HubIndex{7}, 10, Review::language},
                                             ReviewClosed{HubIndex{7}, 11, Review::stock}});
    add(CloseHub{{1, 2}, 14}, {HubClosed{HubIndex{7}, 12}});
    Care care;
    care.version = 3;
    care.owner = OwnerName("ward-team");
    care.mode_routine = OfferMode::broadcast;
    care.mode_urgent = OfferMode::parallel;
    care.parallel = 4;
    care.broadcast = 64;
    care.contact_tries_max = 5;
    care.information_rounds_max = 6;
    std::int64_t wait = 1000;
    for (std::int64_t* ms : {&care.answer_routine_working_ms, &care.answer_urgent_working_ms,
                             &care.contact_working_ms, &care.escalate_working_ms,
                             &care.after_appointment_ms, &care.check_in_ms, &care.owner_review_ms,
                             &care.referrer_review_ms, &care.follow_up_ms}) {
        *ms = ++wait;
    }
    care.split_households = true;
    add(AdoptCare{care}, {CareAdopted{care}});
    CalendarYear year{2026, 0, 60, {1'774'746'000'000}, {1'792'890'000'000}, 2, {}};
    year.closed[0] = 1;
    year.closed[1] = 359;
    add(SetCalendarYear{year}, {CalendarYearSet{year}});
    add(SetPrice{{1, 2}, 321}, {PriceSet{HubIndex{7}, 13, 321}});
    add(Tick{}, {RequirementRelaxed{about, Requirement::travel, PlaceCode("harehills"), 3, 57'600'000}});
    add_words(batch);
}

Batch every_kind_of_version_1() {
    Batch batch;
    batch.id = 42;
    batch.first = 1001;
    const OfferRef ref{{11, 12}, 3, 4};
    const OnOffer on{ReferralIndex{5}, OfferIndex{6}, HubIndex{7}, 8, 9};
    const OnReferral about{ReferralIndex{5}, 8};
    const auto add = [&](Command command, std::initializer_list<Event> events) {
        Entry e = entry_of(batch, command, static_cast<std::uint32_t>(events.size()));
        e.key = {e.number, 1};
        e.fingerprint = e.number * 3;
        e.trace = {e.number, 2};
        e.payload = std::string("payload ") + std::to_string(e.number) + std::string("\0\xff", 2);
        batch.entries.push_back(std::move(e));
        batch.events.insert(batch.events.end(), events);
    };
    UpsertHub upsert;
    upsert.profile = leeds_hub();
    upsert.totals = {1, 2, 3};
    upsert.set_totals = true;
    upsert.expected_version = 17;
    add(upsert, {HubUpserted{HubIndex{7}, 1, upsert.profile}});
    add(SetCapacity{{1, 2}, UnitKind::sim, 12, 13},
        {CapacityReported{HubIndex{7}, 2, UnitKind::sim, 12}});
    Policy policy;
    policy.version = 2;
    policy.distance = -1;
    policy.answer_within_urgent_ms = INT64_MIN;
    add(AdoptPolicy{policy}, {PolicyAdopted{policy}});
    SubmitReferral s = submit(0);
    s.source = Source::bars;
    Offered offered;
    offered.on = on;
    offered.needs = 0x81;
    offered.units = {1, 0, 65535};
    offered.distance = 0xffff'ffff;
    offered.score = {1, 2, 3, 4, 5, 6};
    offered.considered = 65535;
    offered.policy = 2;
    offered.answer_by = never;
    add(s, {submitted(s, ReferralIndex{5}, 7), offered,
            GapRecorded{about, 2, Filter::no_free_unit, {1'790'000'500'000}}});
    add(OpenOffer{ref}, {Opened{on}});
    add(AcceptOffer{ref}, {Accepted{on}});
    add(DeclineOffer{ref, Reason::no_capacity}, {Declined{on, Reason::no_capacity}});
    add(Tick{}, {OfferExpired{on}, OfferCancelled{on, Reason::offer_expired}});
    add(StartSupport{ref}, {SupportStarted{on}});
    add(ReturnOffer{ref, Reason::hub_closed}, {HubWithdrew{on, Reason::hub_closed}});
    add(RecordOutcome{ref, 7, Outcome::other},
        {OutcomeRecorded{on, 7, Outcome::other}, OfferCompleted{on}, AllNeedsResolved{about}});
    add(WithdrawReferral{{11, 12}, Reason::need_resolved_elsewhere, 5},
        {Withdrawn{about, Reason::need_resolved_elsewhere}});
    add(DiscloseDetails{{11, 12}}, {DetailsDisclosed{about}});
    batch.count = static_cast<std::uint32_t>(batch.events.size());
    return batch;
}

Batch every_kind() {
    Batch batch = every_kind_of_version_1();
    for (Entry& entry : batch.entries) {
        if (auto* upsert = std::get_if<UpsertHub>(&entry.command)) {
            state_whom_it_serves(upsert->profile);
        } else if (auto* submit = std::get_if<SubmitReferral>(&entry.command)) {
            say_more(submit->ask);
        } else if (auto* adopt = std::get_if<AdoptPolicy>(&entry.command)) {
            weigh_more(adopt->policy);
            adopt->place = PlaceCode("harehills");
            adopt->within = PlaceCode("leeds");
        }
    }
    for (Event& event : batch.events) {
        if (auto* upserted = std::get_if<HubUpserted>(&event)) {
            state_whom_it_serves(upserted->profile);
        } else if (auto* submitted = std::get_if<ReferralSubmitted>(&event)) {
            say_more(submitted->ask);
        } else if (auto* reported = std::get_if<CapacityReported>(&event)) {
            reported->source = Role::ops;
        } else if (auto* adopted = std::get_if<PolicyAdopted>(&event)) {
            weigh_more(adopted->policy);
            adopted->place = PlaceCode("harehills");
            adopted->within = PlaceCode("leeds");
        } else if (auto* offered = std::get_if<Offered>(&event)) {
            offered->score.wait = 7;
            offered->score.times = 8;
            offered->score.groups = 9;
            offered->score.price = -10;
            offered->score.confidence = 14;
            offered->score.access = 15;
            offered->cited = {11, 12, 13, PlaceCode("harehills")};
        }
    }
    ChooseHub choose{{11, 12}, {1, 2}, true, 6};
    Entry chosen = entry_of(batch, choose, 1);
    chosen.key = {chosen.number, 1};
    batch.entries.push_back(chosen);
    batch.events.emplace_back(ChoiceMade{{ReferralIndex{5}, 8}, {1, 2}, true});
    Week week;
    week.days[0] = {{{540, 720}, {780, 1020}}};
    week.days[6] = {{{600, 601}, {0, 0}}};
    Closures shut;
    shut.times[0] = {{1'790'000'000'000}, {1'790'086'400'000}};
    shut.times[1] = {{1'790'086'400'000}, {1'790'172'800'000}};
    for (Event& event : batch.events) {
        if (auto* withdrawn = std::get_if<Withdrawn>(&event)) {
            withdrawn->note_slot = 91;
        } else if (auto* upserted = std::get_if<HubUpserted>(&event)) {
            upserted->profile.hours = week;
            upserted->profile.closures = shut;
        } else if (auto* offer = std::get_if<Offered>(&event)) {
            offer->remind_at = {1'790'000'400'000};
            offer->held = false;
        } else if (auto* accepted = std::get_if<Accepted>(&event)) {
            accepted->due = {1'790'000'600'000};
        } else if (auto* started = std::get_if<SupportStarted>(&event)) {
            started->due = {1'790'000'700'000};
        }
    }
    for (Entry& entry : batch.entries) {
        if (auto* withdraw = std::get_if<WithdrawReferral>(&entry.command)) {
            withdraw->note_slot = 91;
        } else if (auto* disclose = std::get_if<DiscloseDetails>(&entry.command)) {
            disclose->withdrawal = true;
        } else if (auto* upsert = std::get_if<UpsertHub>(&entry.command)) {
            upsert->profile.hours = week;
            upsert->profile.closures = shut;
        }
    }
    add_life(batch);
    Entry confirmed = entry_of(batch, ConfirmCapacity{{1, 2}, 7}, 1);
    confirmed.key = {confirmed.number, 1};
    batch.entries.push_back(confirmed);
    batch.events.emplace_back(CapacityDecayed{HubIndex{7}, 3, UnitKind::device, 65535, 255});
    batch.count = static_cast<std::uint32_t>(batch.events.size());
    return batch;
}

}  // namespace hubward::storage::testing
