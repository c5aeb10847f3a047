// SPDX-License-Identifier: Apache-2.0
//
// The rules of a place: check them, explain them, compare two, put them in force.
#include <fmt/format.h>

#include "matcher/receipt.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/http_client.hpp"
#include "server/cli/terminal.hpp"
#include "server/policy_file.hpp"
#include "server/wire/policy_json.hpp"

namespace hubward::server::cli {
namespace {

std::expected<PolicyFile, Exit> read(const std::string& file) {
    auto found = read_policy(file);
    if (!found) {
        Exit code = Exit::data;
        for (const std::string& fault : found.error()) {
            code = fail(Exit::data, fault);
        }
        return std::unexpected(code);
    }
    return *std::move(found);
}

std::string whose(const PolicyFile& file) {
    if (file.place.empty()) {
        return "for everywhere without rules of its own";
    }
    return fmt::format("for {}{}{}", file.place.view(), file.within.empty() ? "" : " within ",
                       file.within.view());
}

Exit adopt_one(HttpClient& client, const HttpClient::Headers& headers, const std::string& name,
               const PolicyFile& file) {
    const std::string path =
        file.place.empty() ? "/v1/policy" : fmt::format("/v1/policies/{}", file.place.view());
    const auto answer =
        client.call("PUT", path, headers, wire::encode_policy(file.policy, file.place, file.within));
    if (!answer) {
        return fail(Exit::temporary, answer.error());
    }
    if (answer->status != 200) {
        return fail(Exit::data, fmt::format("{}: the server answered {}: {}", name, answer->status, answer->body));
    }
    print(answer->body + "\n");
    return Exit::ok;
}

}  // namespace

Exit policy_check(const PolicyOptions& options) {
    const auto read_file = read(options.file);
    if (!read_file) {
        return read_file.error();
    }
    print(fmt::format("{}: sound, {}, hash {:016x}\n", options.file, whose(*read_file),
                      matcher::hash_of(read_file->policy)));
    return Exit::ok;
}

Exit policy_explain(const PolicyOptions& options) {
    PolicyFile shown;
    if (!options.file.empty()) {
        auto read_file = read(options.file);
        if (!read_file) {
            return read_file.error();
        }
        shown = *std::move(read_file);
    }
    const auto fields = wire::policy_fields();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const bool built_in = i >= shown.origins.size() || shown.origins[i].file.empty();
        std::string range = wire::policy_range(fields[i]);
        range[0] = range[0] == 'f' ? 'F' : range[0];
        print(fmt::format("{} = {}  ({})\n    {} {}.\n", fields[i].key,
                          wire::policy_value(fields[i], fields[i].get(shown.policy)),
                          built_in ? std::string("built in")
                                   : fmt::format("{}:{}", shown.origins[i].file, shown.origins[i].line),
                          fields[i].meaning, range));
    }
    return Exit::ok;
}

Exit policy_diff(const PolicyOptions& options) {
    const auto before = read(options.file);
    const auto after = before ? read(options.other) : std::unexpected(before.error());
    if (!after) {
        return after.error();
    }
    bool any = false;
    for (const wire::PolicyField& field : wire::policy_fields()) {
        const std::int64_t from = field.get(before->policy);
        const std::int64_t to = field.get(after->policy);
        if (from != to) {
            print(fmt::format("{}: {} -> {}\n    {}\n", field.key, wire::policy_value(field, from),
                              wire::policy_value(field, to), field.meaning));
            any = true;
        }
    }
    if (!any) {
        print("the same rules\n");
    }
    return Exit::ok;
}

// All files are read before the first is sent, so that a fault in one leaves the rules as they are.
Exit policy_adopt(const PolicyOptions& options) {
    std::vector<PolicyFile> files;
    for (const std::string& name : options.files) {
        auto read_file = read(name);
        if (!read_file) {
            return read_file.error();
        }
        files.push_back(*std::move(read_file));
    }
    HttpClient client(options.server);
    const HttpClient::Headers headers{{"Authorization", "Bearer " + options.token},
                                      {"Content-Type", "application/json"}};
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (const Exit code = adopt_one(client, headers, options.files[i], files[i]); code != Exit::ok) {
            return code;
        }
    }
    return Exit::ok;
}

}  // namespace hubward::server::cli
