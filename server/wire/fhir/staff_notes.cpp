// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/staff_notes.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include <fmt/format.h>

#include "server/wire/fhir/person.hpp"
#include "server/wire/fhir/r4_table.hpp"
#include "server/wire/fhir/systems.hpp"

namespace hubward::server::wire::fhir {
namespace {

using Lines = std::vector<std::string>;

void write_lines(JsonWriter& json, std::string_view name, const Lines& lines) {
    if (lines.empty()) {
        return;
    }
    json.open_array(name);
    for (const auto& line : lines) {
        json.text(line);
    }
    json.close_array();
}

void append(std::string& text, std::string_view part, std::string_view between = ", ") {
    if (!part.empty()) {
        text += text.empty() ? std::string_view() : between;
        text += part;
    }
}

// Text of a CodeableConcept: its own, else the display of a coding, else the code.
std::string concept_text(const std::optional<Json>& value) {
    if (!value) {
        return {};
    }
    std::string text(value->text_at("text"));
    if (const auto codings = value->find("coding"); codings && text.empty()) {
        codings->items([&](std::size_t, Json coding) {
            if (text.empty()) {
                text = coding.text_at("display").empty() ? coding.text_at("code")
                                                         : coding.text_at("display");
            }
        });
    }
    return text;
}

std::string ways_of(const Json& who) {
    std::string text;
    if (const auto list = who.find("telecom")) {
        list->items([&](std::size_t, Json way) { append(text, way.text_at("value")); });
    }
    return text;
}

Lines referrer(const Message& message) {
    Lines lines;
    for (const auto& resource : message.resources) {
        if (resource.type == "Practitioner") {
            auto line = display_name(resource.value);
            append(line, ways_of(resource.value));
            lines.push_back(std::move(line));
        } else if (resource.type == "Organization") {
            std::string line(resource.value.text_at("name"));
            append(line, ways_of(resource.value));
            lines.push_back(std::move(line));
        }
    }
    std::erase(lines, std::string());
    return lines;
}

// "1: daughter, Zora Testperson, 01632 960001", by rank.
Lines contact_people(const Json& patient) {
    Lines lines;
    if (const auto contacts = patient.find("contact")) {
        contacts->items([&](std::size_t, Json contact) {
            const auto rank = extension(contact, "/Extension-UKCore-ContactRank");
            const auto number = rank ? rank->find("valuePositiveInt") : std::nullopt;
            std::string line;
            const auto relations = contact.find("relationship");
            append(line, concept_text(relations ? relations->front() : std::nullopt));
            const auto name = contact.find("name");
            append(line, name ? name_text(*name) : std::string());
            append(line, ways_of(contact));
            lines.push_back(fmt::format("{}: {}", number ? number->integer().value_or(0) : 0, line));
        });
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

Lines adjustments(const Message& message) {
    Lines lines;
    for (const auto& resource : message.resources) {
        if (resource.type == "Flag") {
            if (auto text = concept_text(resource.value.find("code")); !text.empty()) {
                lines.push_back(std::move(text));
            }
        }
    }
    return lines;
}

std::string end_of(const std::optional<Json>& holder, std::string_view period) {
    const auto found = holder ? holder->find(period) : std::nullopt;
    return found ? std::string(found->text_at("end")) : std::string();
}

std::string by_when(const Message& message) {
    auto end = end_of(message.service_request, "occurrencePeriod");
    for (const auto& resource : message.resources) {
        if (resource.type == "Task" && end.empty()) {
            end = end_of(resource.value.find("restriction"), "period");
        }
    }
    return end;
}

std::string case_number(const Message& message) {
    const auto encounter = message.first("Encounter");
    const auto identifiers = encounter ? encounter->find("identifier") : std::nullopt;
    const auto first = identifiers ? identifiers->front() : std::nullopt;
    return first ? std::string(first->text_at("value")) : std::string();
}

// A name that FHIR does not know may be as long as the message, and stands before every text below it.
constexpr std::size_t label_bytes_max = 100;

std::string cut(std::string label) {
    if (label.size() <= label_bytes_max) {
        return label;
    }
    std::size_t end = label_bytes_max;
    while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0U) == 0x80U) {
        --end;  // not within a character
    }
    label.resize(end);
    return label + "…";
}

// What all searches in the note together may read: about 20 ms at worst. A note of a page allows a thousand.
constexpr std::size_t note_bytes_read_max = 4 * 1024 * 1024;

// Which of the texts are looked for.
struct Wanted {
    bool person = true;  // also what says who it is
    std::size_t lines_max = other_lines_max;
    bool say_how_many_more = true;
    std::set<std::string, std::less<>> known = {};  // lines that are left out
};

// Collects texts that people wrote, and elements that FHIR does not know.
class Others {
  public:
    Others(std::set<std::string, std::less<>> told, std::string note, Wanted wanted)
        : told_(std::move(told)), note_(std::move(note)), wanted_(std::move(wanted)) {}

    void resource(const Resource& resource) { walk(cut(std::string(resource.type)), resource.type, resource.value); }

