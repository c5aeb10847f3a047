// SPDX-License-Identifier: Apache-2.0
//
// GET /FHIR/R4/$outbox?after=N: the response messages for a practice, oldest first. `after` is a
// number of its stream; the link `next` holds the one to go on with, also from an empty page.
//
// The messages are made from the journal when they are asked for: there is no queue that could
// fill up, lose its place or be read only once.
#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "server/api/bars_handlers.hpp"
#include "server/api/bars_outbox.hpp"
#include "server/api/bars_stored.hpp"
#include "server/api/others_first.hpp"
#include "server/wire/fhir/response_message.hpp"
#include "server/wire/veil.hpp"

namespace hubward::server::api::bars {
namespace {

// A message is about 20 KB.
constexpr std::size_t messages_max = 20;
// Events looked at for one page; most are no answers.
constexpr std::size_t events_max = 2000;
// … and read in one go: their batches are held meanwhile, with all that was sealed in the same rounds.
constexpr std::size_t looked_at_once = 50;

std::optional<std::uint64_t> after_of(const http::Request& request) {
    const auto text = request.query_value("after").value_or("0");
    std::uint64_t after = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), after);
    if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return after;
}

const matcher::OnOffer* offer_of(const matcher::Event& event) {
    const auto* accepted = std::get_if<matcher::Accepted>(&event);
    return accepted != nullptr ? &accepted->on : nullptr;
}

// The answer behind one event of the stream; nothing when it is none, or not about a BaRS referral.
std::optional<wire::fhir::ResponseFacts> facts_of(Services& services,
                                                  const storage::StreamEvent& at) {
    const auto on = storage::streams_of(*at.event);
    if (!on.referral) {
        return std::nullopt;
    }
    HubKey hub;
    auto facts = services.view.look([&](const View& view) -> std::optional<wire::fhir::ResponseFacts> {
        const auto& state = view.state();
        const auto& referral = state.at(*on.referral);
        const auto what = wire::fhir::response_of(*at.event, referral);
        const bool tells_an_outcome = std::holds_alternative<matcher::AllNeedsResolved>(*at.event);
        if (!what || referral.source != matcher::Source::bars ||
            !wire::practice_may_hear(referral, *at.event) ||
            (tells_an_outcome && !wire::outcome_is_shared(referral))) {
            return std::nullopt;
        }
        wire::fhir::ResponseFacts out;
        out.what = *what;
        out.referral = referral;
        out.index = *on.referral;
        if (const auto* offer = offer_of(*at.event)) {
            hub = hub_key(state.at(offer->hub), offer->hub);
        }
        return out;
    });
    if (facts) {
        facts->practice_seq = at.seq;
        facts->at = at.entry->at;
        if (const auto* withdrawn = std::get_if<matcher::Withdrawn>(at.event)) {
            facts->reason = withdrawn->reason;
        }
        if (hub.index != matcher::no_hub) {
            facts->hub_name = services.hub_names->name(hub, services.events);
        }
    }
    return facts;
}

// Where the answers are in a piece of the stream. Numbers, because whoever waits for something holds no batches.
struct Looked {
    std::vector<std::uint64_t> answers;
    std::uint64_t to = 0;
    std::size_t events = 0;
};

Looked look_for_answers(Services& services, std::string_view stream, std::uint64_t after, std::size_t most) {
    Looked looked;
    looked.to = after;
    for (const storage::StreamEvent& event : services.events.read(stream, after, most)) {
        looked.to = event.seq;
        ++looked.events;
        if (facts_of(services, event)) {
            looked.answers.push_back(event.seq);
        }
    }
    return looked;
}

// As it is now: what the person took back meanwhile is no answer any more.
std::optional<wire::fhir::ResponseFacts> answer_at(Services& services, std::string_view stream, std::uint64_t seq) {
    const auto event = services.events.read(stream, seq - 1, 1);
    return event.empty() ? std::nullopt : facts_of(services, event.front());
}

}  // namespace

http::Task<std::expected<bool, Trouble>> is_in_outbox(Services* services, std::string practice, std::string id) {
    const std::string stream = "practice/" + practice;
    const std::uint64_t head = services->events.bounds(stream).head;
    std::uint64_t after = head > events_max ? head - events_max : 0;
    std::size_t opened = 0;
    std::optional<Trouble> closed;  // by what one that could be the message did not open
    // What comes meanwhile is not looked at: it cannot have been answered.
    while (after < head) {
        const Looked looked = look_for_answers(*services, stream, after, looked_at_once);
        if (looked.events == 0) {
            break;
        }
        for (const std::uint64_t seq : looked.answers) {
            if (++opened % opened_at_once == 0) {
                co_await others_first();
            }
            const auto facts = answer_at(*services, stream, seq);
            if (!facts) {
                continue;
            }
            const auto details = open_details(*services, facts->referral);
            if (details && wire::fhir::response_id(*details, *facts) == id) {
                co_return true;
            }
            if (!details && !were_erased(details.error())) {
                closed = details.error();
            }
        }
        after = looked.to;
        co_await others_first();
    }
    if (closed) {
        co_return std::unexpected(*std::move(closed));
    }
    co_return false;
}

http::Task<http::Response> read_outbox(Services* services, http::Request request) {
    const auto caller = reader_of(request, *services);
    if (!caller) {
        co_return told(caller.error());
    }
    const std::string practice = caller->practice.empty() ? wire::fhir::organisation_code(headers_of(request)) : caller->practice;
    if (practice.empty()) {
        co_return told({400, "required", "NHSD-End-User-Organisation must name the practice.", {}});
    }
    const auto after = after_of(request);
    if (!after) {
        co_return told({400, "value", "after: a whole number is expected.", {}});
    }
    const std::string stream = "practice/" + practice;
    std::vector<std::string> messages;
    std::uint64_t read_to = *after;
    for (std::size_t looked_at = 0; messages.size() < messages_max && looked_at < events_max;) {
        const std::size_t step = std::min(looked_at_once, events_max - looked_at);
        const Looked looked = look_for_answers(*services, stream, read_to, step);
        looked_at += looked.events;
        for (const std::uint64_t seq : looked.answers) {
            if (messages.size() == messages_max) {
                break;
            }
            read_to = seq;
            const auto facts = answer_at(*services, stream, seq);
            if (!facts) {
                continue;
            }
            matcher::DiscloseDetails command;
            command.referral = facts->referral.id;
            matcher::Envelope letter = envelope(*services, request, practice, command);
            const auto trouble = co_await note_disclosure(services, request.thread, std::move(letter));
            if (trouble && trouble->status == 410) {
                continue;  // erased: there is nobody to write about
            }
            if (trouble) {
                co_return told(*trouble);
            }
            const auto details = open_details(*services, facts->referral);
            if (!details && were_erased(details.error())) {
                continue;  // its key went after the line above
            }
            if (!details) {
                co_return told(details.error());  // `next` may not go past what could not be told now
            }
            messages.push_back(wire::fhir::encode_response(*details, *facts, services->base_url));
        }
        if (messages.size() < messages_max) {
            read_to = looked.to;
        }
        if (looked.events < step) {
            break;
        }
        co_await others_first();
    }
    co_return fhir(200, wire::fhir::encode_outbox(messages, services->base_url,
                                                  fmt::format("/FHIR/R4/$outbox?after={}", read_to)));
}

}  // namespace hubward::server::api::bars
