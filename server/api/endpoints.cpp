// SPDX-License-Identifier: Apache-2.0
#include "server/api/endpoints.hpp"

#include <array>

#include "server/api/handlers.hpp"
#include "server/api/offer_link.hpp"

namespace hubward::server::api {
namespace {

using auth::Permission;
using http::Verb;

// A referral with all its text fields at their bounds is about 20 KB.
constexpr std::size_t referral_body_max = 64 * 1024;
// A hub's profile: names, address, opening hours.
constexpr std::size_t hub_body_max = 64 * 1024;
// One or two codes.
constexpr std::size_t small_body_max = 4 * 1024;

constexpr auto table = std::to_array<Endpoint>({
    {Verb::post, "/v1/referrals", Permission::referral_submit, referral_body_max, submit_referral,
     "submitReferral"},
    {Verb::post, "/v1/referrals:check", Permission::referral_submit, referral_body_max,
     check_referral, "checkReferral", false, true},
    {Verb::post, "/v1/matches", Permission::referral_submit, referral_body_max, match_preview,
     "previewMatches", false, true},
    {Verb::get, "/v1/referrals", Permission::referral_list, 0, list_referrals, "listReferrals"},
    {Verb::get, "/v1/referrals/{id}", Permission::referral_read, 0, get_referral, "getReferral"},
    {Verb::get, "/v1/referrals/{id}/history", Permission::referral_read, 0, get_history,
     "getReferralHistory"},
    {Verb::get, "/v1/referrals/{id}/details", Permission::details_read, 0, get_details,
     "getReferralDetails"},
    {Verb::get, "/v1/referrals/{id}/explanation", Permission::referral_read, 0, get_explanation,
     "getReferralExplanation"},
    {Verb::get, "/v1/referrals/{id}/options", Permission::referral_list, 0, get_options,
     "getReferralOptions"},
    {Verb::post, "/v1/referrals/{id}/choice", Permission::referral_steer, small_body_max,
     choose_hub, "chooseHub"},
    {Verb::post, "/v1/referrals/{id}/withdraw", Permission::referral_withdraw, small_body_max,
     withdraw_referral, "withdrawReferral"},
    {Verb::get, "/v1/referrals/{id}/withdrawal", Permission::details_read, 0, get_withdrawal,
     "getReferralWithdrawal"},
    {Verb::post, "/v1/referrals/{id}/pause", Permission::referral_steer, small_body_max,
     pause_referral, "pauseReferral"},
    {Verb::post, "/v1/referrals/{id}/resume", Permission::referral_steer, small_body_max,
     resume_referral, "resumeReferral"},
    {Verb::post, "/v1/referrals/{id}/reopen", Permission::referral_steer, small_body_max,
     reopen_referral, "reopenReferral"},
    {Verb::post, "/v1/referrals/{id}/release", Permission::referral_steer, small_body_max,
     release_needs, "releaseNeeds"},
    {Verb::post, "/v1/referrals/{id}/close-need", Permission::referral_steer, small_body_max,
     close_need, "closeNeed"},
    {Verb::post, "/v1/referrals/{id}/owner", Permission::referral_oversee, small_body_max,
     assign_owner, "assignOwner"},
    {Verb::post, "/v1/referrals/{id}/error", Permission::referral_oversee, small_body_max,
     mark_error, "markReferralError"},
    {Verb::post, "/v1/referrals/{id}/consent", Permission::referral_steer, small_body_max,
     give_consent, "giveConsent"},
    {Verb::post, "/v1/referrals/{id}/consent-withdrawn", Permission::referral_steer, small_body_max,
     withdraw_consent, "withdrawConsent"},
    {Verb::post, "/v1/referrals/{id}/erase", Permission::referral_oversee, small_body_max,
     erase_referral, "eraseReferral"},
    {Verb::post, "/v1/referrals/{id}/person-outcome", Permission::referral_steer, small_body_max,
     record_person_word, "recordPersonOutcome"},
    {Verb::post, "/v1/referrals/{id}/followed-up", Permission::referral_oversee, small_body_max,
     close_follow_up, "closeFollowUp"},
    {Verb::post, "/v1/referrals/{id}/address", Permission::referral_steer, small_body_max,
     move_person, "movePerson"},
    {Verb::get, "/v1/referrals/{id}/measures", Permission::referral_read, 0, get_measures,
     "getReferralMeasures"},
    {Verb::get, "/v1/waitlist", Permission::referral_oversee, 0, list_waiting, "listWaiting"},
    {Verb::get, "/v1/audit/orphans", Permission::referral_oversee, 0, audit_orphans,
     "auditOrphans"},

    {Verb::get, "/v1/hubs/{slug}/offers", Permission::offer_list, 0, list_offers, "listOffers"},
    {Verb::get, "/v1/offers/{id}", Permission::offer_list, 0, get_offer, "getOffer"},
    {Verb::post, "/v1/offers/{id}/open", Permission::offer_answer, small_body_max, open_offer,
     "openOffer"},
    {Verb::post, "/v1/offers/{id}/accept", Permission::offer_answer, small_body_max, accept_offer,
     "acceptOffer"},
    {Verb::post, "/v1/offers/{id}/decline", Permission::offer_end, small_body_max, decline_offer,
     "declineOffer"},
    {Verb::post, "/v1/offers/{id}/start", Permission::offer_answer, small_body_max, start_support,
     "startSupport"},
    {Verb::post, "/v1/offers/{id}/appointment", Permission::offer_answer, small_body_max,
     book_appointment, "bookAppointment"},
    {Verb::post, "/v1/offers/{id}/contact", Permission::offer_answer, small_body_max,
     record_contact, "recordContact"},
    {Verb::post, "/v1/offers/{id}/waitlist", Permission::offer_answer, small_body_max,
     waitlist_at_hub, "waitlistAtHub"},
    {Verb::post, "/v1/offers/{id}/transfer", Permission::offer_answer, small_body_max,
     transfer_offer, "transferOffer"},
    {Verb::post, "/v1/offers/{id}/outcome", Permission::offer_answer, small_body_max,
     record_outcome, "recordOutcome"},
    {Verb::post, "/v1/offers/{id}/measure", Permission::offer_answer, small_body_max,
     record_measure, "recordMeasure"},
    {Verb::post, "/v1/offers/{id}/need", Permission::offer_answer, small_body_max, add_need,
     "addNeed"},
    {Verb::post, "/v1/offers/{id}/return", Permission::offer_end, small_body_max, return_offer,
     "returnOffer"},

    {Verb::post, "/v1/offers/{id}/link", Permission::offer_list, small_body_max, make_offer_link,
     "makeOfferLink"},

    {Verb::get, "/v1/hubs", Permission::hub_read, 0, list_hubs, "listHubs"},
    {Verb::get, "/v1/hubs/{slug}", Permission::hub_read, 0, get_hub, "getHub"},
    {Verb::put, "/v1/hubs/{slug}", Permission::hub_write, hub_body_max, put_hub, "putHub"},
    {Verb::get, "/v1/hubs/{slug}/capacity", Permission::hub_read, 0, get_capacity, "getCapacity"},
    {Verb::put, "/v1/hubs/{slug}/capacity", Permission::capacity_write, small_body_max,
     put_capacity, "putCapacity"},
    {Verb::post, "/v1/hubs/{slug}/capacity/confirm", Permission::capacity_write, small_body_max,
     confirm_capacity, "confirmCapacity"},
    {Verb::get, "/v1/hubs/{slug}/service_capacity", Permission::hub_read, 0, get_service_capacity,
     "getServiceCapacity"},
    {Verb::get, "/v1/hubs/{slug}/sessions", Permission::hub_read, 0, list_sessions, "listSessions"},
    {Verb::post, "/v1/hubs/{slug}/sessions", Permission::capacity_write, small_body_max,
     publish_session, "publishSession"},
    {Verb::post, "/v1/hubs/{slug}/sessions/{session}/cancel", Permission::capacity_write,
     small_body_max, cancel_session, "cancelSession"},
    {Verb::put, "/v1/hubs/{slug}/sessions/{session}/seats", Permission::capacity_write,
     small_body_max, set_seats, "setSessionSeats"},
    {Verb::get, "/v1/report", Permission::report_read, 0, get_report, "getReport"},
    {Verb::get, "/v1/policy", Permission::policy_read, 0, get_policy, "getPolicy"},
    {Verb::put, "/v1/policy", Permission::policy_write, small_body_max, put_policy, "adoptPolicy"},
    {Verb::get, "/v1/policies", Permission::policy_read, 0, list_policies, "listPolicies"},
    {Verb::get, "/v1/policies/{place}", Permission::policy_read, 0, get_place_policy,
     "getPlacePolicy"},
    {Verb::put, "/v1/policies/{place}", Permission::policy_write, small_body_max, put_place_policy,
     "adoptPlacePolicy"},
    {Verb::post, "/v1/hubs/{slug}/close", Permission::hub_write, small_body_max, close_hub,
     "closeHub"},
    {Verb::post, "/v1/hubs/{slug}/reviewed", Permission::hub_write, small_body_max, close_review,
     "closeHubReview"},
    {Verb::post, "/v1/hubs/{slug}/price", Permission::price_write, small_body_max, set_price,
     "setHubPrice"},
    {Verb::get, "/v1/gaps", Permission::page_ops, 0, list_gaps, "listGaps"},
    {Verb::get, "/v1/worklist", Permission::referral_list, 0, list_worklist, "listWorklist"},

    {Verb::post, "/v1/webhooks", Permission::webhook_manage, small_body_max, create_webhook,
     "createWebhook"},
    {Verb::get, "/v1/webhooks", Permission::webhook_manage, 0, list_webhooks, "listWebhooks"},
    {Verb::get, "/v1/webhooks/{id}", Permission::webhook_manage, 0, get_webhook, "getWebhook"},
    {Verb::post, "/v1/webhooks/{id}/rotate", Permission::webhook_manage, small_body_max,
     rotate_webhook, "rotateWebhookSecret"},
    {Verb::post, "/v1/webhooks/{id}/resume", Permission::webhook_manage, small_body_max,
     resume_webhook, "resumeWebhook"},
    {Verb::post, "/v1/webhooks/{id}/resend", Permission::webhook_manage, small_body_max,
     resend_webhook, "resendWebhookEvent"},
    {Verb::get, "/v1/webhooks/{id}/deliveries", Permission::webhook_manage, 0, list_deliveries,
     "listWebhookDeliveries"},
    {Verb::del, "/v1/webhooks/{id}", Permission::webhook_manage, 0, delete_webhook,
     "deleteWebhook"},

    {Verb::get, "/livez", Permission::open, 0, get_livez, "getLivez"},
    {Verb::get, "/readyz", Permission::open, 0, get_readyz, "getReadyz"},
    {Verb::get, "/metrics", Permission::metrics_read, 0, get_metrics, "getMetrics", true},
    {Verb::get, "/openapi.json", Permission::open, 0, get_openapi, "getOpenApi"},
    {Verb::get, "/asyncapi.json", Permission::open, 0, get_asyncapi, "getAsyncApi"},
    {Verb::get, "/schemas/{file}", Permission::open, 0, get_schema, "getFeedSchema"},
});

}  // namespace

std::span<const Endpoint> endpoints() { return table; }

}  // namespace hubward::server::api
