// SPDX-License-Identifier: Apache-2.0
//
// The subcommands. Each takes what the command line said and gives an exit code; results go to
// stdout, everything else to stderr.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/app.hpp"
#include "server/config.hpp"

namespace hubward::server::cli {

// --config, --set, and the shorter flags that stand for a --set.
struct ConfigOptions {
    std::optional<std::string> file;
    std::vector<ConfigSources::Flag> flags;
};
// Prints what is wrong, one line per fault, and gives Exit::config. Without --config it reads the
// file named by HUBWARD_CONFIG, else /etc/hubward/hubward.toml when there is one.
std::expected<LoadedConfig, Exit> read_config(const ConfigOptions& options);

Exit serve(const ConfigOptions& options);

struct DemoOptions {
    std::uint16_t port = 8080;
    bool port_given = false;  // otherwise the next free one is taken when 8080 is not
    std::string data;         // empty: a temporary folder, removed at the end
    bool traffic = true;
};
Exit demo(const DemoOptions& options);

Exit config_check(const ConfigOptions& options, bool explain);
Exit config_defaults();

struct ImportOptions {
    ConfigOptions config;
    std::vector<std::string> inputs;  // files or folders
    std::string overlay;              // CSV with languages and capacity; empty for none
    std::string place;                // slug of the place that the hubs belong to
    std::string server;               // base URL; empty: into the data folder
    std::string token;
    bool json = false;
};
Exit import_hubs(const ImportOptions& options);

struct PostcodeOptions {
    std::vector<std::string> inputs;
    std::string output;
    bool json = false;
};
Exit import_postcodes(const PostcodeOptions& options);

struct MatchOptions {
    std::string referrals;  // NDJSON; "-" is stdin
    std::string hubs;       // JSON array or NDJSON
    std::string gazetteer;
    std::size_t top = 3;    // hubs shown per referral; 0: all
    bool json = false;
};
Exit match(const MatchOptions& options);

struct InspectOptions {
    ConfigOptions config;
    std::uint64_t from = 0;  // first event number shown; 0 with to = 0: only the summary
    std::uint64_t to = 0;
    bool json = false;
};
Exit inspect(const InspectOptions& options);

struct BackupOptions {
    ConfigOptions config;
    std::string target;
    bool json = false;
};
Exit back_up(const BackupOptions& options);
struct RestoreOptions {
    std::string backup;
    std::string folder;
    bool json = false;
};
Exit restore(const RestoreOptions& options);
struct VerifyOptions {
    ConfigOptions config;
    std::uint64_t decision = 0;  // 0: the whole folder; else the number of one decision
    bool json = false;
};
Exit verify(const VerifyOptions& options);

struct FeedTailOptions {
    std::string server = "http://127.0.0.1:8080";
    std::string token;
    std::string stream;
    std::string after = "latest";  // or "earliest", or "epoch:seq"
    std::uint64_t count = 0;       // events to show, then leave; 0: go on
    bool json = false;
};
// Goes on through restarts and broken lines, and says when events may be missing.
Exit feed_tail(const FeedTailOptions& options);

struct TopOptions {
    std::string server = "http://127.0.0.1:8080";
    std::string token;  // not needed on the server's own machine
    bool once = false;  // one glance and leave; so it is without a terminal
    bool json = false;
};
Exit top(const TopOptions& options);

struct FeedCheckOptions {
    std::string server;
    std::string token;
    std::string stream;
    bool beat = false;  // wait for a heartbeat, too
};
// Whether that server keeps hubward.feed.v1. Changes nothing there.
Exit feed_check(const FeedCheckOptions& options);

struct PolicyOptions {
    std::string file;
    std::string other;   // policy diff: the second file
    std::vector<std::string> files;  // policy adopt, the outermost place first
    std::string server;
    std::string token;
};
Exit policy_check(const PolicyOptions& options);
Exit policy_explain(const PolicyOptions& options);  // without a file: the built-in rules
Exit policy_diff(const PolicyOptions& options);
Exit policy_adopt(const PolicyOptions& options);

struct TokenOptions {
    ConfigOptions config;
    std::string role;
    std::string subject;
    std::string ttl = "90d";
    bool link = false;
    bool json = false;
};
Exit mint_token(const TokenOptions& options);
Exit list_roles();

Exit keys_init(const ConfigOptions& options);
Exit keys_status(const ConfigOptions& options);
Exit doctor(const ConfigOptions& options);

}  // namespace hubward::server::cli
