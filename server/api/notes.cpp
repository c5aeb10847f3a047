// SPDX-License-Identifier: Apache-2.0
#include "server/api/notes.hpp"

#include "server/wire/fhir/withdrawal.hpp"
#include "server/wire/json_writer.hpp"
#include "server/wire/referral_json.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api {

std::expected<std::string, storage::VaultError> note_of(Services& services, const matcher::ReferralId& id,
                                                        const storage::StreamEvent& at) {
    const std::uint64_t slot = matcher::note_slot_of(*at.event);
    const auto text = slot == 0 ? std::unexpected(storage::VaultError::erased)
                                : services.vault.open(id, slot, at.entry->payload);
    if (!text) {
        return text.error() == storage::VaultError::erased ? std::expected<std::string, storage::VaultError>()
                                                           : std::unexpected(text.error());
    }
    return std::holds_alternative<matcher::Withdrawn>(*at.event) ? wire::fhir::withdrawal_note(*text) : *text;
}

std::expected<void, storage::VaultError> append_notes(Services& services, const auth::Principal& who,
                                                      const matcher::ReferralId& id,
                                                      matcher::ReferralIndex referral, std::string& details) {
    const std::string stream = std::string(matcher::name(who.role)) + "/";
    std::string notes;
    wire::JsonWriter json(notes);
    json.open_array();
    bool any = false;
    const bool is_hub = who.role == matcher::Role::hub;
    for (const storage::StreamEvent& at : services.events.deeds_of_referral(referral, 0)) {
        const bool withdrawn = std::holds_alternative<matcher::Withdrawn>(*at.event);
        const bool hidden = (is_hub && withdrawn) || services.view.look([&](const View& view) {
            return wire::veiled(view.state(), *at.event, stream);
        });
        const auto text = hidden ? std::string() : note_of(services, id, at);
        if (!text) {
            return std::unexpected(text.error());
        }
        if (!text->empty()) {
            json.open_object();
            json.text("at", wire::time_text(at.entry->at));
            json.text("event", matcher::event_name(*at.event));
            if (const auto* reopened = std::get_if<matcher::Reopened>(at.event)) {
                json.integer("episode", reopened->episode);
            }
            json.text("note", *text);
            json.close_object();
            any = true;
        }
    }
    json.close_array();
    if (any && details.ends_with('}')) {
        details.pop_back();
        details += R"(,"notes":)" + notes + "}";
    }
    return {};
}

}  // namespace hubward::server::api
