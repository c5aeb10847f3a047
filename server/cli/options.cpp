// SPDX-License-Identifier: Apache-2.0
//
// The door to CLI11. One function per subcommand: its options, one example, what it runs.
#include "server/cli/options.hpp"

#include <cstdint>
#include <functional>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/spelling.hpp"

namespace hubward::server::cli {
namespace {

using Run = std::function<Exit()>;

// Adds --config, --set and the short flags; `into` outlives the parsing.
void add_config(CLI::App& app, ConfigOptions& into) {
    app.add_option("--config", into.file, "Configuration file (TOML)");
    const auto shorthand = [&](const char* flag, const char* key, const char* help) {
        app.add_option_function<std::string>(
            flag,
            [&into, flag, key](const std::string& value) { into.flags.push_back({key, value, flag}); },
            help);
    };
    shorthand("--data", "storage.data", "Data folder");
    app.add_option_function<std::vector<std::string>>(
           "--set",
           [&into](const std::vector<std::string>& sets) {
               for (const std::string& set : sets) {
                   const auto equals = set.find('=');
                   if (equals == set.npos) {
                       throw CLI::ValidationError("--set", "expected key=value, got " + set);
                   }
                   into.flags.push_back({set.substr(0, equals), set.substr(equals + 1), "--set"});
               }
           },
           "Any setting, as key=value; may be repeated")
        ->expected(1)
        ->take_all();
}

CLI::App& subcommand(CLI::App& app, const char* name, const char* help, const char* example) {
    CLI::App& sub = *app.add_subcommand(name, help);
    sub.footer(std::string("Example:\n  ") + example);
    return sub;
}

void add_serve(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "serve", "Run the server",
                               "hubward serve --config /etc/hubward/hubward.toml");
    auto options = std::make_shared<ConfigOptions>();
    add_config(sub, *options);
    const auto shorthand = [&](const char* flag, const char* key, const char* help) {
        sub.add_option_function<std::string>(
            flag,
            [options, flag, key](const std::string& value) {
                options->flags.push_back({key, value, flag});
            },
            help);
    };
    shorthand("--address", "server.address", "Address to listen on");
    shorthand("--port", "server.port", "TCP port; 0: a free one");
    shorthand("--threads", "server.threads", "Threads that talk to clients");
    shorthand("--log-level", "log.level", "debug, info, warning or error");
    shorthand("--log-format", "log.format", "auto, json or text");
    sub.callback([&run, options] { run = [options] { return serve(*options); }; });
}

void add_demo(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "demo", "Run a server with invented hubs and referrals",
                               "hubward demo --port 9000");
    auto options = std::make_shared<DemoOptions>();
    auto* port = sub.add_option("--port", options->port, "TCP port; 0: a free one (default 8080)");
    sub.add_option("--data", options->data, "Keep the data here (default: a temporary folder)");
    sub.add_flag("!--no-traffic", options->traffic, "No stream of invented referrals");
    sub.callback([&run, options, port] {
        options->port_given = port->count() > 0;
        run = [options] { return demo(*options); };
    });
}

void add_config_commands(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "config", "Check or print the configuration",
                               "hubward config check --config hubward.toml");
    sub.require_subcommand(1);
    CLI::App& check = subcommand(sub, "check", "Print each value in force and where it comes from",
                                 "HUBWARD_SERVER_PORT=9000 hubward config check");
    auto options = std::make_shared<ConfigOptions>();
    auto explain = std::make_shared<bool>(false);
    add_config(check, *options);
    check.add_flag("--explain", *explain, "Also meaning, unit, range and default of each");
    check.callback([&run, options, explain] {
        run = [options, explain] { return config_check(*options, *explain); };
    });
    CLI::App& defaults = subcommand(sub, "defaults", "Print a file with every setting explained",
                                    "hubward config defaults > hubward.toml");
    defaults.callback([&run] { run = config_defaults; });
}

