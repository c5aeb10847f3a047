// SPDX-License-Identifier: Apache-2.0
//
// POST /FHIR/R4/$process-message: check, map, seal, submit, wait, answer.
#include "server/api/bars_call.hpp"
#include "server/api/bars_handlers.hpp"
#include "server/api/new_id.hpp"
#include "server/wire/fhir/answer.hpp"
#include "server/wire/fhir/raw_json.hpp"
#include "server/wire/fhir/referral_mapping.hpp"

namespace hubward::server::api::bars {
namespace {

using wire::fhir::Message;

// One message, read: all of it by value, because what the reader gave lives until the next request.
struct Letter {
    matcher::Envelope envelope;
    Message::What what = Message::What::refer;
    matcher::ReferralId referral;
    std::string bundle;  // to be given back; personal
};

std::expected<Letter, Trouble> refer(Services& services, const http::Request& request,
                                     const Message& message, const std::string& practice) {
    const auto now = services.clock.now();
    auto submission = wire::fhir::map_referral(message, request.body, services.gazetteer, now);
    matcher::SubmitReferral command = submission.command;
    command.id = new_referral_id(now);
    command.practice = matcher::PracticeCode(practice);
    command.practice_ref = services.vault.blind("bundle", submission.practice_ref);
    auto sealed = services.vault.seal(command.id, submission.details);
    if (!sealed) {
        return std::unexpected(sealing_failed(sealed.error()));
    }
    command.key_slot = sealed->key_slot;
    Letter letter;
    letter.envelope = envelope(services, request, practice, command);
    letter.envelope.payload = std::move(sealed->bytes);
    letter.referral = command.id;
    letter.bundle = std::string(wire::fhir::bundle_in(submission.details));
    return letter;
}

Letter cancel(Services& services, const http::Request& request, const Message& message,
              const std::string& practice) {
    matcher::WithdrawReferral command;
    command.referral = message.cancels;
    command.reason = message.reason;
    Letter letter;
    letter.envelope = envelope(services, request, practice, command);
    letter.what = Message::What::cancel;
    letter.referral = message.cancels;
    letter.bundle = wire::fhir::squeezed_json(request.body);
    return letter;
}

std::expected<Letter, Trouble> read(Services& services, const http::Request& request) {
    const auto caller = caller_of(request, services, auth::Permission::referral_submit);
    if (!caller) {
        return std::unexpected(caller.error());
    }
    const auto headers = headers_of(request);
    const auto served = served_by(services);
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
    return message->what == Message::What::refer
               ? refer(services, request, *message, practice)
               : std::expected<Letter, Trouble>(cancel(services, request, *message, practice));
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
    matcher::Envelope taken = std::move(letter->envelope);
    const auto done = co_await services->gateway.submit(request.thread, std::move(taken));
    if (!done) {
        co_return told(refused(done.error()));
    }
    if (done->resend) {
        co_return told({409, "duplicate", "This message was taken before.", {}});
    }
    if (letter->what == Message::What::cancel) {
        co_return fhir(200, wire::fhir::encode_cancel_answer(letter->bundle, letter->referral));
    }
    co_return referral_answer(*services, *letter, *done);
}

}  // namespace hubward::server::api::bars
