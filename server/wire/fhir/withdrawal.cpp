// SPDX-License-Identifier: Apache-2.0
#include "server/wire/fhir/withdrawal.hpp"

#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/staff_notes.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::wire::fhir {

std::string withdrawal_of(std::string_view note) {
    std::string document;
    JsonWriter json(document);
    json.open_object();
    json.text("note", note);
    json.close_object();
    return document;
}

std::string withdrawal_of(const Message& message, std::string_view original,
                          const std::vector<std::string>& known) {
    std::string document;
    document.reserve(original.size() + 1024);
    JsonWriter json(document);
    json.open_object();
    json.text("note", cancellation_note(message, known));
    json.raw("bundle", squeezed_json(original));
    json.close_object();
    return document;
}

std::string withdrawal_note(std::string_view document) {
    return json_text(raw_member(document, "note"));
}

std::string_view withdrawal_bundle(std::string_view document) {
    return raw_member(document, "bundle");
}

}  // namespace hubward::server::wire::fhir
