// SPDX-License-Identifier: Apache-2.0
//
// What is in a data folder: numbers of things, and the journal entry by entry. Never opens a sealed
// detail; it has no need of one.
#include <algorithm>

#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/store_failure.hpp"
#include "server/wire/referral_json.hpp"
#include "storage/describe.hpp"
#include "storage/store.hpp"

namespace hubward::server::cli {
namespace {

std::string entry_line(const matcher::Batch& batch, const matcher::Entry& entry, bool json) {
    std::string events;
    for (const matcher::Event& event : batch.events_of(entry)) {
        const std::string_view name = matcher::event_name(event);
        events += json ? fmt::format("{}\"{}\"", events.empty() ? "" : ",", name)
                       : fmt::format("{}{}", events.empty() ? "" : " ", name);
    }
    const std::string_view command = storage::command_name(entry.command);
    if (json) {
        return fmt::format("{{\"number\":{},\"at\":{},\"role\":\"{}\",\"subject\":{},\"command\":\"{}\","
                           "\"events\":[{}],\"payload_bytes\":{}}}\n",
                           entry.number, json_quoted(wire::time_text(entry.at)),
                           matcher::name(entry.actor.role), json_quoted(entry.actor.subject.view()),
                           command, events, entry.payload.size());
    }
    return fmt::format("{:>8} {} {:8} {:16} {:16} {}\n", entry.number, wire::time_text(entry.at),
                       matcher::name(entry.actor.role), entry.actor.subject.view(), command, events);
}

Exit summary(storage::Store& store, bool json) {
    auto recovered = store.recover();
    if (!recovered) {
        return fail(failure(recovered.error()));
    }
    const matcher::State& state = recovered->state;
    const auto open = std::ranges::count_if(state.offers, [](const matcher::Offer& offer) {
        return offer.status == matcher::OfferStatus::requested || offer.status == matcher::OfferStatus::received;
    });
    store.measure_disk();
    const auto stats = store.stats();
    const matcher::Tail tail = store.journal().tail();
    print(json ? fmt::format("{{\"epoch\":{},\"events\":{},\"hubs\":{},\"practices\":{},\"referrals\":{},"
                             "\"offers\":{},\"open_offers\":{},\"policy\":{},\"from_snapshot\":{},"
                             "\"state_hash\":\"{:016x}\",\"disk_bytes\":{}}}\n",
                             json_quoted(tail.epoch), tail.number, state.hubs.size(),
                             state.practices.size(), state.referrals.size(), state.offers.size(), open,
                             state.policy.version, recovered->from_snapshot, state.state_hash(),
                             stats.disk_bytes)
               : fmt::format("epoch       {}\nevents      {}\nhubs        {}\npractices   {}\n"
                             "referrals   {}\noffers      {}, {} of them wait for an answer\n"
                             "policy      version {}\nsnapshot    at event {}\nstate hash  {:016x}\n"
                             "disk        {} bytes, {} free\n",
                             tail.epoch, tail.number, state.hubs.size(), state.practices.size(),
                             state.referrals.size(), state.offers.size(), open, state.policy.version,
                             recovered->from_snapshot, state.state_hash(), stats.disk_bytes,
                             stats.disk_free_bytes));
    return Exit::ok;
}

}  // namespace

Exit inspect(const InspectOptions& options) {
    auto loaded = read_config(options.config);
    if (!loaded) {
        return loaded.error();
    }
    storage::StoreOptions store_options;
    store_options.folder = loaded->config.data;
    store_options.master_key_file = loaded->config.master_key_file;
    store_options.create = false;
    store_options.read_only = true;
    store_options.accept_loss = true;  // looking is allowed, and verify names the loss
    auto store = storage::Store::open(store_options);
    if (!store) {
        return fail(failure(store.error()));
    }
    if (options.from == 0 && options.to == 0) {
        return summary(**store, options.json);
    }
    const matcher::Sequence newest = (*store)->journal().tail().number;
    const matcher::Sequence from = std::max<matcher::Sequence>(options.from, 1);
    const matcher::Sequence to = options.to == 0 ? newest : std::min(options.to, newest);
    const auto read = (*store)->journal().read(from - 1, to, [&](const matcher::SharedBatch& batch) {
        for (const matcher::Entry& entry : batch->entries) {
            if (entry.number >= from && entry.number <= to) {
                print(entry_line(*batch, entry, options.json));
            }
        }
        return true;
    });
    return read ? Exit::ok : fail(Exit::data, "the journal cannot be read there; run: hubward verify");
}

}  // namespace hubward::server::cli
