// SPDX-License-Identifier: Apache-2.0
#include "server/pages/referral_form.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "matcher/codes.hpp"
#include "matcher/limits.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::pages {
namespace {

struct Row {
    std::string_view pointer;  // the document's part; longer pointers below it count as well
    FieldFault fault;
};
constexpr std::array<Row, 6> rows = {{
    {"/person/name", {"name", "n_e_name"}},
    {"/person/nhs_number", {"nhs_number", "n_e_nhs"}},
    {"/person/postcode", {"postcode", "n_e_postcode"}},
    {"/person/note", {"note", "n_e_signs"}},
    {"/needs", {"needs", "n_e_needs"}},
    {"/person/contact", {"phone", "n_e_phone"}},
}};
constexpr FieldFault name_fault = rows[0].fault;
constexpr FieldFault needs_fault = rows[4].fault;
constexpr FieldFault contact_fault = rows[5].fault;

constexpr FieldFault consent_fault = {"consent", "n_e_consent"};
constexpr FieldFault other_fault = {"", "n_e_other"};
// The server's own trouble: the form as it is may be sent again, and whether it was kept nobody need know for that.
constexpr FieldFault later_fault = {"", "n_e_later"};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const auto first = text.find_first_not_of(blanks);
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// Browsers send a line break as two signs and count it as one.
std::string with_plain_breaks(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\r' || i + 1 == text.size() || text[i + 1] != '\n') {
            out += text[i];
        }
    }
    return out;
}

void write_person(wire::JsonWriter& out, const Form& form) {
    out.open_object("person");
    out.text_unless_empty("name", trimmed(form.value("name")));
    out.text_unless_empty("nhs_number", trimmed(form.value("nhs_number")));
    out.text_unless_empty("postcode", trimmed(form.value("postcode")));
    out.text_unless_empty("note", with_plain_breaks(trimmed(form.value("note"))));
    const std::string_view phone = trimmed(form.value("phone"));
    const std::string_view other = trimmed(form.value("other_way"));
    if (!phone.empty() || !other.empty()) {
        out.open_array("contact");
        if (!phone.empty()) {
            out.open_object();
            out.text("system", "phone");
            out.text("value", phone);
            out.boolean("safe", form.value("safe") == "yes");
            out.close_object();
        }
        if (!other.empty()) {
            // An address, or in words how to reach somebody who has neither phone nor e-mail.
            const bool mail = other.find('@') != other.npos && other.find(' ') == other.npos;
            out.open_object();
            out.text("system", mail ? "email" : "post");
            out.text("value", other);
            out.close_object();
        }
        out.close_array();
    }
    out.close_object();
}

void write_list(wire::JsonWriter& out, std::string_view name, std::span<const std::string_view> values) {
    out.open_array(name);
    for (const std::string_view value : values) {
        out.text(value);
    }
    out.close_array();
}

// What must be there, and what would be good to have.
void write_access(wire::JsonWriter& out, const Form& form) {
    for (const char* field : {"access", "access_preferred"}) {
        if (const auto chosen = form.values(field); !chosen.empty()) {
            write_list(out, field, chosen);
        }
    }
}

// The field of one thing that the API found wrong.
FieldFault fault_for(const wire::Fault& found, const Form& form) {
    const auto row = std::ranges::find_if(rows, [&](const Row& one) { return found.pointer.starts_with(one.pointer); });
    if (row == rows.end()) {
        return other_fault;
    }
    FieldFault fault = row->fault;
    const bool way = found.pointer.starts_with("/person/contact/");
    if (way) {  // the phone comes first, where there is one
        const bool phone = found.pointer.starts_with("/person/contact/0") && !trimmed(form.value("phone")).empty();
        fault = phone ? FieldFault{"phone", "n_e_phone_wrong"} : FieldFault{"other_way", "n_e_mail"};
    }
    const bool words = way || fault == name_fault || fault.field == "note";  // what people write themselves
    if (words && found.kind == "limit") {
        fault.text = "n_e_long";
    } else if (fault == name_fault && found.kind == "format") {
        fault.text = "n_e_signs";
    }
    return fault;
}

}  // namespace

std::vector<FieldFault> missing_in(const Form& form) {
    std::vector<FieldFault> faults;
    if (trimmed(form.value("name")).empty()) {
        faults.push_back(name_fault);
    }
    // Some have no phone; then another way must be named, or nobody could reach them.
    if (trimmed(form.value("phone")).empty() && trimmed(form.value("other_way")).empty()) {
        faults.push_back(contact_fault);
    }
    const std::size_t needs = form.values("needs").size();
    if (needs == 0 || needs > matcher::limits::needs_max) {
        faults.push_back(needs_fault);
    }
    if (form.value("consent") != "yes") {
        faults.push_back(consent_fault);
    }
    return faults;
}

std::string referral_json(const Form& form) {
    std::string json;
    wire::JsonWriter out(json);
    out.open_object();
    write_person(out, form);
    write_list(out, "needs", form.values("needs"));
    out.text_unless_empty("language", form.value("language"));
    write_access(out, form);
    // One box for all: what the person cannot do without stands above it and never gives way.
    if (form.value("relax") == "yes") {
        write_list(out, "may_relax", matcher::names<matcher::Requirement>());
    }
    out.text("urgency", form.value("urgency") == "urgent" ? "urgent" : "routine");
    out.text_unless_empty("chosen_hub", form.value("chosen_hub"));
    out.open_object("consent");
    out.boolean("share_with_hub", form.value("consent") == "yes");
    out.close_object();
    out.close_object();
    return json;
}

std::string matching_json(const Form& form) {
    std::string json;
    wire::JsonWriter out(json);
    out.open_object();
    if (const std::string_view postcode = trimmed(form.value("postcode")); !postcode.empty()) {
        out.open_object("person");
        out.text("postcode", postcode);
        out.close_object();
    }
    write_list(out, "needs", form.values("needs"));
    out.text_unless_empty("language", form.value("language"));
    write_access(out, form);
    out.text("urgency", form.value("urgency") == "urgent" ? "urgent" : "routine");
    out.text_unless_empty("chosen_hub", form.value("chosen_hub"));
    // The question is what would happen if the person agrees; nothing is stored.
    out.open_object("consent");
    out.boolean("share_with_hub", true);
    out.close_object();
    out.close_object();
    return json;
}

std::vector<FieldFault> faults_of(const api::Problem& problem, const Form& form) {
    std::vector<FieldFault> faults;
    const auto add = [&](const FieldFault& fault) {
        if (std::ranges::find(faults, fault) == faults.end()) {
            faults.push_back(fault);
        }
    };
    for (const wire::Fault& fault : problem.errors) {
        add(fault_for(fault, form));
    }
    if (problem.type != nullptr && problem.type->slug.find("consent") != std::string_view::npos) {
        add(consent_fault);
    }
    if (faults.empty()) {
        const bool later = problem.type != nullptr && problem.type->status == 503;
        faults.push_back(later ? later_fault : other_fault);
    }
    return faults;
}

}  // namespace hubward::server::pages
