// SPDX-License-Identifier: Apache-2.0
#include "server/api/problem.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "matcher/codes.hpp"
#include "server/wire/fhir/operation_outcome.hpp"
#include "server/wire/json_writer.hpp"

namespace hubward::server::api {
namespace {

using matcher::Refused;

wire::Fault at(std::string pointer, std::string detail, std::string kind) {
    return {std::move(pointer), std::move(detail), std::move(kind)};
}

Problem wrong_field(std::string pointer, std::string detail, std::string kind) {
    wire::Faults errors;
    errors.push_back(at(std::move(pointer), detail, std::move(kind)));
    return problem("invalid-content", std::move(detail), std::move(errors));
}

// FHIR R4 issue-type.
std::string_view issue_type(unsigned status) {
    switch (status) {
        case 401:
            return "security";
        case 403:
            return "forbidden";
        case 404:
            return "not-found";
        case 405:
        case 415:
        case 501:
            return "not-supported";
        case 408:
            return "timeout";
        case 409:
            return "conflict";
        case 413:
        case 414:
        case 431:
            return "too-long";
        case 429:
            return "throttled";
        case 503:
            return "transient";
        default:
            return status >= 500 ? "exception" : "invalid";
    }
}

std::string state_text(const matcher::Rejection& rejection) {
    if (rejection.ended_with == matcher::Reason::need_resolved_elsewhere) {
        return "The offer is cancelled: another hub was first, the person is placed already.";
    }
    if (rejection.offer_status != matcher::OfferStatus::draft) {
        return fmt::format("The offer is {}, and that does not allow it.",
                           matcher::name(rejection.offer_status));
    }
    if (rejection.referral_status == matcher::ReferralStatus::unknown) {
        return "The referral's present state does not allow it.";  // and is not told: the person does not share it
    }
    return fmt::format("The referral is {}, and that does not allow it.",
                       matcher::name(rejection.referral_status));
}

}  // namespace

Problem problem(std::string_view slug, std::string detail) {
    Problem p;
    p.type = &problem_type(slug);
    p.detail = std::move(detail);
    return p;
}

Problem problem(std::string_view slug, std::string detail, wire::Faults errors) {
    Problem p = problem(slug, std::move(detail));
    p.errors = std::move(errors);
    return p;
}

std::unexpected<Problem> fail(std::string_view slug, std::string detail) {
    return std::unexpected(problem(slug, std::move(detail)));
}

Problem refused(const matcher::Rejection& rejection) {
    switch (rejection.why) {
        case Refused::not_found:
            return problem("not-found", "It does not exist, or it is not yours to see.");
        case Refused::consent_missing:
            return problem("consent-missing", "The person's consent to share with a hub is needed, and holds no "
                                               "longer or was never given.",
                           {at("/consent/share_with_hub", "Must be true.", "required")});
        case Refused::needs_missing:
            return wrong_field("/needs", "Name 1 to 8 needs, each once.", "range");
        case Refused::id_taken:
            return problem("busy", "The id made for this referral was taken. Send it again.");
        case Refused::live_duplicate:
            return problem("live-duplicate",
                           "An open referral of the practice has this practice_reference.",
                           {at("/practice_reference", "Names an open referral already.", "duplicate")});
        case Refused::state_forbids:
            return problem("state-conflict", state_text(rejection));
        case Refused::version_changed: {
            Problem p = problem("version-changed", "It was changed after the version you named.");
            p.headers.emplace_back("ETag", fmt::format("\"{}\"", rejection.version));
            return p;
        }
        case Refused::reason_invalid:
            return wrong_field("/reason", "Give a reason that this action takes; /openapi.json lists them.", "code");
        case Refused::outcome_invalid:
            return wrong_field("/need",
                               "Name a need of this offer that has no outcome yet, and its outcome.",
                               "code");
        case Refused::units_out_of_range:
            return wrong_field("", "Units of one kind must be between 0 and 10000.", "range");
        case Refused::date_invalid:
            return wrong_field("", "The date must lie ahead, at most a year.", "range");
        case Refused::no_unit_left:
            return problem("no-unit-left", "The hub's last unit was taken a moment ago.");
        case Refused::no_hub_can:
            return problem("no-hub-can",
                           "The hub cannot serve these needs of this person now; see its profile and "
                           "free units. Or the place's desk looks at a danger first.");
        case Refused::care_invalid:
            return wrong_field("", "A wait or bound of care is outside its range.", "range");
        case Refused::calendar_invalid:
            return wrong_field("/hours", "Opening hours must open before they close, in order.",
                               "range");
        case Refused::note_missing:
            return wrong_field("/note", "Say in a few words why.", "required");
        case Refused::consent_invalid:
            return wrong_field("/purposes",
                               "Name purposes of the list that stand as you say; a consent was given "
                               "already and ends later than now.",
                               "range");
        case Refused::erased:
            return problem("erased", "The person's details were destroyed. Only codes and counts are "
                                     "left, and nothing more can be done with the referral.");
        case Refused::measure_invalid:
            return wrong_field("/value", "The value lies above the scale of this measure.", "range");
        case Refused::need_invalid:
            return wrong_field("/need", "Name a need that the referral does not have yet; 8 at most.",
                               "code");
        case Refused::reserve_invalid:
            return wrong_field("/kept", "Each row keeps 1 to 10000 units for somebody it names.",
                               "range");
        case Refused::session_invalid:
            return wrong_field("/session",
                               "Name a session of the hub that has not begun, with times and needs that can be.",
                               "range");
        case Refused::onward_invalid:
            return wrong_field("/onward_of", "Name a referral of this practice and one of its needs.",
                               "code");
        case Refused::too_large:
            return problem("too-large", "What this request says takes more than 1 MiB to keep. Nothing was "
                                        "stored. Send shorter texts.");
        case Refused::policy_invalid:
            return wrong_field("", "A weight or time is out of its range.", "range");
        case Refused::key_reused:
            return problem("key-reused",
                           "This Idempotency-Key came before with another address or body.");
        case Refused::full:
            return problem("storage-full", "The disk, or the bound of this installation, is full. Nothing was stored.");
        case Refused::busy:
            return problem("busy", "The queue is full. Nothing was done.");
        case Refused::journal_failed:
            return problem("storage-unavailable",
                           "Nothing is known to be stored. Send it again with the same key.");
        case Refused::choice_not_possible:
            return problem("choice-not-possible",
                           fmt::format("The chosen hub cannot serve the person now: {}. "
                                       "GET …/options lists hubs that can.",
                                       matcher::name(rejection.filter)),
                           {at("/hub", "Cannot serve the person now.", "choice")});
        case Refused::stopping:
            return problem("stopping", "The server is going down. Nothing was done.");
    }
    return problem("internal", "A refusal without a name.");
}

Problem sealing_failed(storage::VaultError error) {
    switch (error) {
        case storage::VaultError::no_key_ready:
            return problem("busy", "No sealing key is ready. Nothing was done.");
        case storage::VaultError::erased:
            return problem("erased", "The key to these details was destroyed on purpose.");
        case storage::VaultError::too_large:
            return problem("too-large", "These personal details take more than 1 MiB to keep. Nothing was stored. "
                                        "Send shorter texts.");
        case storage::VaultError::damaged:
            return problem("internal", "The sealed details are damaged; the operator must look.");
        case storage::VaultError::io:
            return problem("storage-unavailable", "The keyring could not be read or written.");
    }
    return problem("internal", "A vault error without a name.");
}

Problem faulty(wire::Faults faults) {
    // A fault of the whole document is one of its bytes, unless it is only of another type.
    const bool unreadable = std::ranges::any_of(
        faults, [](const wire::Fault& f) { return f.pointer.empty() && f.kind != "type"; });
    std::string detail = faults.empty() ? std::string("The body is not as expected.")
                                        : faults.front().detail;
    if (faults.size() > 1) {
        detail = fmt::format("{} fields are missing or wrong; errors names each.", faults.size());
    }
    return problem(unreadable ? "malformed-json" : "invalid-content", std::move(detail),
                   std::move(faults));
}

http::Response render(const Problem& p, std::string_view path, std::string_view base_url,
                      std::string_view trace_id) {
    http::Response response;
    response.status = p.type->status;
    std::string& out = response.body;
    if (path == "/FHIR" || path.starts_with("/FHIR/")) {
        response.content_type = "application/fhir+json; fhirVersion=4.0; charset=utf-8";
        out = wire::fhir::encode_outcome(
            {p.type->status, std::string(issue_type(p.type->status)), p.detail, {}});
    } else {
        response.content_type = "application/problem+json";
        out.reserve(256);
        wire::JsonWriter json(out);
        json.open_object();
        json.text("type", fmt::format("{}/problems/{}", base_url, p.type->slug));
        json.text("title", p.type->title);
        json.integer("status", p.type->status);
        json.text("detail", p.detail);
        json.text_unless_empty("trace_id", trace_id);
        if (!p.errors.empty()) {
            json.open_array("errors");
            for (const wire::Fault& fault : p.errors) {
                json.open_object();
                json.text("pointer", fault.pointer);
                json.text("detail", fault.detail);
                json.close_object();
            }
            json.close_array();
        }
        json.close_object();
    }
    response.headers = p.headers;
    response.with("Cache-Control", "no-store");
    if (p.type->retry_after_s != 0) {
        response.with("Retry-After", std::to_string(p.type->retry_after_s));
    }
    return response;
}

}  // namespace hubward::server::api
