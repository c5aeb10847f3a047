// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include <fmt/format.h>

#include "server/auth/key_file.hpp"
#include "server/auth/principal.hpp"
#include "server/auth/token.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/system_clock.hpp"
#include "server/wire/referral_json.hpp"
#include "storage/master_key.hpp"

namespace hubward::server::cli {
namespace {

// Opens the page that logs a browser in. What stands behind "#" is sent to no server and stands in no log.
std::string enter_link(const Config& config, std::string_view token) {
    const std::string base = config.base_url.empty() ? http_url(config.address, config.port) : config.base_url;
    return fmt::format("{}/enter#{}", base, token);
}

// A key that is there stays, if it is one. Whoever made it may have been cut off before its name was safe.
Exit keep_key(const std::filesystem::path& file) {
    if (std::string fault = auth::key_file_fault(file); !fault.empty()) {
        std::error_code error;
        if (std::filesystem::file_size(file, error) == 0 && !error) {
            fault += "; it is empty, so if nothing was ever stored with it, remove it and run: hubward keys init";
        }
        return fail(Exit::config, fault);
    }
    if (!auth::sync_folder(file.has_parent_path() ? file.parent_path() : ".")) {
        return fail(Exit::io, fmt::format("a power cut might take the key file {}: its folder cannot be synced; see "
                                          "that it can be read and its disk written, then run this again",
                                          file.string()));
    }
    print(fmt::format("kept {}\n", file.string()));
    return Exit::ok;
}

}  // namespace

Exit mint_token(const TokenOptions& options) {
    const auto role = matcher::parse<matcher::Role>(options.role);
    if (!role || *role == matcher::Role::system) {
        return fail(Exit::usage, "--role must be practice, hub, place or ops");
    }
    if (const auto fault = auth::subject_fault(*role, options.subject); !fault.empty()) {
        return fail(Exit::usage, fmt::format("--subject must be {}", fault));
    }
    const std::int64_t ttl_ms = parse_duration_ms(options.ttl);
    if (ttl_ms < 0) {
        return fail(Exit::usage, "--ttl must be a number with s, m, h or d, at most ten years: 12h, 90d");
    }
    auto loaded = read_config(options.config);
    if (!loaded) {
        return loaded.error();
    }
    auto tokens = auth::Tokens::open(loaded->config.token_key_file);
    if (!tokens) {
        return fail(Exit::config, tokens.error());
    }
    auth::Principal principal;
    principal.role = *role;
    principal.subject = options.subject;
    principal.expires = SystemClock().now() + std::chrono::milliseconds(ttl_ms);
    const std::string token = (*tokens)->mint(principal);
    const std::string link = enter_link(loaded->config, token);
    if (!options.json) {
        print((options.link ? link : token) + "\n");
        return Exit::ok;
    }
    const auto checked = (*tokens)->check(token, SystemClock().now());
    print(fmt::format("{{\"token\":{},\"link\":{},\"id\":{},\"role\":{},\"subject\":{},\"expires\":{}}}\n",
                      json_quoted(token), json_quoted(link), json_quoted(checked ? checked->token_id : ""),
                      json_quoted(options.role), json_quoted(options.subject),
                      json_quoted(wire::time_text(principal.expires))));
    return Exit::ok;
}

Exit list_roles() {
    constexpr matcher::Role roles[] = {matcher::Role::practice, matcher::Role::hub,
                                       matcher::Role::place, matcher::Role::ops};
    for (const matcher::Role role : roles) {
        print(fmt::format("{}\n", matcher::name(role)));
        for (const auth::PermissionRow& row : auth::permission_table()) {
            if (row.gives(role)) {
                print(fmt::format("  {:18} {}\n", row.name, row.meaning));
            }
        }
    }
    return Exit::ok;
}

Exit keys_init(const ConfigOptions& options) {
    auto loaded = read_config(options);
    if (!loaded) {
        return loaded.error();
    }
    const std::filesystem::path master = loaded->config.master_key_file;
    std::error_code error;
    if (std::filesystem::exists(master, error)) {
        if (const Exit kept = keep_key(master); kept != Exit::ok) {
            return kept;
        }
    } else {
        std::filesystem::create_directories(master.parent_path(), error);
        if (auto made = storage::make_master_key(master); !made) {
            return fail(Exit::cannot_create, made.error());
        }
        print(fmt::format("made {}: keep a copy of it where the backups are not\n", master.string()));
    }
    auto token = auth::make_key_file(loaded->config.token_key_file);
    if (!token) {
        return fail(Exit::cannot_create, token.error());
    }
    if (!*token) {
        return keep_key(loaded->config.token_key_file);
    }
    print(fmt::format("made {}\n", loaded->config.token_key_file));
    return Exit::ok;
}

Exit keys_status(const ConfigOptions& options) {
    auto loaded = read_config(options);
    if (!loaded) {
        return loaded.error();
    }
    Exit code = Exit::ok;
    for (const std::string& file : {loaded->config.master_key_file, loaded->config.token_key_file}) {
        const std::string fault = auth::key_file_fault(file);
        if (fault.empty()) {
            print(fmt::format("ok {}\n", file));
        } else {
            code = fail(Exit::config, fault);
        }
    }
    return code;
}

}  // namespace hubward::server::cli
