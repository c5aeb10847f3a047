// SPDX-License-Identifier: Apache-2.0
//
// Directories in: Open Referral UK / HSDS JSON and CSV, with an overlay for what they do not say.
// A row that is wrong is named and left out; the others come in.
#include "server/wire/open_referral/import.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/hub_sink.hpp"
#include "server/cli/terminal.hpp"

namespace hubward::server::cli {
namespace {

namespace fs = std::filesystem;
namespace source = wire::open_referral;

std::optional<std::string> bytes_of(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(in), {});
    return in.is_open() && !in.bad() ? std::optional(std::move(text)) : std::nullopt;
}

// Files named, and those with a fitting name in folders named, in a fixed order.
std::expected<std::vector<fs::path>, Exit> files_of(const std::vector<std::string>& inputs) {
    std::vector<fs::path> files;
    for (const std::string& input : inputs) {
        std::error_code error;
        if (!fs::is_directory(input, error)) {
            files.emplace_back(input);
            continue;
        }
        std::vector<fs::path> inside;
        for (const auto& entry : fs::directory_iterator(input, error)) {
            const fs::path extension = entry.path().extension();
            if (extension == ".json" || extension == ".ndjson" || extension == ".csv") {
                inside.push_back(entry.path());
            }
        }
        if (inside.empty()) {
            return std::unexpected(fail(Exit::no_input, input + " holds no .json, .ndjson or .csv file"));
        }
        std::ranges::sort(inside);
        files.insert(files.end(), inside.begin(), inside.end());
    }
    return files;
}

struct Counts {
    std::size_t added = 0;
    std::size_t changed = 0;
    std::size_t unchanged = 0;
    std::size_t rejected = 0;

    void count(Sent sent) {
        switch (sent) {
            case Sent::added: ++added; return;
            case Sent::changed: ++changed; return;
            case Sent::unchanged: ++unchanged; return;
        }
    }
};

void tell(std::string_view what, const source::RowMessage& row) {
    fmt::print(stderr, "{} {}{}{}: {}\n", what, row.row, row.id.empty() ? "" : " ", row.id, row.reason);
}

std::expected<source::ImportResult, Exit> read_all(const ImportOptions& options, const wire::Gazetteer& where) {
    source::Overlay overlay;
    if (!options.overlay.empty()) {
        const auto bytes = bytes_of(options.overlay);
        if (!bytes) {
            return std::unexpected(fail(Exit::no_input, options.overlay + " cannot be read"));
        }
        auto read = source::Overlay::read(*bytes);
        if (!read) {
            return std::unexpected(fail(Exit::data, options.overlay + ": " + read.error()));
        }
        overlay = *std::move(read);
    }
    const auto files = files_of(options.inputs);
    if (!files) {
        return std::unexpected(files.error());
    }
    source::Importer importer(where, overlay, source::ImportOptions{options.place});
    for (const fs::path& file : *files) {
        const auto bytes = bytes_of(file);
        if (!bytes) {
            return std::unexpected(fail(Exit::no_input, file.string() + " cannot be read"));
        }
        if (auto added = importer.add(*bytes); !added) {
            return std::unexpected(fail(Exit::data, file.string() + ": " + added.error()));
        }
    }
    return importer.finish();
}

}  // namespace

Exit import_hubs(const ImportOptions& options) {
    auto loaded = read_config(options.config);
    if (!loaded) {
        return loaded.error();
    }
    if (!options.server.empty() && options.token.empty()) {
        return fail(Exit::usage, "--server needs --token, or HUBWARD_TOKEN; see: hubward token mint --help");
    }
    wire::Gazetteer where;
    if (!loaded->config.gazetteer.empty()) {
        auto read = wire::Gazetteer::load(loaded->config.gazetteer);
        if (!read) {
            return fail(Exit::no_input, read.error());
        }
        where = *std::move(read);
    }
    const auto result = read_all(options, where);
    if (!result) {
        return result.error();
    }
    std::unique_ptr<HubSink> sink;
    if (!options.server.empty()) {
        sink = sink_to_server(options.server, options.token);
    } else {
        auto opened = sink_to_folder(loaded->config);
        if (!opened) {
            return fail(opened.error());
        }
        sink = *std::move(opened);
    }
    Counts counts;
    std::vector<source::RowMessage> refused = result->rejected;
    Progress progress("hubs");
    std::uint64_t done = 0;
    for (const source::ImportedHub& hub : result->hubs) {
        if (const auto sent = sink->send(hub)) {
            counts.count(*sent);
        } else {
            refused.push_back({"hub", hub.slug, sent.error()});
        }
        progress.show(++done, result->hubs.size());
    }
    progress.end();
    counts.rejected = refused.size();
    for (const auto& note : result->notes) {
        tell("note:", note);
    }
    for (const auto& row : refused) {
        tell("rejected:", row);
    }
    for (const std::string& key : result->overlay_unused) {
        fmt::print(stderr, "note: the overlay's row {} fits no hub\n", key);
    }
    print(options.json
              ? fmt::format("{{\"added\":{},\"changed\":{},\"unchanged\":{},\"rejected\":{}}}\n", counts.added,
                            counts.changed, counts.unchanged, counts.rejected)
              : fmt::format("{} added, {} changed, {} unchanged, {} rejected\n", counts.added, counts.changed,
                            counts.unchanged, counts.rejected));
    return counts.rejected == 0 ? Exit::ok : Exit::data;
}

}  // namespace hubward::server::cli