void add_import_postcodes(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(
        app, "postcodes", "Make a gazetteer of the ONS Postcode Directory or Code-Point Open",
        "hubward import postcodes ONSPD_FEB_2026_UK.csv --output /etc/hubward/gazetteer.csv");
    auto options = std::make_shared<PostcodeOptions>();
    sub.add_option("file", options->inputs, "CSV files; of one postcode the last file's row counts")->required();
    sub.add_option("--output", options->output, "Gazetteer to write, for places.gazetteer")->required();
    sub.add_flag("--json", options->json, "The report as JSON");
    sub.callback([&run, options] { run = [options] { return import_postcodes(*options); }; });
}

void add_import(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(
        app, "import", "Read hubs from Open Referral UK / HSDS JSON or CSV",
        "hubward import services.json --place riverside --server http://127.0.0.1:8080 --token hw1.…");
    auto options = std::make_shared<ImportOptions>();
    add_config(sub, options->config);
    sub.add_option("input", options->inputs, "Files or folders");
    sub.add_option("--overlay", options->overlay, "CSV with languages and capacity by service id");
    sub.add_option("--place", options->place, "Slug of the place that the hubs belong to");
    sub.add_option("--server", options->server, "Server to send to; else the data folder is filled");
    sub.add_option("--token", options->token, "Access token of role place or ops")
        ->envname("HUBWARD_TOKEN");
    sub.add_flag("--json", options->json, "The report as JSON");
    add_import_postcodes(sub, run);
    sub.callback([&run, &sub, options] {
        if (!sub.get_subcommands().empty()) {
            return;  // that one has said what to run
        }
        if (options->inputs.empty()) {
            throw CLI::RequiredError("input");
        }
        run = [options] { return import_hubs(*options); };
    });
}

void add_match(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "match", "Rank hubs for a file of referrals, without a server",
                               "hubward match referrals.ndjson --hubs hubs.json");
    auto options = std::make_shared<MatchOptions>();
    sub.add_option("referrals", options->referrals, "NDJSON file; - is standard input")->required();
    sub.add_option("--hubs", options->hubs, "Hubs: a JSON array, or NDJSON")->required();
    sub.add_option("--gazetteer", options->gazetteer, "CSV: postcode,latitude,longitude");
    sub.add_option("--top", options->top, "Hubs shown per referral; 0: all")->capture_default_str();
    sub.add_flag("--json", options->json, "One JSON object per referral");
    sub.callback([&run, options] { run = [options] { return match(*options); }; });
}

void add_inspect(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "inspect", "Look into a data folder; shows no personal details",
                               "hubward inspect --data /var/lib/hubward --from 1 --to 20");
    auto options = std::make_shared<InspectOptions>();
    add_config(sub, options->config);
    sub.add_option("--from", options->from, "First event number to show");
    sub.add_option("--to", options->to, "Last event number to show (default: the newest)");
    sub.add_flag("--json", options->json, "One JSON object per line");
    sub.callback([&run, options] { run = [options] { return inspect(*options); }; });
}

void add_upkeep(CLI::App& app, Run& run) {
    CLI::App& backup_sub = subcommand(app, "backup", "Copy a data folder, also while it is served",
                                      "hubward backup /mnt/backup/2026-03-02");
    auto backup = std::make_shared<BackupOptions>();
    add_config(backup_sub, backup->config);
    backup_sub.add_option("target", backup->target, "Folder that does not exist yet")->required();
    backup_sub.add_flag("--json", backup->json, "The report as JSON");
    backup_sub.callback([&run, backup] { run = [backup] { return back_up(*backup); }; });

    CLI::App& restore_sub = subcommand(app, "restore", "Fill a new data folder from a backup",
                                       "hubward restore /mnt/backup/2026-03-02 --into /var/lib/hubward");
    auto restored = std::make_shared<RestoreOptions>();
    restore_sub.add_option("backup", restored->backup, "The backup")->required();
    restore_sub.add_option("--into", restored->folder, "Folder that is empty or does not exist")->required();
    restore_sub.add_flag("--json", restored->json, "The report as JSON");
    restore_sub.callback([&run, restored] { run = [restored] { return restore(*restored); }; });

    CLI::App& verify_sub = subcommand(app, "verify", "Read every record and derive the state again",
                                      "hubward verify --data /var/lib/hubward");
    auto verified = std::make_shared<VerifyOptions>();
    add_config(verify_sub, verified->config);
    verify_sub.add_flag("--json", verified->json, "The report as JSON");
    CLI::App& decision = subcommand(verify_sub, "decision", "Work one decision out again and compare",
                                    "hubward verify decision 1042 --data /var/lib/hubward");
    add_config(decision, verified->config);
    decision.add_option("number", verified->decision, "Number of the decision in the journal")->required();
    decision.add_flag("--json", verified->json, "The report as JSON");
    verify_sub.callback([&run, verified] { run = [verified] { return verify(*verified); }; });
}

