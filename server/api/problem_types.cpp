// SPDX-License-Identifier: Apache-2.0
//
// The table of all kinds of trouble.
#include <array>

#include "matcher/invariant.hpp"
#include "server/api/problem.hpp"

namespace hubward::server::api {
namespace {

constexpr auto table = std::to_array<ProblemType>({
    {"bad-request", 400, "The request cannot be understood",
     "Something in the request line, the query or a header is not as HTTP or this API asks for.",
     "Read the detail, correct the request and send it again."},
    {"malformed-json", 400, "The body is not readable JSON",
     "The body must be one JSON document in UTF-8, without repeated keys and without bytes after it.",
     "Correct the place that the detail names and send the request again."},
    {"idempotency-key-missing", 400, "The header Idempotency-Key is missing or not usable",
     "Every POST that changes something must carry a key of its own, so that sending it twice never does "
     "it twice.",
     "Choose a fresh random text of 1 to 255 bytes, for instance a UUID, send it as Idempotency-Key, "
     "and send the same one again only when you repeat the same request."},
    {"unauthenticated", 401, "No valid token came with the request",
     "The request had no bearer token, or one that is damaged, expired or withdrawn.",
     "Send Authorization: Bearer with a token that your operator gave you; ask for a new one when it "
     "has expired."},
    {"forbidden", 403, "Your role does not allow this",
     "The token is good, but it belongs to a role that may not do this.",
     "Use the token of a role that may; docs/PERMISSIONS.md lists who may do what."},
    {"consent-ended", 403, "The person's consent has ended",
     "The person took back what they had agreed to, or its time is up. Nobody at a hub reads their "
     "details any more.",
     "Delete what you copied. The practice can ask the person again."},
    {"not-found", 404, "There is nothing here for you",
     "The thing does not exist, or it belongs to someone else. Both look alike on purpose.",
     "Check the address, and that you use the token of the organisation it belongs to."},
    {"method-not-allowed", 405, "This address does not take that method",
     "The address exists, but not for the method that was used.",
     "Use one of the methods in the Allow header."},
    {"request-timeout", 408, "The request took too long to arrive",
     "The header or the body did not arrive in time.", "Send the request again, whole and at once."},
    {"state-conflict", 409, "That is not possible in the present state",
     "The referral or offer has moved on, and what was asked for no longer fits.",
     "Get the thing again, look at its status, and decide anew."},
    {"choice-not-possible", 409, "The chosen hub cannot serve the person now",
     "The person's choice binds the router, unless the hub cannot serve them. The text names the "
     "filter that stopped it.",
     "Ask for the options again and choose one of them."},
    {"no-unit-left", 409, "The hub has no unit left",
     "The offer was open to several hubs without holding a unit, and this hub's last one is taken.",
     "State the hub's capacity, or leave the person to another hub."},
    {"no-hub-can", 409, "No hub can take the person on these terms",
     "The hub that was named, or every other hub, is closed, full, or does not serve these needs; or a danger was "
     "named, and the place's desk looks before anybody is passed on.",
     "Choose another hub, or wait until there is one, or until the desk has looked."},
    {"live-duplicate", 409, "The practice already has an open referral with this reference",
     "A practice reference names one open referral. Nothing was stored.",
     "Go on with the open referral, withdraw it first, or use another reference."},
    {"too-many-webhooks", 409, "There are as many webhooks as there may be",
     "An organisation may have 8 webhooks, an installation 1000. Nothing was stored.",
     "Delete one that is not needed any more, or ask the operator."},
    {"webhook-off", 409, "The webhook is switched off",
     "Its receiver answered 410, or took nothing for about three days.",
     "Mend the receiver, resume the webhook, and everything that waits is sent in order."},
    {"erased", 410, "The personal details were erased",
     "The key that could open them was destroyed on purpose. Codes and counts remain.",
     "Nothing can bring them back. Ask the practice if the person still needs help."},
    {"version-changed", 412, "Someone changed it in the meantime",
     "If-Match named an older version than the present one, so nothing was done.",
     "Get the thing again, look at what changed, and repeat your change if it still makes sense."},
    {"too-large", 413, "The body is too large",
     "The body is larger than this address takes.", "Send less; the detail names the bound."},
    {"target-too-long", 414, "The address is too long", "The request target is longer than 8 KiB.",
     "Shorten the query."},
    {"unsupported-media-type", 415, "The body has the wrong media type",
     "This address takes JSON in UTF-8 without any content coding.",
     "Send Content-Type: application/json and no Content-Encoding."},
    {"expectation-failed", 417, "That expectation cannot be met",
     "Only Expect: 100-continue is known here.", "Leave the Expect header out."},
    {"invalid-content", 422, "Something in the content is missing or wrong",
     "The body could be read, but a field is not as the API asks for.",
     "Each entry of errors names a field by its JSON pointer and says what is expected there."},
    {"consent-missing", 422, "Consent to share with a hub was not given",
     "A referral without the person's consent to share it with a hub is refused. Nothing was stored.",
     "Ask the person, and send the referral again when they agree."},
    {"key-reused", 422, "The Idempotency-Key was used for another request",
     "The same key came with another address or body. Nothing was done.",
     "Use a fresh key for a new request, or send the first request again unchanged."},
    {"rate-limited", 429, "Too many requests",
     "Something in front of this server counts requests. The server itself says busy.",
     "Wait as long as Retry-After says.", 5},
    {"headers-too-large", 431, "The header is too large",
     "The header has more than 16 KiB or more than 100 fields.", "Send fewer or shorter fields."},
    {"internal", 500, "The server made a mistake",
     "Something went wrong inside. It is not your fault.",
     "Send the request again with the same Idempotency-Key. Tell the operator the trace_id if it "
     "happens again."},
    {"method-unknown", 501, "The method is not known", "This server does not know that method.",
     "Use GET, HEAD, POST, PUT or DELETE; /openapi.json says which an address takes."},
    {"busy", 503, "The server is busy",
     "More came in than can be worked on at once. Nothing was done.",
     "Send the request again after Retry-After seconds, with the same Idempotency-Key.", 1},
    {"storage-unavailable", 503, "The server cannot store anything now",
     "The disk did not confirm in time. Nothing is known to be stored.",
     "Send the request again after Retry-After seconds, with the same Idempotency-Key: if it was "
     "stored after all, you get the first answer.", 5},
    {"storage-full", 503, "The server has no room left",
     "The bound of what this installation can hold has been reached, or its disk is full.",
     "Tell the operator. Send the request again later, with the same Idempotency-Key.", 30},
    {"stopping", 503, "The server is going down",
     "The server is being stopped or restarted. Nothing was done.",
     "Send the request again after Retry-After seconds, with the same Idempotency-Key.", 5},
    {"not-ready", 503, "The server is not ready", "One of its parts is not working as it should.",
     "Look at the named checks; docs/OPERATIONS.md says what each means.", 5},
    {"version-not-supported", 505, "This version of HTTP is not supported",
     "The server speaks HTTP/1.0 and HTTP/1.1.", "Use HTTP/1.1."},
});

}  // namespace

std::span<const ProblemType> problem_types() { return table; }

const ProblemType& problem_type(std::string_view slug) {
    for (const ProblemType& type : table) {
        if (type.slug == slug) {
            return type;
        }
    }
    matcher::invariant(false, "a problem type that is in the table");
    return table.front();
}

}  // namespace hubward::server::api