    Lines take() {
        if (more_ > 0 && wanted_.say_how_many_more) {
            lines_.push_back(fmt::format("and {} more in the message", more_));
        }
        return std::move(lines_);
    }

  private:
    static bool prose(std::string_view key) {
        constexpr std::array<std::string_view, 10> keys{
            "text", "display", "description", "comment", "patientInstruction",
            "valueString", "contentString", "title", "note", "conclusion"};
        return std::find(keys.begin(), keys.end(), key) != keys.end();
    }

    // References to the person, whose `display` is a name.
    static bool names_the_person(std::string_view key) {
        return key == "subject" || key == "patient" || key == "for" || key == "beneficiary";
    }

    // Text in a long note is looked for as long as that is cheap; after that a line may say it once more.
    bool in_note(std::string_view text) {
        if (note_read_ + note_.size() > note_bytes_read_max) {
            return false;
        }
        note_read_ += note_.size();
        return note_.find(text) != std::string::npos;
    }

    void add(const std::string& label, std::string_view text) {
        if (text.empty() || told_.contains(text) || in_note(text)) {
            return;
        }
        told_.emplace(text);
        std::string line = fmt::format("{}: {}", label, text);
        if (wanted_.known.contains(line)) {
            return;
        }
        if (lines_.size() == wanted_.lines_max) {
            ++more_;
            return;
        }
        lines_.push_back(std::move(line));
    }

    void walk(const std::string& label, std::string_view type, const Json& value) {
        value.members([&](std::string_view key, Json part) {
            if (!wanted_.person && names_the_person(key)) {
                return;
            }
            const auto* known = R4Table::get().find(type, key);
            const bool unknown = known == nullptr && !type.empty() && key != "resourceType" &&
                                 !key.starts_with('_');
            const auto here = unknown ? cut(fmt::format("{}.{}", label, key)) : label;
            if (part.is_text()) {
                if (unknown || prose(key)) {
                    add(here, part.text());
                }
                return;
            }
            const auto below = known != nullptr ? known->type : std::string_view();
            if (part.is_array()) {
                part.items([&](std::size_t, Json item) {
                    if (item.is_text() && unknown) {
                        add(here, item.text());
                    }
                    walk(here, below, item);
                });
            } else {
                walk(here, below, part);
            }
        });
    }

    std::set<std::string, std::less<>> told_;
    std::string note_;
    std::size_t note_read_ = 0;
    Wanted wanted_;
    Lines lines_;
    std::size_t more_ = 0;
};

// `note`: told elsewhere as one text.
Lines others(const Message& message, const Lines& told, std::string note, Wanted wanted) {
    const bool person = wanted.person;
    Others found({told.begin(), told.end()}, std::move(note), std::move(wanted));
    for (const auto& resource : message.resources) {
        constexpr std::array<std::string_view, 4> told_above{"MessageHeader", "Organization",
                                                             "Practitioner", "Flag"};
        const bool who = resource.type == "Patient" || resource.type == "RelatedPerson";
        if ((person || !who) &&
            std::find(told_above.begin(), told_above.end(), resource.type) == told_above.end()) {
            found.resource(resource);
        }
    }
    return found.take();
}

Lines reasons(const Json& service_request) {
    Lines lines;
    if (const auto list = service_request.find("reasonCode")) {
        list->items([&](std::size_t, Json reason) { lines.push_back(concept_text(reason)); });
    }
    std::erase(lines, std::string());
    return lines;
}

}  // namespace

void write_staff_notes(JsonWriter& json, const Message& message) {
    write_lines(json, "referrer", referrer(message));
    write_lines(json, "contact_people", contact_people(message.patient));
    const auto adjusted = adjustments(message);
    write_lines(json, "adjustments", adjusted);
    json.text_unless_empty("by_when", by_when(message));
    json.text_unless_empty("case_number", case_number(message));
    write_lines(json, "other", others(message, adjusted, note_of(message), {}));
}

std::vector<std::string> lines_of(const Json& bundle) {
    Message message;
    if (const auto entries = bundle.find("entry")) {
        entries->items([&](std::size_t, Json entry) {
            if (const auto resource = entry.find("resource")) {
                message.resources.push_back({resource->text_at("resourceType"), {}, *resource});
            }
        });
    }
    const auto request = message.first("ServiceRequest");
    Lines lines = request ? reasons(*request) : Lines();
    std::ranges::move(adjustments(message), std::back_inserter(lines));
    std::ranges::move(others(message, {}, {}, {.person = false, .lines_max = known_lines_max, .say_how_many_more = false}), std::back_inserter(lines));
    return lines;
}

std::string cancellation_note(const Message& message, const std::vector<std::string>& known) {
    const std::set<std::string, std::less<>> before(known.begin(), known.end());
    const Lines why = reasons(message.service_request);
    std::string note;
    for (const Lines& lines :
         {why, adjustments(message), others(message, why, {}, {.person = false, .known = before})}) {
        for (const auto& line : lines) {
            append(note, before.contains(line) ? std::string_view() : line, "\n");
        }
    }
    return note;
}

}  // namespace hubward::server::wire::fhir
