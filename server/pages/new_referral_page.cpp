// SPDX-License-Identifier: Apache-2.0
//
// A receptionist refers somebody by hand: one page, plain questions, and when something is missing
// the same page again with everything still on it.
#include <algorithm>

#include <fmt/format.h>

#include "matcher/explain.hpp"
#include "server/api/candidates.hpp"
#include "server/api/handlers.hpp"
#include "server/api/new_id.hpp"
#include "server/pages/assets.hpp"
#include "server/pages/check_part.hpp"
#include "server/pages/handlers.hpp"
#include "server/pages/own_hub.hpp"
#include "server/pages/practice_page.hpp"
#include "server/pages/referral_form.hpp"
#include "server/pages/story.hpp"
#include "server/wire/hub_json.hpp"

namespace hubward::server::pages {
namespace {

// What practices ask for most, first on the page; everything else follows.
constexpr auto common_needs = std::to_array<std::string_view>(
    {"nhs-app", "nhs-login", "nhs-repeat", "nhs-book", "skill-foundation", "dev-loan", "data-sim", "assess"});

bool is_common(std::string_view need) { return std::ranges::find(common_needs, need) != common_needs.end(); }

Model box(const Words& words, std::string_view group, std::string_view code, const Form& form,
          std::string_view field) {
    const auto chosen = form.values(field);
    Model made;
    made.set("code", code);
    made.set("text", words.text(group, code));
    made.set("chosen", std::ranges::find(chosen, code) != chosen.end());
    return made;
}

void set_choices(Model& content, const Words& words, const Form& form) {
    Model::List first;
    Model::List rest;
    for (const std::string_view code : common_needs) {
        first.push_back(box(words, "need", code, form, "needs"));
    }
    for (const std::string_view code : matcher::names<matcher::Need>()) {
        if (!is_common(code)) {
            rest.push_back(box(words, "need", code, form, "needs"));
        }
    }
    Model::List access;
    Model::List wishes;
    for (const std::string_view code : matcher::names<matcher::Access>()) {
        access.push_back(box(words, "access", code, form, "access"));
        wishes.push_back(box(words, "access", code, form, "access_preferred"));
    }
    std::vector<std::pair<std::string, std::string_view>> names;
    for (std::size_t i = 1; i < matcher::language_count(); ++i) {
        const auto language = static_cast<matcher::Language>(i);
        names.emplace_back(language_name(words.language(), matcher::code(language),
                                         matcher::english_name(language)),
                           matcher::code(language));
    }
    std::ranges::sort(names);
    Model::List languages;
    for (const auto& [name, code] : names) {
        Model one;
        one.set("code", code);
        one.set("text", std::string_view(name));
        one.set("chosen", code == form.value("language"));
        languages.push_back(std::move(one));
    }
    content.set("needs", std::move(first));
    content.set("more_chosen", !std::ranges::all_of(form.values("needs"), is_common));
    content.set("more_needs", std::move(rest));
    content.set("access", std::move(access));
    content.set("wishes", std::move(wishes));
    content.set("wished", !form.values("access_preferred").empty());
    content.set("languages", std::move(languages));
}

// What a person chooses between: where, how far, who speaks their language, what is free.
Model option(const Words& words, const wire::CandidateFacts& hub, const matcher::Ask& ask,
             std::string_view chosen) {
    std::string facts = needs_text(words, ask, hub.it.sieved.facts.needs);
    const auto add = [&](const std::string& fact) {
        facts += fact.empty() ? "" : words.text("list", "comma");
        facts += fact;
    };
    add(words.distance(hub.it.sieved.facts.distance));
    if (hub.it.sieved.facts.speaks) {
        add(words.say("page", "n_speaks", {{"language", language_text(words, ask)}}));
    }
    add(words.say("page", "n_free", {{"n", std::int64_t{hub.free_places}}}));
    Model made;
    made.set("slug", std::string_view(hub.hub.slug));
    made.set("name", std::string_view(hub.hub.name));
    made.set("facts", std::string_view(facts));
    made.set("picked", hub.hub.slug == chosen);
    return made;
}

struct Options {
    bool looked = false;
    matcher::Ask ask;
    std::vector<wire::CandidateFacts> hubs;
};

// The hubs that could help, best first, as POST /v1/matches ranks them; nothing is stored. The error
// is what the API finds wrong.
std::expected<Options, std::vector<FieldFault>> options_for(api::Services& services, const Visit& visit) {
    constexpr std::size_t spare_bytes = 64;  // the parser reads past the end
    constexpr std::size_t options_most = 5;
    std::string json = referral_json(visit.form);
    json.reserve(json.size() + spare_bytes);
    const auto read = wire::decode_referral(json, services.gazetteer, services.clock.now(), wire::Purpose::preview);
    if (!read) {
        return std::unexpected(faults_of(api::faulty(read.error()), visit.form));
    }
    Options options;
    options.looked = true;
    options.ask = read->command.ask;
    options.ask.chosen_hub = matcher::HubId();  // else all others would seem unable
    auto copied = services.view.look([&](const View& view) {
        const matcher::State& state = view.state();
        matcher::Question q = matcher::question(options.ask, state.policy, state.places,
                                                api::not_before(services, state));
        q.practice = matcher::PracticeCode(visit.principal.subject);
        return api::copy_candidates(state, matcher::best_explained(state, q, options_most), {});
    });
    options.hubs = api::named(services, std::move(copied));
    return options;
}

// The hub of a slug that a browser sent, as a choice without facts; nothing when there is none.
std::optional<Model> bare_option(api::Services& services, std::string_view slug) {
    const auto key = services.view.look([&](const View& view) -> std::optional<api::HubKey> {
        const auto index = view.state().find(wire::hub_id(slug));
        return index ? std::optional(api::hub_key(view.state().at(*index), *index)) : std::nullopt;
    });
    if (!key) {
        return std::nullopt;
    }
    Model made;
    made.set("slug", slug);
    made.set("name", std::string_view(services.hub_names->name(*key, services.events)));
    made.set("picked", true);
    return made;
}

// The choices of the page. What was chosen is among them on every answer, also when the list cannot be
// made or no longer holds it: what is not on the page would not be sent, and nobody would notice.
void set_options(Model& content, api::Services& services, const Visit& visit, const Options& options) {
    const std::string_view chosen = visit.form.value("chosen_hub");
    Model::List hubs;
    bool picked = false;
    for (const wire::CandidateFacts& hub : options.hubs) {
        picked = picked || hub.hub.slug == chosen;
        hubs.push_back(option(visit.words(), hub, options.ask, chosen));
    }
    if (auto bare = picked || chosen.empty() ? std::nullopt : bare_option(services, chosen)) {
        picked = true;
        hubs.push_back(*std::move(bare));
    }
    content.set("looked", options.looked || picked);
    content.set("chosen", picked);
    content.set("has_options", !hubs.empty());
    content.set("options", std::move(hubs));
}

// A form that was opened under another login, in another tab, must not become a referral of whoever is logged in
// now: not even the question who could help is answered before that was said.
bool written_by_another(const Visit& visit) {
    return !visit.form.value("key").empty() && visit.form.value("as") != visit.principal.subject;
}

// With what was typed; `faulty` is the status when there are faults.
http::Response form_page(api::Services& services, const Visit& visit, const std::vector<FieldFault>& faults,
                         std::optional<Options> looked = std::nullopt, unsigned faulty = 422) {
    if (!looked && !visit.form.value("chosen_hub").empty()) {
        looked = options_for(services, visit).value_or(Options{});
    }
    const Options options = std::move(looked).value_or(Options{});
    const Words& words = visit.words();
    const Form& form = visit.form;
    Model content;
    for (const char* field : {"name", "nhs_number", "phone", "other_way", "postcode", "note"}) {
        content.set(field, form.value(field));
    }
    content.set("safe", form.value("safe") == "yes");
    content.set("relax", form.value("relax") == "yes");
    content.set("consent", form.value("consent") == "yes");
    content.set("urgent", form.value("urgency") == "urgent");
    set_choices(content, words, form);
    set_options(content, services, visit, options);
    content.set("check", std::string_view(check_part(services, visit)));
    const std::string fresh = api::new_request_id();
    content.set("as", std::string_view(visit.principal.subject));
    content.set("key", form.value("key").empty() ? std::string_view(fresh) : form.value("key"));
    set_faults(content, words, faults);
    const bool another = written_by_another(visit);
    const bool good = faults.empty() && !another;
    if (another) {
        content.set("has_faults", true);
        content.set("now_as", words.say("page", "n_e_as", {{"practice", visit.principal.subject}}));
    }
    Model frame;
    frame.set("whose", visit.principal.subject);
    frame.set("script", std::string_view(asset("refer").path));
    frame.set("nav", practice_nav(words, 1));
    const std::string_view title = words.text("page", "nav_new");
    return page(visit.style, good ? 200 : faulty, "new_referral",
                good ? std::string(title) : fmt::format("{}: {}", words.text("page", "n_problem"), title),
                std::move(content), std::move(frame));
}

// The referral that this key made first; nothing when its entry cannot be read.
std::optional<matcher::ReferralId> first_under(const api::Services& services, matcher::RequestKey key) {
    const auto first = services.view.look([&](const View& view) { return view.state().remembered_for(key); });
    const auto found = first ? services.events.entry(first->number) : std::nullopt;
    if (!found || found->entry == nullptr) {
        return std::nullopt;
    }
    for (const matcher::Event& event : found->batch->events_of(*found->entry)) {
        if (const auto* submitted = std::get_if<matcher::ReferralSubmitted>(&event)) {
            return submitted->id;
        }
    }
    return std::nullopt;
}

// The same request as the API would get, with the key of the form: a double click sends once.
api::Call call_of(const api::Services& services, const Visit& visit) {
    constexpr std::size_t spare_bytes = 64;  // the parser reads past the end
    api::Call call;
    call.principal = visit.principal;
    call.request = visit.request;
    call.request.body = referral_json(visit.form);
    call.request.body.reserve(call.request.body.size() + spare_bytes);
    const matcher::Envelope letter = envelope(services, visit, matcher::Command(), visit.form.value("key"));
    call.key_text = visit.form.value("key");
    call.key = letter.key;
    call.fingerprint = letter.fingerprint;
    return call;
}

}  // namespace

http::Task<http::Response> get_new_referral(api::Services* services, Visit visit) {
    co_return form_page(*services, visit, {});
}

// The part alone, for the page's script while somebody writes.
http::Task<http::Response> check_form(api::Services* services, Visit visit) {
    co_return part(check_part(*services, visit));
}

http::Task<http::Response> send_referral(api::Services* services, Visit visit) {
    if (written_by_another(visit)) {
        co_return form_page(*services, visit, {});
    }
    if (visit.form.value("do") == "look") {
        const auto options = options_for(*services, visit);
        co_return options ? form_page(*services, visit, {}, *options) : form_page(*services, visit, options.error());
    }
    if (visit.form.value("do") == "check") {
        co_return form_page(*services, visit, {});
    }
    if (const auto faults = missing_in(visit.form); !faults.empty()) {
        co_return form_page(*services, visit, faults);
    }
    api::Call call = call_of(*services, visit);
    const matcher::RequestKey key = call.key;
    const api::Outcome outcome = co_await api::submit_referral(services, std::move(call));
    if (!outcome && outcome.error().type->slug == "key-reused") {
        // Sent before, though the answer did not come through; changed since. The first one counts.
        const auto first = first_under(*services, key);
        co_return see_other(first ? fmt::format("/practice/referrals/{}?refused=sent_before", wire::id_text(*first))
                                  : std::string("/practice?refused=sent_before"));
    }
    if (!outcome) {
        const unsigned status = outcome.error().type->status == 503 ? 503 : 422;
        co_return form_page(*services, visit, faults_of(outcome.error(), visit.form), std::nullopt, status);
    }
    const auto location = std::ranges::find(outcome->headers, std::string_view("Location"),
                                            [](const auto& header) { return header.first; });
    if (location == outcome->headers.end()) {
        co_return see_other("/practice?done=sent");
    }
    co_return see_other(fmt::format("/practice/referrals/{}?done=sent",
                                    location->second.substr(location->second.rfind('/') + 1)));
}

}  // namespace hubward::server::pages
