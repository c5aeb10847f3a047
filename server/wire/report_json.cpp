// SPDX-License-Identifier: Apache-2.0
#include "server/wire/report_json.hpp"

#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"  // time_text

namespace hubward::server::wire {

std::string encode_report(const matcher::NetworkCounts& counts, const ReportScope& scope,
                          matcher::Timestamp as_of) {
    std::string out;
    out.reserve(4096);
    JsonWriter json(out);
    json.open_object();
    json.text("as_of", time_text(as_of));
    if (!scope.place.empty()) {
        json.text("place", scope.place.view());
    }
    if (scope.from) {
        json.text("from", time_text(*scope.from));
    }
    if (scope.to) {
        json.text("to", time_text(*scope.to));
    }
    json.integer("referrals", counts.referrals);
    json.integer("hubs", counts.hubs);
    json.open_array("numbers");
    for (const matcher::NetworkNumber& number : matcher::network_numbers()) {
        json.open_object();
        json.text("key", number.key);
        json.text("definition", number.definition);
        if (const auto value = number.of(counts)) {
            json.decimal("value",
                         static_cast<double>(value->part) / static_cast<double>(value->whole));
        } else {
            json.key("value");
            json.null();
        }
        if (number.whole != nullptr) {
            json.integer("part", number.part(counts).value_or(0));
            json.integer("whole", number.whole(counts));
        }
        json.close_object();
    }
    json.close_array();
    json.close_object();
    return out;
}

}  // namespace hubward::server::wire
