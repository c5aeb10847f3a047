// SPDX-License-Identifier: Apache-2.0
//
// POST /FHIR/R4/$process-message: check, map, seal, submit, wait, answer.
#include "server/api/actions.hpp"
#include "server/api/answered.hpp"
#include "server/api/bars_call.hpp"
#include "server/api/bars_handlers.hpp"
#include "server/api/bars_outbox.hpp"
#include "server/api/bars_stored.hpp"
#include "server/api/new_id.hpp"
#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/person.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/referral_mapping.hpp"
#include "server/wire/fhir/search.hpp"
#include "server/wire/fhir/staff_notes.hpp"
#include "server/wire/fhir/withdrawal.hpp"

namespace hubward::server::api::bars {
namespace {

using wire::fhir::Message;

// One message, read: all of it by value, because what the reader gave lives until the next request.
struct Letter {
    matcher::Envelope envelope;
    Message::What what = Message::What::refer;
    matcher::ReferralId referral;
    std::string bundle;    // to be given back; personal
    std::string practice;  // respond: to whom …
    std::string answered;  // … the message with this id was sent
};

Trouble taken_before() { return {409, "duplicate", "This message was taken before.", {}}; }

// To be asked before anything is sealed: a message that comes again costs no key.
std::optional<Trouble> known_before(Services& services, const matcher::Envelope& letter) {
    const auto first = answered_before(services, letter.key, letter.fingerprint);
    if (!first) {
        return std::nullopt;
    }
    return *first ? taken_before() : refused(first->error());
}

std::expected<Letter, Trouble> refer(Services& services, const http::Request& request,
                                     const Message& message, const std::string& practice) {
    const auto now = services.clock.now();
    auto submission = wire::fhir::map_referral(message, request.body, services.gazetteer,
                                               services.fhir, now,
                                               request.header("X-Correlation-Id"));
    matcher::SubmitReferral command = submission.command;
    command.id = new_referral_id(now);
    command.practice = matcher::PracticeCode(practice);
    command.practice_ref = services.vault.blind("bundle", submission.practice_ref);
    Letter letter;
    letter.envelope = envelope(services, request, practice, command);
    if (auto known = known_before(services, letter.envelope)) {
        return std::unexpected(*std::move(known));
    }
    if (const auto full = services.gateway.turned_away(command)) {
        return std::unexpected(refused(*full));  // before it takes a key that somebody else needs
    }
    auto sealed = services.vault.seal(command.id, submission.details);
    if (!sealed) {
        return std::unexpected(sealing_failed(sealed.error()));
    }
    command.key_slot = sealed->key_slot;
    letter.envelope.command = command;
    letter.envelope.payload = std::move(sealed->bytes);
    letter.referral = command.id;
    letter.bundle = std::string(wire::fhir::bundle_in(submission.details));
    return letter;
}

// A cancellation that names another person than the referral was meant for another referral. `known`
// becomes what the referral had said. `message` may not be used afterwards: the stored one is read by the
// same reader.
std::optional<Trouble> check_person(Services& services, const Message& message,
                                    const std::string& practice, std::vector<std::string>& known) {
    const auto named = wire::fhir::identity_of(message.patient);
    const auto referral = find_referral(services, Caller{practice}, message.cancels);
    if (!referral) {
        return referral.error();
    }
    const auto details = open_details(services, *referral);
    if (!details) {
        // Erased, there is nobody to mistake for another. What cannot be read now may be somebody else.
        return were_erased(details.error()) ? std::nullopt : std::optional(details.error());
    }
    const auto bundle = wire::read_json(wire::fhir::bundle_in(*details), wire::fhir_depth_max);
    const auto patient = bundle ? wire::fhir::resource_of(*bundle, "Patient") : std::nullopt;
    if (patient && !may_be_same(named, wire::fhir::identity_of(*patient))) {
        return Trouble{400, "invariant", "The referral with this id is about another person.",
                       "ServiceRequest.subject"};
    }
    if (bundle) {
        known = wire::fhir::lines_of(*bundle);
    }
    return std::nullopt;
}

std::expected<Letter, Trouble> cancel(Services& services, const http::Request& request,
                                      const Message& message, const std::string& practice) {
    matcher::WithdrawReferral command;
    command.referral = message.cancels;
    command.reason = message.reason;
    Letter letter;
    letter.what = Message::What::cancel;
    letter.referral = message.cancels;
    letter.bundle = wire::fhir::squeezed_json(request.body);
    std::vector<std::string> known;
    if (auto trouble = check_person(services, message, practice, known)) {
        return std::unexpected(*std::move(trouble));
    }
    const auto again = wire::fhir::read_message(request.body, services.fhir);
    if (!again) {
        return std::unexpected(again.error());
    }
    letter.envelope = envelope(services, request, practice, command);
    if (auto taken = known_before(services, letter.envelope)) {
        return std::unexpected(*std::move(taken));
    }
    const std::string said = wire::fhir::withdrawal_of(*again, request.body, known);
    auto sealed = services.vault.seal(command.referral, said);
    if (!sealed) {
        return std::unexpected(sealing_failed(sealed.error()));
    }
    command.note_slot = sealed->key_slot;
    letter.envelope.command = command;
    letter.envelope.payload = std::move(sealed->bytes);
    return letter;
}

Letter respond(const http::Request& request, const Message& message, const std::string& practice) {
    Letter letter;
    letter.what = Message::What::respond;
    letter.practice = practice;
    letter.answered = message.responds_to;
    letter.bundle = wire::fhir::squeezed_json(request.body);
    return letter;
}

std::expected<Letter, Trouble> read(Services& services, const http::Request& request) {
    const auto caller = caller_of(request, services, auth::Permission::referral_submit);
    if (!caller) {
        return std::unexpected(caller.error());
    }
    const auto headers = headers_of(request);
    const auto& served = services.fhir;
    if (auto trouble = check_transaction_ids(headers)) {
        return std::unexpected(*std::move(trouble));
    }
    if (auto trouble = check_accept(headers)) {
        return std::unexpected(*std::move(trouble));
    }
    if (auto trouble = check_content_type(headers)) {
        return std::unexpected(*std::move(trouble));
    }
    if (auto trouble = check_target(headers, served)) {
        return std::unexpected(*std::move(trouble));
    }
    const auto message = wire::fhir::read_message(request.body, served);
    if (!message) {
        return std::unexpected(message.error());
    }
    const auto& practice = caller->practice.empty() ? message->sender_ods : caller->practice;
    switch (message->what) {
        case Message::What::refer:
            return refer(services, request, *message, practice);
        case Message::What::cancel:
            return cancel(services, request, *message, practice);
        case Message::What::respond:
            break;
    }
    return respond(request, *message, practice);
}

http::Response referral_answer(const Services& services, const Letter& letter, const Done& done) {
    for (const auto& event : done.batch->events_of(*done.entry)) {
        if (const auto* submitted = std::get_if<matcher::ReferralSubmitted>(&event)) {
            return fhir(200, wire::fhir::encode_referral_answer(
                                 letter.bundle, letter.referral, submitted->referral,
                                 done.entry->at, services.base_url + "/Id/referral-reference"));
        }
    }
    return told({500, "exception", "The server made a mistake. Send the same message again.", {}});
}

}  // namespace

http::Task<http::Response> process_message(Services* services, http::Request request) {
    auto letter = read(*services, request);
    if (!letter) {
        co_return told(letter.error());
    }
    // An answer to a message of ours is taken note of, and nothing follows: the message lies in the outbox as
    // before. One to a message that there never was is refused, so that its sender looks where it went wrong.
    if (letter->what == Message::What::respond) {
        const auto ours = co_await is_in_outbox(services, letter->practice, letter->answered);
        if (!ours) {
            co_return told(ours.error());
        }
        if (!*ours) {
            co_return told({404, "not-found", "No message with that id was ever sent to this practice.",
                            "MessageHeader.response.identifier"});
        }
        co_return fhir(200, std::move(letter->bundle));
    }
    matcher::Envelope taken = std::move(letter->envelope);
    const std::int64_t begun = services->clock.steady_ns();
    const auto done = co_await services->gateway.submit(request.thread, std::move(taken));
    if (!done) {
        const auto why = as_told(*services, matcher::Role::practice, letter->referral, done.error());
        co_return told(refused(why, services->clock.steady_ns() - begun,
                               services->answer_deadline));
    }
    if (done->resend) {
        co_return told(taken_before());
    }
    if (letter->what == Message::What::cancel) {
        co_return fhir(200, wire::fhir::encode_cancel_answer(letter->bundle, letter->referral));
    }
    co_return referral_answer(*services, *letter, *done);
}

}  // namespace hubward::server::api::bars
