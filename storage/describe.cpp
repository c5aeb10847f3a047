// SPDX-License-Identifier: Apache-2.0
#include "storage/describe.hpp"

#include <array>
#include <cstdio>

#include "matcher/codes.hpp"

namespace hubward::storage {

namespace {

constexpr std::array command_names = {"SubmitReferral",
                                      "OpenOffer",
                                      "AcceptOffer",
                                      "DeclineOffer",
                                      "StartSupport",
                                      "ReturnOffer",
                                      "RecordOutcome",
                                      "WithdrawReferral",
                                      "DiscloseDetails",
                                      "UpsertHub",
                                      "SetCapacity",
                                      "AdoptPolicy",
                                      "Tick",
                                      "ChooseHub",
                                      "BookAppointment",
                                      "RecordContact",
                                      "WaitlistAtHub",
                                      "TransferOffer",
                                      "PauseReferral",
                                      "ResumeReferral",
                                      "ReopenReferral",
                                      "MarkError",
                                      "ReleaseNeeds",
                                      "CloseNeed",
                                      "AssignOwner",
                                      "CloseReview",
                                      "CloseHub",
                                      "AdoptCare",
                                      "SetCalendarYear",
                                      "SetPrice",
                                      "ConfirmCapacity",
                                      "GiveConsent",
                                      "WithdrawConsent",
                                      "EraseReferral",
                                      "ConfirmErasure",
                                      "RecordPersonWord",
                                      "RecordMeasure",
                                      "CloseFollowUp",
                                      "AddNeed",
                                      "MovePerson",
                                      "PublishSession",
                                      "CancelSession",
                                      "SetSeats"};
static_assert(command_names.size() == std::variant_size_v<matcher::Command>);

// Writes members one after the other; the reader of the line needs no more than that.
class Line {
  public:
    Line& text(std::string_view key, std::string_view value) {
        begin(key);
        out_.push_back('"');
        for (const char c : value) {
            escape(c);
        }
        out_.push_back('"');
        return *this;
    }
    Line& number(std::string_view key, std::int64_t value) {
        begin(key);
        out_ += std::to_string(value);
        return *this;
    }
    Line& count(std::string_view key, std::uint64_t value) {
        begin(key);
        out_ += std::to_string(value);
        return *this;
    }
    Line& open(std::string_view key, char bracket) {
        begin(key);
        out_.push_back(bracket);
        first_ = true;
        return *this;
    }
    Line& open() {
        comma();
        out_.push_back('{');
        first_ = true;
        return *this;
    }
    Line& close(char bracket) {
        out_.push_back(bracket);
        first_ = false;
        return *this;
    }
    template <class Tag>
    Line& id(std::string_view key, const matcher::Id128<Tag>& id) {
        if (!id) {
            return *this;
        }
        std::array<char, 33> digits{};
        std::snprintf(digits.data(), digits.size(), "%016llx%016llx",
                      static_cast<unsigned long long>(id.high),
                      static_cast<unsigned long long>(id.low));
        return text(key, digits.data());
    }
    std::string take() { return std::move(out_); }

  private:
    void comma() {
        if (!first_) {
            out_.push_back(',');
        }
        first_ = false;
    }
    void begin(std::string_view key) {
        comma();
        out_.push_back('"');
        out_ += key;
        out_ += "\":";
    }
    void escape(char c) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out_.push_back('\\');
            out_.push_back(c);
        } else if (byte < 0x20 || byte > 0x7e) {
            std::array<char, 7> code{};
            std::snprintf(code.data(), code.size(), "\\u%04x", static_cast<unsigned>(byte));
            out_ += code.data();
        } else {
            out_.push_back(c);
        }
    }

    std::string out_;
    bool first_ = true;
};

