// SPDX-License-Identifier: Apache-2.0
//
// One decision worked out again from the journal: the state is folded up to just before its entry,
// the entry's command is decided once more, and every field is compared.
#include <algorithm>

#include "matcher/apply.hpp"
#include "matcher/decide.hpp"
#include "matcher/receipt.hpp"
#include "storage/folder_store.hpp"
#include "storage/upkeep.hpp"

namespace hubward::storage {
namespace {

// The names under which the fields of an offer are told.
void compare(const matcher::Offered& written, const matcher::Offered& found,
             std::vector<std::string>& fields) {
    const auto check = [&](const char* name, const auto& a, const auto& b) {
        if (a != b) {
            fields.emplace_back(name);
        }
    };
    check("hub", written.on, found.on);
    check("needs", written.needs, found.needs);
    check("units", written.units, found.units);
    check("distance", written.distance, found.distance);
    for (std::size_t f = 0; f < matcher::factor_count; ++f) {
        const auto factor = static_cast<matcher::Factor>(f);
        const std::string name = "score." + std::string(matcher::name(factor));
        check(name.c_str(), written.score.of(factor), found.score.of(factor));
    }
    check("considered", written.considered, found.considered);
    check("policy", written.policy, found.policy);
    check("answer_by", written.answer_by, found.answer_by);
    check("policy_place", written.cited.rules_of, found.cited.rules_of);
    check("policy_hash", written.cited.rules, found.cited.rules);
    check("input_hash", written.cited.inputs, found.cited.inputs);
    check("engine_version", written.cited.engine, found.cited.engine);
    check("remind_at", written.remind_at, found.remind_at);
    check("held", written.held, found.held);
}

// What was asked, against the command that the entry holds.
void compare(const matcher::ReferralSubmitted& written, const matcher::ReferralSubmitted& found,
             std::vector<std::string>& fields) {
    const std::size_t before = fields.size();
    const auto check = [&](const char* name, const auto& a, const auto& b) {
        if (a != b) {
            fields.push_back("ask." + std::string(name));
        }
    };
    const matcher::Ask& a = written.ask;
    const matcher::Ask& b = found.ask;
    check("needs", a.needs, b.needs);
    check("need_count", a.need_count, b.need_count);
    check("urgency", a.urgency, b.urgency);
    check("position", a.position, b.position);
    check("travel_max", a.travel_max, b.travel_max);
    check("language", a.language, b.language);
    check("language_required", a.language_required, b.language_required);
    check("access", a.access, b.access);
    check("communities", a.communities, b.communities);
    check("age", a.age, b.age);
    check("trusted_hub", a.trusted_hub, b.trusted_hub);
    check("refused_hubs", a.refused_hubs, b.refused_hubs);
    check("place", a.place, b.place);
    check("available", a.available, b.available);
    check("mode", a.mode, b.mode);
    check("trust", a.trust, b.trust);
    check("load", a.load, b.load);
    check("together", a.together, b.together);
    check("groups", a.groups, b.groups);
    check("chosen_hub", a.chosen_hub, b.chosen_hub);
    check("other_access", a.other_access, b.other_access);
    check("may_relax", a.may_relax, b.may_relax);
    check("access_preferred", a.access_preferred, b.access_preferred);
    if (fields.size() == before && written != found) {
        fields.emplace_back("ReferralSubmitted");
    }
}

// What the entry's events say that deciding again does not.
std::vector<std::string> differences(std::span<const matcher::Event> written,
                                     const std::vector<matcher::Event>& found) {
    std::vector<std::string> fields;
    for (std::size_t i = 0; i < std::max(written.size(), found.size()); ++i) {
        if (i >= written.size() || i >= found.size() || written[i].index() != found[i].index()) {
            fields.push_back("event " + std::to_string(i + 1) + " of the entry");
            break;
        }
        const auto* a = std::get_if<matcher::Offered>(&written[i]);
        if (a != nullptr) {
            compare(*a, std::get<matcher::Offered>(found[i]), fields);
        } else if (const auto* sent = std::get_if<matcher::ReferralSubmitted>(&written[i])) {
            compare(*sent, std::get<matcher::ReferralSubmitted>(found[i]), fields);
        } else if (written[i] != found[i]) {
            fields.push_back(std::string(matcher::event_name(written[i])));
        }
    }
    return fields;
}

class Search {
  public:
    explicit Search(matcher::Sequence number) : number_(number) {}

    // False when the decision is reached, or the journal cannot be read on.
    bool record(matcher::Sequence key, std::string_view bytes) {
        const auto record = decode(bytes);
        if (!record || !chain_holds(bytes)) {
            fault_ = "event " + std::to_string(key) + ": " +
                     (record ? "it is not what was written" : std::string(text(record.error())));
            return false;
        }
        for (const matcher::Entry& entry : record->batch->entries) {
            if (number_ < entry.number + entry.event_count) {
                decide_again(*record->batch, entry);
                return false;
            }
            matcher::apply(state_, *record->batch, entry);
        }
        return true;
    }

    std::expected<DecisionReport, StoreFailure> finish() {
        if (!fault_.empty()) {
            return std::unexpected(StoreFailure{StoreError::corrupt, fault_});
        }
        return report_;
    }

  private:
    void decide_again(const matcher::Batch& batch, const matcher::Entry& entry) {
        const auto written = batch.events_of(entry);
        const auto* made = std::get_if<matcher::Offered>(&written[number_ - entry.number]);
        report_.is_decision = made != nullptr;
        if (made == nullptr) {
            return;
        }
        report_.made = *made;
        report_.at = entry.at;
        report_.hub = std::string(state_.at(made->on.hub).profile.slug.view());
        std::vector<matcher::Event> found;
        const auto decided =
            matcher::decide(state_, entry.command, entry.actor, entry.at, found);
        report_.different = decided ? differences(written, found)
                                    : std::vector<std::string>{"the command is refused now"};
    }

    matcher::Sequence number_;
    matcher::State state_;
    DecisionReport report_;
    std::string fault_;
};

}  // namespace

std::expected<DecisionReport, StoreFailure> verify_decision(const StoreOptions& options,
                                                            matcher::Sequence number) {
    StoreOptions looking = options;
    looking.read_only = true;
    looking.create = false;
    auto store = FolderStore::open(looking);
    if (!store) {
        return std::unexpected(store.error());
    }
    if (number == 0 || number > (*store)->rocks().end().number) {
        return DecisionReport{};
    }
    Search search(number);
    const auto read = (*store)->rocks().read_raw(
        [&](matcher::Sequence key, std::string_view bytes) { return search.record(key, bytes); });
    if (!read) {
        return std::unexpected(as_failure(read.error(), (*store)->layout()));
    }
    return search.finish();
}

}  // namespace hubward::storage
