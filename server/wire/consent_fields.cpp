// SPDX-License-Identifier: Apache-2.0
#include "server/wire/consent_fields.hpp"

#include "server/wire/calendar.hpp"
#include "server/wire/code_fields.hpp"

namespace hubward::server::wire {
namespace {

// A date counts from its first moment.
std::optional<matcher::Timestamp> want_moment(Json value, const Where& at, Findings& findings) {
    const auto text = want_text(value, at, findings, 40);
    if (!text) {
        return std::nullopt;
    }
    auto moment = parse_instant(*text);
    if (!moment && parse_date(*text)) {
        moment = parse_instant(std::string(*text) + "T00:00:00Z");
    }
    if (!moment) {
        findings.add(at, "format", "A date (2026-03-02) or a time with its offset is expected.");
    }
    return moment;
}

}  // namespace

matcher::PurposeSet read_purposes(Json value, const Where& at, Findings& findings) {
    return read_code_set<matcher::PurposeSet, matcher::Purpose>(value, at, findings,
                                                               "A purpose (share-with-hub)");
}

bool read_consent_member(std::string_view key, Json value, const Where& at, Findings& findings,
                         matcher::Consent& consent) {
    if (key == "purposes") {
        consent.purposes = read_purposes(value, at, findings);
    } else if (key == "given_by") {
        const auto word = want_word(value, at, findings,
                                    {"self", "lasting-power-of-attorney", "best-interest"});
        consent.given_by = word ? *matcher::parse<matcher::ConsentBasis>(*word) : consent.given_by;
    } else if (key == "how") {
        const auto word = want_word(value, at, findings, {"verbal", "written", "online"});
        consent.how = word ? *matcher::parse<matcher::ConsentHow>(*word) : consent.how;
    } else if (key == "when") {
        consent.when = want_moment(value, at, findings).value_or(matcher::Timestamp{});
    } else if (key == "until") {
        consent.until = want_moment(value, at, findings).value_or(matcher::never);
    } else {
        return false;
    }
    return true;
}

}  // namespace hubward::server::wire
