// SPDX-License-Identifier: Apache-2.0
//
// Published postcode files in, one gazetteer out. A line that is wrong is named and left out.
#include "server/wire/postcodes.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"

namespace hubward::server::cli {
namespace {

namespace fs = std::filesystem;
using wire::PostcodeFile;

// Faults beyond these are counted only: a wrong file would name every line.
constexpr std::size_t faults_named_max = 20;
constexpr std::size_t buffer_bytes = 1 << 20;
constexpr std::uint64_t progress_every = 10'000;

struct Counts {
    std::uint64_t rows = 0;
    std::uint64_t placed = 0;
    std::uint64_t unplaced = 0;
    std::uint64_t faulty = 0;
};

void name_fault(const fs::path& file, std::uint64_t line, PostcodeFile::Fault fault, Counts& counts) {
    if (++counts.faulty <= faults_named_max) {
        fmt::print(stderr, "{}: line {}: {}\n", file.string(), line,
                   fault == PostcodeFile::Fault::no_postcode ? "the postcode has not the form of one"
                                                             : "the position cannot be read");
    }
}

std::expected<void, Exit> read_file(const fs::path& file, wire::PostcodeTable& table, Counts& counts,
                                    Progress& progress) {
    std::string buffer(buffer_bytes, '\0');
    std::ifstream in;
    in.rdbuf()->pubsetbuf(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    in.open(file, std::ios::binary);
    std::string line;
    if (!std::getline(in, line)) {
        return std::unexpected(fail(Exit::no_input, file.string() + " cannot be read, or is empty"));
    }
    auto layout = PostcodeFile::with_first_line(line);
    if (!layout) {
        return std::unexpected(fail(Exit::data, file.string() + ": " + layout.error()));
    }
    std::uint64_t number = layout->has_header() ? 1 : 0;
    if (layout->has_header() && !std::getline(in, line)) {
        return {};
    }
    do {
        ++number;
        if (line.empty() || line == "\r") {
            continue;
        }
        if (++counts.rows % progress_every == 0) {
            progress.show(counts.rows, 0);
        }
        const auto found = layout->read(line);
        if (found) {
            ++counts.placed;
            table.add(*found);
        } else if (found.error() == PostcodeFile::Fault::unplaced) {
            ++counts.unplaced;
        } else {
            name_fault(file, number, found.error(), counts);
        }
    } while (std::getline(in, line));
    return {};
}

// Beside the target first, so that a server never finds half a file.
bool write_file(const wire::PostcodeTable& table, const fs::path& target) {
    const fs::path beside = target.string() + ".new";
    std::ofstream out(beside, std::ios::binary);
    table.write(out);
    out.close();
    std::error_code error;
    if (out) {
        fs::rename(beside, target, error);
    }
    return !out.fail() && !error;
}

}  // namespace

Exit import_postcodes(const PostcodeOptions& options) {
    const auto begun = std::chrono::steady_clock::now();
    wire::PostcodeTable table;
    Counts counts;
    Progress progress("postcodes");
    for (const std::string& file : options.inputs) {
        if (auto read = read_file(file, table, counts, progress); !read) {
            return read.error();
        }
    }
    progress.end();
    if (counts.placed == 0) {
        return fail(Exit::data, "no line has a postcode with a position; nothing was written");
    }
    const std::size_t districts = table.finish();
    if (!write_file(table, options.output)) {
        return fail(Exit::cannot_create, options.output + " cannot be written");
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    const auto rate = static_cast<std::uint64_t>(static_cast<double>(counts.rows) / took.count());
    if (options.json) {
        print(fmt::format(R"({{"rows":{},"postcodes":{},"districts":{},"without_position":{},"faulty":{},"rows_per_second":{}}})"
                          "\n",
                          counts.rows, table.size(), districts, counts.unplaced, counts.faulty, rate));
    } else {
        print(fmt::format("{} rows read: {} postcodes and {} districts written to {}; {} rows have no "
                          "position, {} are faulty; {} rows a second\n",
                          counts.rows, table.size(), districts, options.output, counts.unplaced,
                          counts.faulty, rate));
    }
    return Exit::ok;
}

}  // namespace hubward::server::cli
