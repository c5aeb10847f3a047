// SPDX-License-Identifier: Apache-2.0
//
// Every setting of the server, once. A value comes from a flag, else from the environment, else
// from the file, else it is the default written here.
//
// config_settings.cpp is the table: key, member, unit, range, meaning. configs/hubward.toml and
// `hubward config defaults` are made from it; a test keeps them equal.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "matcher/care.hpp"
#include "matcher/policy.hpp"

namespace hubward::server {

using Texts = std::vector<std::string>;

struct Config {
    // [server]
    std::string address = "127.0.0.1";
    std::int64_t port = 8080;
    std::int64_t threads = 0;
    std::string base_url;
    std::int64_t drain_seconds = 20;
    std::int64_t answer_deadline_ms = 5'000;
    // [limits]
    std::int64_t connections_max = 20'000;
    std::int64_t connections_per_address_max = 20'000;
    std::int64_t header_seconds = 10;
    std::int64_t body_seconds = 15;
    std::int64_t idle_seconds = 60;
    std::int64_t write_seconds = 10;
    // [storage]
    std::string data = "/var/lib/hubward";
    std::string master_key_file = "/etc/hubward/master.key";
    std::string token_key_file = "/etc/hubward/token.key";
    std::int64_t snapshot_every = 1'000'000;
    std::int64_t keep_free_mib = 128;
    bool accept_loss = false;
    bool accept_clock = false;
    // [feed]
    std::int64_t feed_replay_events = 0;
    // [outbound]
    Texts outbound_allowed_networks;
    std::string outbound_authorities_file;
    std::int64_t outbound_concurrency = 16;
    std::int64_t outbound_deadline_seconds = 20;
    // [places]
    std::string gazetteer;
    std::string closed_days;
    Texts dos_services;
    // [fhir]
    Texts fhir_use_cases{"dhub1"};
    Texts fhir_referral_definitions{
        "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-referral"};
    Texts fhir_cancel_definitions{
        "https://fhir.nhs.uk/MessageDefinition/bars-message-servicerequest-request-cancelled"};
    Texts fhir_needs;
    Texts fhir_may_relax;
    std::string fhir_default_need = "assess";
    std::string fhir_wrong_check_digit = "flag";
    std::string fhir_unknown_use_case = "400";
    // [log]
    std::string log_level = "info";
    std::string log_format = "auto";
    // [brand]
    std::string brand_name = "Hubward";
    std::string brand_colour = "#0b5156";
    std::string brand_mark;
    // [policy]
    std::int64_t policy_version = 1;
    std::int64_t weight_distance = 400;
    std::int64_t weight_needs = 250;
    std::int64_t weight_language = 150;
    std::int64_t weight_trust = 150;
    std::int64_t weight_community = 100;
    std::int64_t weight_spare = 50;
    std::int64_t reach_metres = 15'000;
    std::int64_t answer_within_routine_minutes = 3 * 24 * 60;
    std::int64_t answer_within_urgent_minutes = 8 * 60;
    std::int64_t gap_review_after_hours = 7 * 24;

    // [care]
    std::int64_t care_version = 1;
    std::string care_owner = "duty-desk";
    std::string care_mode_routine = "sequential";
    std::string care_mode_urgent = "sequential";
    std::int64_t care_parallel = 3;
    std::int64_t care_broadcast = 16;
    std::int64_t care_contact_tries = 3;
    std::int64_t care_answer_routine_hours = 24;
    std::int64_t care_answer_urgent_hours = 4;
    std::int64_t care_contact_hours = 16;
    std::int64_t care_check_in_days = 28;
    std::int64_t care_information_rounds = 2;
    std::int64_t care_escalate_hours = 8;
    std::int64_t care_after_appointment_hours = 24;
    std::int64_t care_owner_review_hours = 24;
    std::int64_t care_referrer_review_days = 7;
    std::int64_t care_follow_up_days = 7;
    bool care_split_households = false;

    matcher::Policy policy() const;
    matcher::Care care() const;
    // I/O threads to start: `threads`, or one less than the machine has cores, 1 … 4.
    unsigned io_threads() const;
};

// One row of the table.
struct Setting {
    using Member = std::variant<std::string Config::*, std::int64_t Config::*, bool Config::*,
                                Texts Config::*>;
    std::string_view key;   // "server.port"
    Member member;
    std::string_view unit;  // "seconds"; empty for texts
    std::int64_t min = 0;   // whole numbers only
    std::int64_t max = 0;
    std::vector<std::string_view> choices;  // texts only; empty: any
    std::string_view help;  // full sentences
    // Texts only: what is expected instead of one that cannot work; empty for one that can.
    std::string_view (*fault)(std::string_view) = nullptr;

    std::string environment() const;          // "HUBWARD_SERVER_PORT"
    std::string range() const;                // "1 … 65535", "true or false", "one of …"
    std::string value(const Config&) const;   // as it would stand in the file
};
const std::vector<Setting>& settings();

// What stands behind each value: "default", "/etc/hubward/hubward.toml:12",
// "environment HUBWARD_SERVER_PORT", "flag --port".
struct LoadedConfig {
    Config config;
    std::map<std::string, std::string, std::less<>> origin;  // by key
};

struct ConfigSources {
    std::optional<std::filesystem::path> file;  // must exist when named
    std::function<const char*(const char*)> environment;  // getenv, or a test's
    // key, value, and the flag as the user knows it.
    struct Flag {
        std::string key;
        std::string value;
        std::string name;
    };
    std::vector<Flag> flags;
};

// On failure: one text per fault, each naming where it stands, the key, and the nearest valid one.
std::expected<LoadedConfig, std::vector<std::string>> load_config(const ConfigSources& sources);

// --- pieces of load_config, for tests and the CLI ---
// Sets one value from text. Empty when it worked, else what is expected.
std::string set_value(Config& config, const Setting& setting, std::string_view text);
const Setting* find_setting(std::string_view key);
std::string_view nearest_key(std::string_view key);
// Keys with their values as text and the line they stand on. Faults as above.
struct FileValue {
    std::string key;
    std::variant<std::string, std::int64_t, bool, Texts> value;
    std::uint32_t line = 0;
};
std::expected<std::vector<FileValue>, std::vector<std::string>> read_config_file(
    const std::filesystem::path& file);

// Where clients of a server that listens there find it: "http://address:port", an IPv6 address in brackets.
std::string http_url(std::string_view address, std::int64_t port);

// The file configs/hubward.toml: every key with meaning, unit, range and default, commented out.
std::string documented_config();
// One line per key: value and origin. With `explain`, also meaning, unit, range and default.
std::string effective_config(const LoadedConfig& loaded, bool explain);

}  // namespace hubward::server
