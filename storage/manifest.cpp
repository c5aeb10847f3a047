// SPDX-License-Identifier: Apache-2.0
#include "storage/manifest.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include "storage/hash.hpp"

namespace hubward::storage {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view first_line = "hubward backup 1\n";

// The text up to the separator, taken off the front; empty when there is none.
std::string_view take(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) {
        return {};
    }
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at + 1);
    return part;
}

bool number(std::string_view text, std::uint64_t& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

bool stays_inside(const std::string& path) {
    const fs::path p(path);
    return !path.empty() && p.is_relative() &&
           std::none_of(p.begin(), p.end(), [](const fs::path& part) { return part == ".."; });
}

}  // namespace

std::uint64_t Manifest::bytes() const {
    return std::accumulate(files.begin(), files.end(), std::uint64_t{0},
                           [](std::uint64_t sum, const File& file) { return sum + file.bytes; });
}

std::expected<Manifest, std::string> list_files(const fs::path& folder, matcher::Sequence number,
                                                const std::function<bool()>& go_on) {
    Manifest manifest;
    manifest.number = number;
    std::error_code failed;
    for (fs::recursive_directory_iterator it(folder, failed), end; !failed && it != end;
         it.increment(failed)) {
        std::error_code unknown;
        if (!it->is_regular_file(unknown) || it->path().filename() == manifest_name) {
            if (unknown) {
                return std::unexpected("cannot read " + it->path().string());
            }
            continue;
        }
        if (!go_on()) {
            return std::unexpected("the copy was broken off; take the backup again");
        }
        const auto digest = blake2b_of_file(it->path());
        const std::uintmax_t bytes = it->file_size(unknown);
        if (!digest || unknown) {
            return std::unexpected("cannot read " + it->path().string());
        }
        manifest.files.push_back(
            {bytes, hex(view(*digest)), it->path().lexically_relative(folder).string()});
    }
    if (failed) {
        return std::unexpected("cannot list " + folder.string() + ": " + failed.message());
    }
    std::sort(manifest.files.begin(), manifest.files.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    return manifest;
}

std::string to_text(const Manifest& manifest) {
    std::string text(first_line);
    text += "number " + std::to_string(manifest.number) + "\n";
    for (const Manifest::File& file : manifest.files) {
        text += "file " + std::to_string(file.bytes) + " " + file.digest + " " + file.path + "\n";
    }
    return text + "end " + hex(view(blake2b({text}))) + "\n";
}

std::expected<Manifest, std::string> parse_manifest(std::string_view text) {
    const std::size_t end = text.rfind("end ");
    if (end == std::string_view::npos || !text.starts_with(first_line) ||
        text.substr(end) != "end " + hex(view(blake2b({text.substr(0, end)}))) + "\n") {
        return std::unexpected("the manifest is damaged");
    }
    text = text.substr(first_line.size(), end - first_line.size());
    Manifest manifest;
    while (!text.empty()) {
        std::string_view line = take(text, '\n');
        const std::string_view word = take(line, ' ');
        if (word == "number" && number(line, manifest.number)) {
            continue;
        }
        Manifest::File file;
        if (word != "file" || !number(take(line, ' '), file.bytes)) {
            return std::unexpected("the manifest has a line that is none");
        }
        file.digest = take(line, ' ');
        file.path = line;
        if (!stays_inside(file.path)) {
            return std::unexpected("the manifest names a path outside the backup");
        }
        manifest.files.push_back(std::move(file));
    }
    return manifest;
}

}  // namespace hubward::storage