// What every event and command may have, found by the member's name.
template <class T>
void members(Line& line, const T& it) {
    if constexpr (requires { it.on; }) {
        members(line, it.on);
    }
    if constexpr (requires { it.offer.referral; }) {
        line.id("referral", it.offer.referral).count("ordinal", it.offer.ordinal);
    }
    if constexpr (requires { it.id.high; }) {
        line.id("referral", it.id).text("practice", it.practice.view());
    }
    if constexpr (requires { it.referral.high; }) {
        line.id("referral", it.referral);
    } else if constexpr (requires { it.referral; }) {
        line.count("referral_index", matcher::slot(it.referral));
    }
    if constexpr (requires { it.hub.high; }) {
        line.id("hub", it.hub);
    } else if constexpr (requires { it.hub; }) {
        line.count("hub_index", matcher::slot(it.hub));
    }
    if constexpr (requires { it.profile; }) {
        line.text("slug", it.profile.slug.view()).text("place", it.profile.place.view());
    }
    if constexpr (requires { it.hub_seq; }) {
        line.count("hub_seq", it.hub_seq);
    }
    if constexpr (requires { it.practice_seq; }) {
        line.count("practice_seq", it.practice_seq);
    }
    if constexpr (requires { it.key_slot; }) {
        line.count("key_slot", it.key_slot);
    }
    if constexpr (requires { it.kind; }) {
        line.text("unit", matcher::name(it.kind)).count("total", it.total);
    }
    if constexpr (requires { it.reason; }) {
        line.text("reason", matcher::name(it.reason));
    }
    if constexpr (requires { it.outcome; }) {
        line.count("need", it.need).text("outcome", matcher::name(it.outcome));
    }
    if constexpr (requires { it.purposes; }) {
        line.count("purposes", it.purposes.bits);
    }
    if constexpr (requires { it.consent.purposes; }) {
        line.count("purposes", it.consent.purposes.bits).number("until_ms", it.consent.until.ms);
    }
    if constexpr (requires { it.measure; }) {
        line.text("measure", matcher::name(it.measure)).text("moment", matcher::name(it.moment));
        line.count("value", it.value);
    }
    if constexpr (requires { it.score; }) {
        line.count("distance_m", it.distance).number("score", it.score.total());
        line.count("considered", it.considered).number("answer_by_ms", it.answer_by.ms);
    }
    if constexpr (requires { it.what; }) {
        line.text("what", matcher::name(it.what));
    }
    if constexpr (requires { it.owner.size; }) {
        line.text("owner", it.owner.view());
    }
    if constexpr (requires { it.session; }) {
        if (it.session != matcher::no_session) {
            line.count("session", it.session);
        }
    }
    if constexpr (requires { it.seats; }) {
        line.count("seats", it.seats);
    }
    if constexpr (requires { it.to_id.high; }) {
        line.id("onward", it.to_id);
    }
    if constexpr (requires { it.starts; }) {
        line.number("starts_ms", it.starts.ms);
    }
    if constexpr (requires { it.due; }) {
        line.number("due_ms", it.due.ms);
    }
    if constexpr (requires { it.care.version; }) {
        line.count("care", it.care.version);
    }
    if constexpr (requires { it.year.year; }) {
        line.count("year", it.year.year);
    }
    if constexpr (requires { it.review_at; }) {
        line.number("review_at_ms", it.review_at.ms);
    }
    if constexpr (requires { it.policy.version; }) {
        line.count("policy", it.policy.version);
    }
}

}  // namespace

std::string_view command_name(const matcher::Command& command) {
    return command_names[command.index()];
}

std::string describe(const matcher::Entry& entry, const matcher::Batch& batch) {
    Line line;
    line.open().count("number", entry.number).count("batch", batch.id);
    line.number("at_ms", entry.at.ms);
    line.open("actor", '{').text("role", matcher::name(entry.actor.role));
    line.text("subject", entry.actor.subject.view()).close('}');
    line.id("trace", entry.trace).id("key", entry.key).count("payload_bytes", entry.payload.size());
    line.open("command", '{').text("type", command_name(entry.command));
    std::visit([&](const auto& command) { members(line, command); }, entry.command);
    line.close('}').open("events", '[');
    for (const matcher::Event& event : batch.events_of(entry)) {
        line.open().text("type", matcher::event_name(event));
        std::visit([&](const auto& e) { members(line, e); }, event);
        line.close('}');
    }
    return line.close(']').close('}').take();
}

}  // namespace hubward::storage