void add_feed(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "feed", "Follow the live feed, or check that a server keeps its rules",
                               "hubward feed tail --stream hub/city-library --token hw1.…");
    sub.require_subcommand(1);
    CLI::App& tail = subcommand(sub, "tail", "Show the events of a stream as they happen",
                                "hubward feed tail --stream hub/city-library --after earliest --count 10");
    auto followed = std::make_shared<FeedTailOptions>();
    tail.add_option("--server", followed->server, "Server, http://host:port")->capture_default_str();
    tail.add_option("--token", followed->token, "Access token")->envname("HUBWARD_TOKEN")->required();
    tail.add_option("--stream", followed->stream, "hub/…, practice/…, place/… or ops")->required();
    tail.add_option("--after", followed->after, "latest, earliest or epoch:seq")->capture_default_str();
    tail.add_option("--count", followed->count, "Leave after so many events; 0: never")->capture_default_str();
    tail.add_flag("--json", followed->json, "One JSON object a line");
    tail.callback([&run, followed] { run = [followed] { return feed_tail(*followed); }; });

    CLI::App& check = subcommand(sub, "check", "Run the rules of hubward.feed.v1 against a server",
                                 "hubward feed check http://127.0.0.1:8080 --stream hub/city-library");
    auto checked = std::make_shared<FeedCheckOptions>();
    check.add_option("server", checked->server, "Server, http://host:port")->required();
    check.add_option("--token", checked->token, "Access token for the stream")->envname("HUBWARD_TOKEN")->required();
    check.add_option("--stream", checked->stream, "A stream with at least four events")->required();
    check.add_flag("--beat", checked->beat, "Wait for a heartbeat, too");
    check.callback([&run, checked] { run = [checked] { return feed_check(*checked); }; });
}

void add_top(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "top", "Watch a server: throughput, latencies, queue, feed, storage",
                               "hubward top --once --json");
    auto options = std::make_shared<TopOptions>();
    sub.add_option("--server", options->server, "Server, http://host:port")->capture_default_str();
    sub.add_option("--token", options->token, "Access token; not needed on the server's own machine")
        ->envname("HUBWARD_TOKEN");
    sub.add_flag("--once", options->once, "One glance, then leave");
    sub.add_flag("--json", options->json, "One glance as JSON");
    sub.callback([&run, options] { run = [options] { return top(*options); }; });
}

void add_policy(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "policy", "Check, explain, compare or adopt the rules of a place",
                               "hubward policy check configs/policies/place.toml");
    sub.require_subcommand(1);
    auto options = std::make_shared<PolicyOptions>();
    const auto add = [&](const char* name, const char* help, const char* example,
                         Exit (*what)(const PolicyOptions&)) -> CLI::App& {
        CLI::App& one = subcommand(sub, name, help, example);
        one.callback([&run, options, what] { run = [options, what] { return what(*options); }; });
        return one;
    };
    add("check", "Say whether the file is sound; each fault with its line and reason",
        "hubward policy check place.toml", policy_check)
        .add_option("file", options->file, "Policy file (TOML)")
        ->required();
    add("explain", "Every setting in force, in plain words, and where it comes from",
        "hubward policy explain place.toml", policy_explain)
        .add_option("file", options->file, "Policy file; without one the built-in rules");
    CLI::App& diff = add("diff", "What the second file would change", "hubward policy diff old.toml new.toml",
                         policy_diff);
    diff.add_option("before", options->file, "Policy file")->required();
    diff.add_option("after", options->other, "Policy file")->required();
    CLI::App& adopt = add("adopt", "Put the rules in force on a running server, the outermost place first",
                          "hubward policy adopt city.toml partnership.toml place.toml --server http://127.0.0.1:8080 --token hw1.…",
                          policy_adopt);
    adopt.add_option("files", options->files, "Policy files")->required();
    adopt.add_option("--server", options->server, "The server")->required();
    adopt.add_option("--token", options->token, "Access token of role place or ops")
        ->envname("HUBWARD_TOKEN")
        ->required();
}

