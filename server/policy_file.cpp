// SPDX-License-Identifier: Apache-2.0
#include "server/policy_file.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "server/config.hpp"
#include "server/wire/hub_json.hpp"
#include "server/wire/policy_json.hpp"

namespace hubward::server {
namespace {

class Reader {
  public:
    Reader() {
        for (const wire::PolicyField& field : wire::policy_fields()) {
            read_.origins.push_back({std::string(field.key), "", 0});
        }
    }

    // The inherited file first, so that this one has the last word.
    void file(const std::filesystem::path& path, std::size_t depth) {
        auto values = read_config_file(path);
        if (!values) {
            faults_.insert(faults_.end(), values.error().begin(), values.error().end());
            return;
        }
        for (const FileValue& value : *values) {
            if (value.key == "inherits") {
                inherit(path, value, depth);
            }
        }
        for (const FileValue& value : *values) {
            if (value.key == "place") {
                place(path, value);
            }
        }
        for (const FileValue& value : *values) {
            if (value.key != "inherits" && value.key != "place") {
                setting(path, value);
            }
        }
    }

    std::expected<PolicyFile, std::vector<std::string>> finish() {
        if (!faults_.empty()) {
            return std::unexpected(std::move(faults_));
        }
        return std::move(read_);
    }

  private:
    void fault(const std::filesystem::path& path, const FileValue& value, std::string_view what) {
        faults_.push_back(fmt::format("{}:{}: {}: {}", path.string(), value.line, value.key, what));
    }

    void inherit(const std::filesystem::path& path, const FileValue& value, std::size_t depth) {
        const auto* name = std::get_if<std::string>(&value.value);
        if (name == nullptr) {
            fault(path, value, "must name a file, as text");
        } else if (depth + 1 == policy_files_max) {
            fault(path, value, fmt::format("at most {} files may inherit from each other; does one of "
                                           "them inherit from itself?", policy_files_max));
        } else {
            file(path.parent_path() / *name, depth + 1);
        }
    }

    // Called from the outermost file inwards: what was the place so far lies around this one.
    void place(const std::filesystem::path& path, const FileValue& value) {
        const auto* name = std::get_if<std::string>(&value.value);
        if (name == nullptr || !wire::valid_slug(*name) || name->size() > matcher::PlaceCode::capacity) {
            fault(path, value, "must name a place by its code: a-z, 0-9 and inner hyphens, at most 24");
            return;
        }
        read_.within = read_.place;
        read_.place = matcher::PlaceCode(*name);
    }

    void setting(const std::filesystem::path& path, const FileValue& value) {
        const auto fields = wire::policy_fields();
        const auto field = std::ranges::find(fields, std::string_view(value.key), &wire::PolicyField::key);
        if (field == fields.end()) {
            fault(path, value, "there is no such setting; `hubward policy explain` lists them");
            return;
        }
        const std::optional<std::int64_t> number = number_of(*field, value);
        if (!number) {
            fault(path, value,
                  field->words.empty() ? "must be a whole number" : "must be " + wire::policy_range(*field));
        } else if (const auto wrong = wire::policy_fault(*field, *number)) {
            fault(path, value, *wrong);
        } else {
            field->set(read_.policy, *number);
            read_.origins[static_cast<std::size_t>(field - fields.begin())] = {value.key, path.string(),
                                                                              value.line};
        }
    }

    static std::optional<std::int64_t> number_of(const wire::PolicyField& field, const FileValue& value) {
        if (!field.words.empty()) {
            const auto* word = std::get_if<std::string>(&value.value);
            return word != nullptr ? wire::policy_word(field, *word) : std::nullopt;
        }
        const auto* number = std::get_if<std::int64_t>(&value.value);
        return number != nullptr ? std::optional(*number) : std::nullopt;
    }

    PolicyFile read_;
    std::vector<std::string> faults_;
};

}  // namespace

std::expected<PolicyFile, std::vector<std::string>> read_policy(const std::filesystem::path& file) {
    Reader reader;
    reader.file(file, 0);
    return reader.finish();
}

}  // namespace hubward::server
