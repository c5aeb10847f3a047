// SPDX-License-Identifier: Apache-2.0
#include "server/pages/session_words.hpp"

namespace hubward::server::pages {
namespace {

matcher::NeedSet at_a_table(const matcher::HubProfile& profile) {
    return {profile.needs.bits & matcher::needs_of_kind(matcher::UnitKind::place).bits};
}

}  // namespace

std::string seats_text(const Words& words, const matcher::Session& session, matcher::Timestamp now) {
    if (session.cancelled) {
        return std::string(words.text("session", "cancelled"));
    }
    if (!session.takes(now)) {
        return std::string(words.text("session", "begun"));
    }
    const std::int64_t free = session.room();
    return words.say("session", free == 0 ? "full" : "free", {{"free", free}, {"total", std::int64_t{session.seats}}});
}

std::string helps_with_text(const Words& words, const matcher::HubProfile& profile, matcher::NeedSet needs) {
    std::string out;
    if (needs.empty() || needs == at_a_table(profile)) {
        return out;
    }
    const auto names = matcher::names<matcher::Need>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (needs.has(static_cast<matcher::Need>(i))) {
            out += out.empty() ? "" : words.text("list", "comma");
            out += words.text("need", names[i]);
        }
    }
    return words.say("session", "needs", {{"needs", out}});
}

std::string date_line(const Words& words, const OfferAt& at) {
    const bool asked = waits(at.offer.status);
    if (!asked && !is_in_care(at.offer.status)) {
        return {};
    }
    if (at.session) {
        const bool whole = at.ask.whole_session;
        const std::string_view key = asked ? (whole ? "offered_whole" : "offered") : (whole ? "whole" : "seat");
        return words.say("session", key, {{"when", words.interval(at.session->starts, at.session->ends)}});
    }
    return at.offer.appointment == matcher::never
               ? std::string()
               : words.say("session", "date", {{"when", words.date(at.offer.appointment)}});
}

Model::List need_boxes(const Words& words, const matcher::HubProfile& profile, matcher::NeedSet chosen) {
    Model::List boxes;
    const auto names = matcher::names<matcher::Need>();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto need = static_cast<matcher::Need>(i);
        if (at_a_table(profile).has(need)) {
            Model box;
            box.set("code", names[i]);
            box.set("text", words.text("need", names[i]));
            box.set("chosen", chosen.has(need));
            boxes.push_back(std::move(box));
        }
    }
    return boxes;
}

}  // namespace hubward::server::pages
