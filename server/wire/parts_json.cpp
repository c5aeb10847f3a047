// SPDX-License-Identifier: Apache-2.0
#include "server/wire/parts_json.hpp"

namespace hubward::server::wire {

void write_needs(JsonWriter& json, const matcher::Ask& ask, matcher::NeedMask mask) {
    json.open_array("needs");
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((mask >> i & 1) != 0) {
            json.text(matcher::name(ask.needs[i]));
        }
    }
    json.close_array();
}

void write_hub(JsonWriter& json, std::string_view slug, std::string_view name) {
    json.open_object("hub");
    json.text("slug", slug);
    json.text("name", name);
    json.close_object();
}

void write_purposes(JsonWriter& json, matcher::PurposeSet purposes) {
    json.open_array("purposes");
    for (std::size_t i = 0; i < matcher::purposes; ++i) {
        if (purposes.has(static_cast<matcher::Purpose>(i))) {
            json.text(matcher::name(static_cast<matcher::Purpose>(i)));
        }
    }
    json.close_array();
}

void write_access(JsonWriter& json, matcher::AccessSet access) {
    json.open_array("access");
    for (std::size_t i = 0; i < matcher::names<matcher::Access>().size(); ++i) {
        const auto code = static_cast<matcher::Access>(i);
        if (access.has(code)) {
            json.text(matcher::name(code));
        }
    }
    json.close_array();
}

void write_ask(JsonWriter& json, const matcher::Ask& ask) {
    json.text("urgency", matcher::name(ask.urgency));
    if (ask.language != matcher::Language::not_stated) {
        json.text("language", matcher::code(ask.language));
        json.boolean("language_required", ask.language_required);
    }
    write_access(json, ask.access);
    write_codes<matcher::Access>(json, "access_preferred", ask.access_preferred);
    if (ask.other_access[0] != 0) {
        json.open_array("other_access");
        for (const std::uint64_t concept_id : ask.other_access) {
            if (concept_id != 0) {
                json.text(std::to_string(concept_id));
            }
        }
        json.close_array();
    }
    if (ask.age != 255) {
        json.integer("age", ask.age);
    }
    write_codes<matcher::HalfDay>(json, "available", ask.available);
    if (ask.load != 1) {
        json.integer("load", ask.load);
    }
    if (ask.together) {
        json.boolean("together", true);
    }
    if (ask.whole_session) {
        json.boolean("whole_session", true);
    }
    write_codes<matcher::Requirement>(json, "may_relax", ask.may_relax);
}

std::string_view business_status(const matcher::Offer& offer) {
    switch (offer.status) {
        using enum matcher::OfferStatus;
        case accepted:
        case in_progress:
            if (offer.appointment != matcher::never) {
                return "5.1.1";  // event scheduled
            }
            if (offer.missed != 0) {
                return "5.1.2";  // scheduled event unattended
            }
            return offer.status == accepted ? "3.0" : "5.1.4";
        case on_hold:
            return offer.transfer ? "transfer" : "waitlisted";
        case rejected:
            return "4.0";
        case cancelled:
            return offer.reason == matcher::Reason::offer_expired ? "expired" : "6.0";
        case failed:
        case entered_in_error:
            return "6.0";
        case completed:
            return "7.0";
        case draft:
        case requested:
        case received:
        case ready:
            break;
    }
    return "2.0";  // created
}

void write_score(JsonWriter& json, const matcher::Score& score) {
    json.open_object("score");
    for (std::size_t f = 0; f < matcher::factor_count; ++f) {
        const auto factor = static_cast<matcher::Factor>(f);
        json.integer(matcher::name(factor), score.of(factor));
    }
    json.integer("total", score.total());
    json.close_object();
}

void write_gap(JsonWriter& json, const matcher::Ask& ask, const matcher::GapRecorded& gap) {
    write_needs(json, ask, gap.needs);
    json.text("nearest_miss", matcher::name(gap.nearest_miss));
    json.text("review_at", time_text(gap.review_at));
}

}  // namespace hubward::server::wire
