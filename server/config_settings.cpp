// SPDX-License-Identifier: Apache-2.0
//
// The table of settings. A new one is a member in config.hpp, a row here, and a fresh
// configs/hubward.toml (`hubward config defaults > configs/hubward.toml`).
#include <algorithm>
#include <cctype>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "server/config.hpp"

namespace hubward::server {
namespace {

// Everything that is made of it begins with it: links, Locations, the address of the WebSocket.
std::string_view base_url_fault(std::string_view url) {
    constexpr std::string_view expected =
        "expected http:// or https:// and a host, without a slash at the end: https://hubward.example";
    std::string_view rest = url;
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (url.starts_with(scheme)) {
            rest.remove_prefix(scheme.size());
        }
    }
    const bool names_a_host = rest.size() < url.size() && rest.find_first_of("/:") != 0 && !rest.empty();
    const bool plain = url.find_first_of(" ?#@\\\"<>") == url.npos && !url.ends_with('/');
    return url.empty() || (names_a_host && plain) ? std::string_view() : expected;
}

}  // namespace

const std::vector<Setting>& settings() {
    using C = Config;
    static const std::vector<Setting> table = {
        {"server.address", &C::address, "", 0, 0, {},
         "Address to listen on. 0.0.0.0 is every network card; put a TLS proxy in front then."},
        {"server.port", &C::port, "", 0, 65'535, {},
         "TCP port. 0 lets the system choose a free one; the log names it."},
        {"server.threads", &C::threads, "threads", 0, 64, {},
         "Threads that talk to clients. 0: one less than the machine has cores, from 1 to 4. One "
         "more thread decides and one more belongs to each background job."},
        {"server.base_url", &C::base_url, "", 0, 0, {},
         "How clients reach this server, for links and problem types, without a slash at the end. "
         "Empty: http:// with address and port.", base_url_fault},
        {"server.drain_seconds", &C::drain_seconds, "seconds", 0, 600, {},
         "After SIGTERM, the longest wait for requests that are still being answered."},
        {"server.answer_deadline_ms", &C::answer_deadline_ms, "milliseconds", 100, 60'000, {},
         "The longest that a request waits for a durable decision before it is answered 503."},
        {"limits.connections_max", &C::connections_max, "connections", 1, 1'000'000, {},
         "Open connections in all. The newest is turned away with 503."},
        {"limits.connections_per_address_max", &C::connections_per_address_max, "connections", 1,
         1'000'000, {}, "Open connections from one address. The newest is turned away with 503."},
        {"limits.header_seconds", &C::header_seconds, "seconds", 1, 300, {},
         "From the first byte of a request to the end of its header; then the connection closes."},
        {"limits.body_seconds", &C::body_seconds, "seconds", 1, 600, {},
         "From the end of the header to the end of the body."},
        {"limits.idle_seconds", &C::idle_seconds, "seconds", 1, 3'600, {},
         "How long a connection may stay open without a request."},
        {"limits.write_seconds", &C::write_seconds, "seconds", 1, 300, {},
         "How long a client may take to accept an answer."},
        {"storage.data", &C::data, "", 0, 0, {},
         "Data folder: database, keyring, snapshots. One server at a time."},
        {"storage.master_key_file", &C::master_key_file, "", 0, 0, {},
         "32 random bytes that wrap the keys of people's details; mode 0600, made by `hubward keys "
         "init`. Keep a copy where the backups are not: without it no details can be read."},
        {"storage.token_key_file", &C::token_key_file, "", 0, 0, {},
         "32 random bytes that access tokens are signed with; mode 0600. Made at first use. "
         "Removing it voids all tokens."},
        {"storage.snapshot_every", &C::snapshot_every, "events", 1'000, 1'000'000'000, {},
         "Events between two snapshots of the state; a hundredth as many when ten minutes have passed. A start reads one "
         "snapshot and the events behind it, about a second per million."},
        {"storage.keep_free_mib", &C::keep_free_mib, "MiB", 0, 1'048'576, {},
         "With less room than this on the disk new referrals are refused (storage-full), so that hubs' answers, "
         "withdrawals and erasures go on until it is really full. 0: referrals go on until then, too."},
        {"storage.accept_loss", &C::accept_loss, "", 0, 0, {},
         "Start although events that were once acknowledged are missing from the journal. Read "
         "docs/OPERATIONS.md first; set it back to false afterwards."},
        {"storage.accept_clock", &C::accept_clock, "", 0, 0, {},
         "Start although the machine's clock is more than 31 days ahead of the newest event, as after an old backup was "
         "restored. Set it back to false afterwards: a clock that is wrong ends everything that waits."},
        {"feed.replay_events", &C::feed_replay_events, "events", 0, 1'000'000'000, {},
         "How many of the newest events of a stream are replayed to a client that was away; one that "
         "missed more is told so and loads the present state. 0: all of them."},
        {"outbound.allowed_networks", &C::outbound_allowed_networks, "", 0, 0, {},
         "Networks besides the public internet that webhooks may be sent to, as 10.20.0.0/16 or "
         "fd00::/8. Empty: no private address, none of this machine, no cloud's metadata."},
        {"outbound.authorities_file", &C::outbound_authorities_file, "", 0, 0, {},
         "PEM file with certificates of authorities to trust besides those of the system."},
        {"outbound.concurrency", &C::outbound_concurrency, "requests", 1, 256, {},
         "Requests under way at once, each of another webhook. The others wait their turn."},
        {"outbound.deadline_seconds", &C::outbound_deadline_seconds, "seconds", 1, 30, {},
         "How long a receiver may take, from connecting to its answer. Receivers are told 20."},
        {"places.gazetteer", &C::gazetteer, "", 0, 0, {},
         "CSV file with a header postcode,latitude,longitude; rows may be whole postcodes, sectors "
         "or districts. Empty: postcodes give no position and distance does not count."},
        {"places.closed_days", &C::closed_days, "", 0, 0, {},
         "Text file of days on which hubs are closed, one a line: 2026-12-25 Christmas Day. Waits of "
         "hubs with opening hours do not run on them. Empty: none."},
        {"places.dos_services", &C::dos_services, "", 0, 0, {},
         "Service ids from the Directory of Services that BaRS messages may name as receiver. "
         "Empty: none."},
        {"fhir.use_cases", &C::fhir_use_cases, "", 0, 0, {},
         "Use cases (codes of usecases-categories-bars) that BaRS messages may name. No national code "
         "for digital inclusion exists; dhub1 is a local one, a5t1 to a5t3 are those of pharmacies."},
        {"fhir.referral_definitions", &C::fhir_referral_definitions, "", 0, 0, {},
         "Addresses of the message definitions under which a new referral may come."},
        {"fhir.cancel_definitions", &C::fhir_cancel_definitions, "", 0, 0, {},
         "The same for the cancellation of a referral."},
        {"fhir.needs", &C::fhir_needs, "", 0, 0, {},
         "Which codes of a message mean which need, as system|code=need; looked at before the "
         "built-in ones; for example \"http://snomed.info/sct|871731000000106=assess\"."},
        {"fhir.may_relax", &C::fhir_may_relax, "", 0, 0, {},
         "Which permitted action in a Consent means that which requirement (language, times or travel) "
         "may give way, as system|code=travel; looked at before our own codes (docs/BARS.md)."},
        {"fhir.default_need", &C::fhir_default_need, "", 0, 0, {},
         "The need of a message in which no code is known."},
        {"fhir.wrong_check_digit", &C::fhir_wrong_check_digit, "", 0, 0, {"flag", "refuse"},
         "An NHS number whose check digit is wrong. flag: take the referral and warn staff, as "
         "official test messages need. refuse: answer 400."},
        {"fhir.unknown_use_case", &C::fhir_unknown_use_case, "", 0, 0, {"400", "422"},
         "Status of the answer to a use case that is not served: guide and conformance tool differ."},
        {"log.level", &C::log_level, "", 0, 0, {"debug", "info", "warning", "error"},
         "The least important lines that are written."},
        {"log.format", &C::log_format, "", 0, 0, {"auto", "json", "text"},
         "json: one object a line on stderr. text: for people. auto: text on a terminal, else json."},
        {"brand.name", &C::brand_name, "", 0, 0, {},
         "What the pages call this service, in the header and in titles. At most 60 bytes."},
        {"brand.colour", &C::brand_colour, "", 0, 0, {},
         "Colour of header and links as #rrggbb, dark enough for white text on it."},
        {"brand.mark", &C::brand_mark, "", 0, 0, {},
         "SVG file shown beside the name, without script, style or link. Empty: a neutral mark. Use "
         "an emblem only when its owner allows it."},
        {"policy.version", &C::policy_version, "", 1, 4'294'967'295, {},
         "Raise it with every change below: the server adopts the rules when this number is higher "
         "than that of the rules in force, and every decision names it."},
        {"policy.weight_distance", &C::weight_distance, "points", 0, 10'000, {},
         "Most points for a near hub: all at the door, none at policy.reach_metres."},
        {"policy.weight_needs", &C::weight_needs, "points", 0, 10'000, {},
         "Most points for serving many of the person's open needs at one visit."},
        {"policy.weight_language", &C::weight_language, "points", 0, 10'000, {},
         "Points when the hub speaks the person's language."},
        {"policy.weight_trust", &C::weight_trust, "points", 0, 10'000, {},
         "Points when the person asked for this hub or has been there before."},
        {"policy.weight_community", &C::weight_community, "points", 0, 10'000, {},
         "Points when hub and person share a community of interest."},
        {"policy.weight_spare", &C::weight_spare, "points", 0, 10'000, {},
         "Most points for a hub with many free places."},
        {"policy.reach_metres", &C::reach_metres, "metres", 100, 1'000'000, {},
         "Distance at which its points reach 0, when the person named no limit of their own."},
        {"policy.answer_within_routine_minutes", &C::answer_within_routine_minutes, "minutes", 1,
         527'040, {}, "Time a hub has to answer a routine offer; then the next hub is asked."},
        {"policy.answer_within_urgent_minutes", &C::answer_within_urgent_minutes, "minutes", 1,
         527'040, {}, "The same for urgent ones."},
        {"policy.gap_review_after_hours", &C::gap_review_after_hours, "hours", 1, 8'784, {},
         "When a need that no hub could serve is tried again and must be looked at by its owner."},
        {"care.version", &C::care_version, "", 1, 4'294'967'295, {},
         "Raise it with every change of the care settings: they are adopted when it is higher than "
         "that of the rules in force."},
        {"care.owner", &C::care_owner, "", 0, 0, {},
         "Desk or role of the place that looks at what no machine may decide, at most 24 letters."},
        {"care.mode_routine", &C::care_mode_routine, "", 0, 0,
         {"sequential", "parallel", "broadcast"},
         "How hubs are asked for a routine referral: one after another, some at once with a unit "
         "held at each, or many at once where the first claim wins."},
        {"care.mode_urgent", &C::care_mode_urgent, "", 0, 0,
         {"sequential", "parallel", "broadcast"}, "The same for urgent ones."},
        {"care.parallel", &C::care_parallel, "hubs", 1, 64, {}, "Hubs asked at once in parallel."},
        {"care.broadcast", &C::care_broadcast, "hubs", 1, 64, {},
         "Hubs asked at once in a broadcast."},
        {"care.contact_tries", &C::care_contact_tries, "", 1, 255, {},
         "Missed appointments, or tries to reach the person, before the owner must look."},
        {"care.answer_routine_hours", &C::care_answer_routine_hours, "hours", 1, 8'784, {},
         "Opening hours that a hub has to answer a routine offer. Hubs that stated no hours have "
         "policy.answer_within_routine_minutes."},
        {"care.answer_urgent_hours", &C::care_answer_urgent_hours, "hours", 1, 8'784, {},
         "The same for urgent ones."},
        {"care.contact_hours", &C::care_contact_hours, "hours", 1, 2'928, {},
         "Opening hours from a hub's yes to a booked date or the start of help; three times as long "
         "on the plain clock for hubs that stated no hours."},
        {"care.check_in_days", &C::care_check_in_days, "days", 1, 366, {},
         "How often a hub that helps is asked how it goes."},
        {"care.information_rounds", &C::care_information_rounds, "", 0, 255, {},
         "How often a referral may go back to its practice for missing facts before the owner must "
         "look."},
        {"care.escalate_hours", &C::care_escalate_hours, "hours", 1, 2'928, {},
         "Opening hours between two steps of the ladder when a hub lets time pass over a person."},
        {"care.after_appointment_hours", &C::care_after_appointment_hours, "hours", 1, 8'784, {},
         "How long after an appointment a hub has to say what came of it."},
        {"care.owner_review_hours", &C::care_owner_review_hours, "hours", 1, 8'784, {},
         "When the owner is told again of what waits for them."},
        {"care.referrer_review_days", &C::care_referrer_review_days, "days", 1, 366, {},
         "When somebody looks again at what went back to the practice."},
        {"care.follow_up_days", &C::care_follow_up_days, "days", 1, 366, {},
         "How long the owner has to ask hub and person when they say different things about an "
         "outcome."},
        {"care.split_households", &C::care_split_households, "", 0, 0, {},
         "Whether needs that belong together may be served apart when no hub has all of them and the "
         "people concerned agreed to it."},
    };
    return table;
}

matcher::Policy Config::policy() const {
    constexpr std::int64_t minute_ms = 60'000;
    matcher::Policy p;
    p.version = static_cast<std::uint32_t>(policy_version);
    p.distance = static_cast<matcher::Points>(weight_distance);
    p.needs = static_cast<matcher::Points>(weight_needs);
    p.language = static_cast<matcher::Points>(weight_language);
    p.trust = static_cast<matcher::Points>(weight_trust);
    p.community = static_cast<matcher::Points>(weight_community);
    p.spare = static_cast<matcher::Points>(weight_spare);
    p.reach = static_cast<matcher::Metres>(reach_metres);
    p.answer_within_routine_ms = answer_within_routine_minutes * minute_ms;
    p.answer_within_urgent_ms = answer_within_urgent_minutes * minute_ms;
    p.gap_review_after_ms = gap_review_after_hours * 60 * minute_ms;
    return p;
}

matcher::Care Config::care() const {
    constexpr std::int64_t hour_ms = 3'600'000;
    matcher::Care c;
    c.version = static_cast<std::uint32_t>(care_version);
    c.owner = matcher::OwnerName(care_owner);
    c.mode_routine = matcher::parse<matcher::OfferMode>(care_mode_routine).value_or(c.mode_routine);
    c.mode_urgent = matcher::parse<matcher::OfferMode>(care_mode_urgent).value_or(c.mode_urgent);
    c.parallel = static_cast<std::uint8_t>(care_parallel);
    c.broadcast = static_cast<std::uint8_t>(care_broadcast);
    c.contact_tries_max = static_cast<std::uint8_t>(care_contact_tries);
    c.answer_routine_working_ms = care_answer_routine_hours * hour_ms;
    c.answer_urgent_working_ms = care_answer_urgent_hours * hour_ms;
    c.contact_working_ms = care_contact_hours * hour_ms;
    c.check_in_ms = care_check_in_days * 24 * hour_ms;
    c.information_rounds_max = static_cast<std::uint8_t>(care_information_rounds);
    c.escalate_working_ms = care_escalate_hours * hour_ms;
    c.after_appointment_ms = care_after_appointment_hours * hour_ms;
    c.owner_review_ms = care_owner_review_hours * hour_ms;
    c.referrer_review_ms = care_referrer_review_days * 24 * hour_ms;
    c.follow_up_ms = care_follow_up_days * 24 * hour_ms;
    c.split_households = care_split_households;
    return c;
}

std::string http_url(std::string_view address, std::int64_t port) {
    const bool ipv6 = address.find(':') != address.npos;
    return ipv6 ? fmt::format("http://[{}]:{}", address, port) : fmt::format("http://{}:{}", address, port);
}

unsigned Config::io_threads() const {
    if (threads > 0) {
        return static_cast<unsigned>(threads);
    }
    const unsigned cores = std::thread::hardware_concurrency();
    return std::clamp(cores, 2U, 5U) - 1;
}

std::string Setting::environment() const {
    std::string text = "HUBWARD_";
    for (const char c : key) {
        text += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    return text;
}

std::string Setting::range() const {
    if (std::holds_alternative<std::int64_t Config::*>(member)) {
        return fmt::format("{} … {}", min, max);
    }
    if (std::holds_alternative<bool Config::*>(member)) {
        return "true or false";
    }
    if (std::holds_alternative<Texts Config::*>(member)) {
        return "a list of texts";
    }
    return choices.empty() ? "a text" : fmt::format("one of {}", fmt::join(choices, ", "));
}

namespace {

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out + '"';
}

struct AsText {
    const Config& config;
    std::string operator()(std::string Config::*m) const { return in_quotes(config.*m); }
    std::string operator()(std::int64_t Config::*m) const { return fmt::to_string(config.*m); }
    std::string operator()(bool Config::*m) const { return config.*m ? "true" : "false"; }
    std::string operator()(Texts Config::*m) const {
        std::string out;
        for (const std::string& text : config.*m) {
            out += (out.empty() ? "" : ", ") + in_quotes(text);
        }
        return "[" + out + "]";
    }
};

}  // namespace

std::string Setting::value(const Config& config) const {
    return std::visit(AsText{config}, member);
}

const Setting* find_setting(std::string_view key) {
    const auto at = std::ranges::find(settings(), key, &Setting::key);
    return at == settings().end() ? nullptr : &*at;
}

}  // namespace hubward::server
