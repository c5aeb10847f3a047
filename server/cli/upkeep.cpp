// SPDX-License-Identifier: Apache-2.0
//
// backup, restore, verify. A backup of a folder that a server has open goes through that server.
#include "storage/upkeep.hpp"

#include <filesystem>

#include <boost/json.hpp>
#include <fmt/format.h>

#include "server/auth/token.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/http_client.hpp"
#include "server/cli/terminal.hpp"
#include "server/store_failure.hpp"
#include "server/system_clock.hpp"

namespace hubward::server::cli {
namespace {

storage::StoreOptions store_options(const Config& config) {
    storage::StoreOptions options;
    options.folder = config.data;
    options.master_key_file = config.master_key_file;
    options.create = false;
    options.accept_loss = config.accept_loss;
    return options;
}

storage::Progress shown_by(Progress& progress) {
    return [&progress](std::uint64_t done, std::uint64_t of) { progress.show(done, of); };
}

Exit report(const storage::BackupReport& made, std::string_view what, const std::string& where, bool json) {
    print(json ? fmt::format("{{\"{}\":{},\"number\":{},\"bytes\":{}}}\n", what, json_quoted(where),
                             made.number, made.bytes)
               : fmt::format("{} {}: all events up to {}, {} bytes\n", what, where, made.number, made.bytes));
    return Exit::ok;
}

// The running server copies; we prove with a token of a minute that we may read its key file.
Exit back_up_by_server(const Config& config, const std::string& target, bool json) {
    auto tokens = auth::Tokens::open(config.token_key_file);
    if (!tokens) {
        return fail(Exit::config, tokens.error());
    }
    auth::Principal me;
    me.role = matcher::Role::ops;
    me.subject = "backup";
    me.expires = SystemClock().now() + std::chrono::minutes(1);
    const std::string host = config.address == "0.0.0.0" ? "127.0.0.1" : config.address == "::" ? "::1" : config.address;
    HttpClient client(http_url(host, config.port), std::chrono::hours(2));
    const auto answer = client.call("POST", "/v1/ops/backup",
                                    {{"Authorization", "Bearer " + (*tokens)->mint(me)},
                                     {"Content-Type", "application/json"}},
                                    fmt::format("{{\"target\":{}}}", json_quoted(target)));
    if (!answer) {
        return fail(Exit::temporary, "another process has the data folder, and no server answers: " + answer.error());
    }
    boost::system::error_code error;
    const auto body = boost::json::parse(answer->body, error);
    if (answer->status != 201 || error || !body.is_object()) {
        const auto* detail = !error && body.is_object() ? body.as_object().if_contains("detail") : nullptr;
        return fail(Exit::temporary,
                    fmt::format("the server answered {}{}", answer->status,
                                detail != nullptr && detail->is_string()
                                    ? ": " + std::string(detail->as_string())
                                    : std::string()));
    }
    storage::BackupReport made;
    made.number = body.at("number").to_number<std::uint64_t>();
    made.bytes = body.at("bytes").to_number<std::uint64_t>();
    return report(made, "backup", target, json);
}

// One decision worked out again: the same, or the names of the fields that differ.
Exit verify_decision(const storage::StoreOptions& store, const VerifyOptions& options) {
    const auto found = storage::verify_decision(store, options.decision);
    if (!found) {
        return fail(failure(found.error()));
    }
    if (!found->is_decision) {
        return fail(Exit::data, fmt::format("event {} is no decision; GET /v1/referrals/{{id}}/explanation "
                                            "lists the numbers of a referral's decisions",
                                            options.decision));
    }
    const matcher::Offered& made = found->made;
    std::string fields;
    for (const std::string& field : found->different) {
        fields += (fields.empty() ? "" : options.json ? "," : ", ") + (options.json ? json_quoted(field) : field);
    }
    if (options.json) {
        print(fmt::format("{{\"decision\":{},\"hub\":{},\"total\":{},\"policy\":{},\"policy_hash\":\"{:016x}\","
                          "\"input_hash\":\"{:016x}\",\"engine_version\":{},\"different\":[{}]}}\n",
                          options.decision, json_quoted(found->hub), made.score.total(), made.policy,
                          made.cited.rules, made.cited.inputs, made.cited.engine, fields));
    } else {
        print(fmt::format("decision {}: {} with {} points, policy {} ({:016x}), input {:016x}, engine {}\n",
                          options.decision, found->hub, made.score.total(), made.policy, made.cited.rules,
                          made.cited.inputs, made.cited.engine));
        print(fields.empty() ? "worked out again: the same\n"
                             : fmt::format("worked out again: different in {}\n", fields));
    }
    return found->different.empty() ? Exit::ok : Exit::data;
}

}  // namespace

Exit back_up(const BackupOptions& options) {
    auto loaded = read_config(options.config);
    if (!loaded) {
        return loaded.error();
    }
    const std::string target = std::filesystem::absolute(options.target).string();
    std::error_code error;
    if (std::filesystem::exists(target, error)) {
        return fail(Exit::cannot_create, fmt::format("{} is there already; name a new folder", target));
    }
    auto store = storage::Store::open(store_options(loaded->config));
    if (!store) {
        return store.error().why == storage::StoreError::locked
                   ? back_up_by_server(loaded->config, target, options.json)
                   : fail(failure(store.error()));
    }
    Progress progress("bytes copied");
    auto made = storage::backup(**store, target, [&progress](std::uint64_t done, std::uint64_t of) {
        progress.show(done, of);
        return true;
    });
    progress.end();
    return made ? report(*made, "backup", target, options.json) : fail(failure(made.error()));
}

Exit restore(const RestoreOptions& options) {
    Progress progress("bytes copied");
    auto made = storage::restore(options.backup, options.folder, shown_by(progress));
    progress.end();
    return made ? report(*made, "restored", options.folder, options.json) : fail(failure(made.error()));
}

Exit verify(const VerifyOptions& options) {
    auto loaded = read_config(options.config);
    if (!loaded) {
        return loaded.error();
    }
    storage::StoreOptions store = store_options(loaded->config);
    store.read_only = true;
    if (options.decision != 0) {
        return verify_decision(store, options);
    }
    Progress progress("events checked");
    auto found = storage::verify(store, shown_by(progress));
    progress.end();
    if (!found) {
        return fail(failure(found.error()));
    }
    print(options.json
              ? fmt::format("{{\"batches\":{},\"events\":{},\"sealed\":{},\"state_hash\":\"{:016x}\","
                            "\"chain_head\":{},\"snapshot\":{}}}\n",
                            found->batches, found->events, found->sealed, found->state_hash,
                            json_quoted(found->chain_head), found->snapshot)
              : fmt::format("sound: {} events in {} batches, {} sealed details with their keys\n"
                            "state hash {:016x}, chain head {}, newest snapshot at {}\n",
                            found->events, found->batches, found->sealed, found->state_hash,
                            found->chain_head, found->snapshot));
    return Exit::ok;
}

}  // namespace hubward::server::cli
