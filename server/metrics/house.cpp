// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/house.hpp"

#include <cmath>
#include <cstdio>

#include <unistd.h>

#include "server/metrics/exposition.hpp"

namespace hubward::server::metrics {
namespace {

// Relaxed: counters that order nothing; see histogram.cpp.
std::uint64_t read(const std::atomic<std::uint64_t>& value) {
    return value.load(std::memory_order_relaxed);
}

void write_stages(Exposition& out, const Stages& stages) {
    constexpr std::string_view name = "hubward_stage_duration_seconds";
    out.head(name, "How long commands spent in each stage of the walk.", Kind::histogram);
    out.histogram(name, {{"stage", "decoded"}}, stages.decoded.merged(), nullptr);
    out.histogram(name, {{"stage", "queued"}}, stages.queued.merged(), nullptr);
    out.histogram(name, {{"stage", "decided"}}, stages.decided.merged(), nullptr);
    out.histogram(name, {{"stage", "durable"}}, stages.durable.merged(), nullptr);
    out.histogram(name, {{"stage", "answered"}}, stages.answer.merged(), nullptr);
    out.histogram(name, {{"stage", "delivered"}}, stages.deliver.merged(), nullptr);
    constexpr std::string_view whole = "hubward_command_duration_seconds";
    out.head(whole, "From the first byte of a command to its durable answer.", Kind::histogram);
    out.histogram(whole, {}, stages.total.merged(), &stages.seen);
}

void write_pipeline(Exposition& out, const matcher::PipelineStats& s) {
    out.counter("hubward_engine_rounds_total", "Rounds of the engine.", read(s.rounds));
    out.counter("hubward_commands_total", "Commands taken out of the ring.", read(s.commands));
    constexpr std::string_view name = "hubward_commands_answered_total";
    out.head(name, "Commands by what became of them.", Kind::counter);
    out.sample(name, {{"result", "accepted"}}, static_cast<double>(read(s.accepted)));
    out.sample(name, {{"result", "refused"}}, static_cast<double>(read(s.refused)));
    out.sample(name, {{"result", "resend"}}, static_cast<double>(read(s.resends)));
    out.sample(name, {{"result", "too_old"}}, static_cast<double>(read(s.shed_old)));
    out.counter("hubward_events_total", "Events decided since the start.", read(s.events));
    out.counter("hubward_journal_unavailable_total",
                "Rounds the journal could not take, for example on a full disk.",
                read(s.append_unavailable));
    out.gauge("hubward_queue_depth", "Commands in the ring at the last drain.",
              static_cast<double>(read(s.queue_depth)));
}

void write_http(Exposition& out, const http::ServerStats& s) {
    out.gauge("hubward_http_connections", "Connections open now.",
              static_cast<double>(read(s.connections)));
    out.counter("hubward_http_accepted_total", "Connections accepted.", read(s.accepted));
    out.counter("hubward_http_requests_total", "Requests served.", read(s.requests));
    out.counter("hubward_http_guard_refusals_total",
                "Requests refused because they are not sound HTTP.", read(s.guard_refusals));
    out.counter("hubward_http_deadline_closes_total",
                "Connections closed because the client was too slow.", read(s.deadline_closes));
    out.counter("hubward_http_reads_total", "Read system calls on connections.", read(s.reads));
}

void write_store(Exposition& out, const storage::StoreStats& s) {
    out.counter("hubward_journal_appends_total", "Batches written and synced.", s.appends);
    out.counter("hubward_journal_appended_bytes_total", "Bytes in those batches.", s.appended_bytes);
    out.counter("hubward_journal_sync_failures_total", "Syncs that the disk refused.", s.sync_failures);
    out.counter("hubward_journal_unreadable_total", "Reads of the journal that came to nothing.", s.unreadable_reads);
    out.gauge("hubward_storage_disk_bytes", "Size of the data folder.",
              static_cast<double>(s.disk_bytes));
    out.gauge("hubward_storage_disk_free_bytes", "Free space on its disk.",
              static_cast<double>(s.disk_free_bytes));
    out.gauge("hubward_storage_memtable_bytes", "Tables of the database that are in memory and its log only.",
              static_cast<double>(s.memtable_bytes));
    out.gauge("hubward_storage_block_cache_bytes", "What the database keeps of what it read.",
              static_cast<double>(s.block_cache_bytes));
    out.gauge("hubward_storage_writable", "1 while the journal takes new events.",
              s.writable ? 1 : 0);
}

void write_domain(Exposition& out, const DomainNumbers& n) {
    out.gauge("hubward_referrals", "Referrals known.", static_cast<double>(n.referrals));
    out.gauge("hubward_hubs", "Hubs known.", static_cast<double>(n.hubs));
    out.gauge("hubward_open_offers", "Offers that wait for a hub's answer.",
              static_cast<double>(n.open_offers));
    out.gauge("hubward_open_gaps", "Referrals with a need that no hub can serve now.",
              static_cast<double>(n.open_gaps));
    out.gauge("hubward_journal_last_event", "Number of the newest durable event.",
              static_cast<double>(n.last_event));
    for (const matcher::NetworkNumber& number : matcher::network_numbers()) {
        const std::string name = "hubward_network_" + std::string(number.key);
        const auto value = number.of(n.network);
        out.gauge(name, number.definition,
                  value ? static_cast<double>(value->part) / static_cast<double>(value->whole)
                        : std::nan(""));
    }
}

void write_feed(Exposition& out, const FeedNumbers& n) {
    out.gauge("hubward_feed_clients", "Live feed connections.", static_cast<double>(n.clients));
    out.gauge("hubward_feed_subscriptions", "Streams they have joined.",
              static_cast<double>(n.subscriptions));
    out.counter("hubward_feed_events_sent_total", "Events handed to connections.", n.events_sent);
    out.counter("hubward_feed_events_encoded_total", "Event frames made, each shared by all who get it.",
                n.events_encoded);
    out.gauge("hubward_feed_behind_events", "Events between the slowest client and the newest event.",
              static_cast<double>(n.behind_max));
    out.gauge("hubward_feed_frames_waiting", "Frames that the network has not taken yet.",
              static_cast<double>(n.frames_waiting));
    out.counter("hubward_feed_cut_off_total", "Connections dropped because they stalled.",
                n.cut_off);
    out.gauge("hubward_feed_lag_seconds", "Age of the oldest event that was sent and not acknowledged.",
              n.lag_seconds_max);
}

void write_outbound(Exposition& out, const OutboundNumbers& n) {
    out.counter("hubward_outbound_delivered_total", "Messages that a receiver outside took.",
                n.delivered);
    out.counter("hubward_outbound_failed_total", "Tries that a receiver outside did not take.",
                n.failed);
    out.gauge("hubward_outbound_targets", "Receivers outside.", static_cast<double>(n.targets));
    out.gauge("hubward_outbound_targets_off", "Receivers outside that are switched off.",
              static_cast<double>(n.off));
    out.gauge("hubward_outbound_behind_events", "Events that wait for receivers that are on.",
              static_cast<double>(n.behind));
    out.gauge("hubward_outbound_lag_seconds", "Age of the oldest event that is being tried.",
              n.lag_seconds);
}

double resident_bytes() {
    long pages = 0;
    if (std::FILE* file = std::fopen("/proc/self/statm", "re")) {
        if (std::fscanf(file, "%*s %ld", &pages) != 1) {
            pages = 0;
        }
        std::fclose(file);
    }
    return static_cast<double>(pages) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

Stages::Stages(unsigned io_threads)
    : decoded(io_threads), queued(io_threads), decided(io_threads), durable(io_threads),
      answer(io_threads), deliver(io_threads + 1), total(io_threads), seen(io_threads) {}

void Stages::answered(unsigned thread, const Walk& walk) {
    if (walk.received_ns != 0) {
        decoded.observe(thread, walk.queued_ns - walk.received_ns);
        total.observe(thread, walk.answered_ns - walk.received_ns);
        seen.note(thread, walk.trace, walk.answered_ns - walk.received_ns);
    }
    queued.observe(thread, walk.round.drained_ns - walk.queued_ns);
    decided.observe(thread, walk.round.decided_ns - walk.round.drained_ns);
    if (walk.round.durable_ns == 0) {
        return;  // a round of refusals and resends needs no disk
    }
    durable.observe(thread, walk.round.durable_ns - walk.round.decided_ns);
    answer.observe(thread, walk.answered_ns - walk.round.durable_ns);
}

void Stages::delivered(unsigned thread, std::int64_t durable_ns, std::int64_t now_ns) {
    deliver.observe(thread, now_ns - durable_ns);
}

std::string scrape(const Sources& sources, Format format) {
    const std::unique_ptr<Exposition> page = exposition(format);
    Exposition& out = *page;
    out.head("hubward_build_info", "Version of the program; the value is always 1.", Kind::gauge);
    out.sample("hubward_build_info", {{"version", sources.version}}, 1);
    out.gauge("hubward_start_timestamp_seconds", "When the process started, seconds since 1970.",
              sources.started_at_seconds);
    out.gauge("hubward_resident_memory_bytes", "Memory that the process holds.", resident_bytes());
    if (sources.room) {
        out.gauge("hubward_storage_room", "1 while the disk has room for new referrals.", sources.room() ? 1 : 0);
    }
    if (sources.ready) {
        out.gauge("hubward_ready", "1 when /readyz says so.", sources.ready() ? 1 : 0);
    }
    if (sources.stages != nullptr) {
        write_stages(out, *sources.stages);
    }
    if (sources.pipeline != nullptr) {
        write_pipeline(out, *sources.pipeline);
    }
    if (sources.http != nullptr) {
        write_http(out, *sources.http);
    }
    if (sources.store) {
        write_store(out, sources.store());
    }
    if (sources.domain) {
        write_domain(out, sources.domain());
    }
    if (sources.feed) {
        write_feed(out, sources.feed());
    }
    if (sources.outbound) {
        write_outbound(out, sources.outbound());
    }
    if (sources.without_consent) {
        out.counter("hubward_referrals_without_consent_total",
                    "Referrals refused because consent to share with a hub was not given. Nothing else "
                    "of them is kept.",
                    sources.without_consent());
    }
    if (sources.vault_errors) {
        out.counter("hubward_vault_errors_total", "Details that could not be sealed or opened.",
                    sources.vault_errors());
    }
    return out.take();
}

std::pair<std::string, std::string_view> scrape_for(const Sources& sources, std::string_view accept) {
    const Format format = format_of(accept);
    return {scrape(sources, format), content_type(format)};
}

}  // namespace hubward::server::metrics