void add_token(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "token", "Mint access tokens",
                               "hubward token mint --role practice --subject B81001 --ttl 90d");
    sub.require_subcommand(1);
    CLI::App& mint = subcommand(sub, "mint", "Print a new access token",
                                "hubward token mint --role hub --subject city-library --ttl 12h");
    auto options = std::make_shared<TokenOptions>();
    add_config(mint, options->config);
    mint.add_option("--role", options->role, "practice, hub, place or ops")->required();
    mint.add_option("--subject", options->subject, "ODS code, hub slug, place slug or a name")->required();
    mint.add_option("--ttl", options->ttl, "How long it is good: 45s, 30m, 12h, 90d")->capture_default_str();
    mint.add_flag("--link", options->link, "Print a link for a browser that holds the token");
    mint.add_flag("--json", options->json, "Token, link, id and expiry as JSON");
    mint.callback([&run, options] { run = [options] { return mint_token(*options); }; });
    CLI::App& roles = subcommand(sub, "roles", "Print the roles and what each may do", "hubward token roles");
    roles.callback([&run] { run = list_roles; });
}

void add_keys(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "keys", "Make or check the key files", "hubward keys init");
    sub.require_subcommand(1);
    const auto add = [&](const char* name, const char* help, Exit (*what)(const ConfigOptions&)) {
        CLI::App& one = subcommand(sub, name, help, (std::string("hubward keys ") + name).c_str());
        auto options = std::make_shared<ConfigOptions>();
        add_config(one, *options);
        one.callback([&run, options, what] { run = [options, what] { return what(*options); }; });
    };
    add("init", "Make the master key and the token key; existing files are kept", keys_init);
    add("status", "Say whether the key files are there and private", keys_status);
}

void add_doctor(CLI::App& app, Run& run) {
    CLI::App& sub = subcommand(app, "doctor", "Check this machine, with a cure for each trouble",
                               "hubward doctor --config /etc/hubward/hubward.toml");
    auto options = std::make_shared<ConfigOptions>();
    add_config(sub, *options);
    sub.callback([&run, options] { run = [options] { return doctor(*options); }; });
}

// A word where a command is expected, and the command that was probably meant.
std::string unknown_command(const CLI::App& app, std::string_view word) {
    std::string_view nearest;
    std::size_t least = SIZE_MAX;
    for (const CLI::App* sub : app.get_subcommands({})) {
        if (const auto far = edit_distance(word, sub->get_name()); far < least) {
            least = far;
            nearest = sub->get_name();
        }
    }
    return fmt::format("There is no command \"{}\"; did you mean \"{}\"?", word, nearest);
}

}  // namespace

Exit run(int argc, char** argv) {
    CLI::App app("Routes referrals of people who need digital help to community hubs.", "hubward");
    app.footer("Start with: hubward demo");
    app.require_subcommand(1);
    app.set_version_flag("--version", std::string("hubward ") + std::string(version));
    Run run;
    add_serve(app, run);
    add_demo(app, run);
    add_config_commands(app, run);
    add_import(app, run);
    add_match(app, run);
    add_inspect(app, run);
    add_upkeep(app, run);
    add_feed(app, run);
    add_top(app, run);
    add_policy(app, run);
    add_token(app, run);
    add_keys(app, run);
    add_doctor(app, run);
    subcommand(app, "version", "Print the version", "hubward version")
        .callback([&run] {
            run = [] {
                print(fmt::format("hubward {}\n", version));
                return Exit::ok;
            };
        });
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const std::string_view first = argc > 1 ? argv[1] : "";
        if (!first.empty() && !first.starts_with('-') && app.get_subcommands().empty()) {
            return fail(Exit::usage, unknown_command(app, first));
        }
        // Help and version are "errors" with code 0 here.
        return app.exit(error) == 0 ? Exit::ok : Exit::usage;
    }
    try {
        return run();
    } catch (const std::exception& error) {
        return fail(Exit::software, error.what());
    }
}

}  // namespace hubward::server::cli
