// SPDX-License-Identifier: Apache-2.0
#include "tests/power/life.hpp"

#include <map>
#include <memory>
#include <optional>

#include "matcher/pipeline.hpp"
#include "storage/folder_store.hpp"
#include "tests/power/chance.hpp"
#include "tests/power/readers.hpp"
#include "tests/power/sim_files.hpp"
#include "tests/power/told.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_outlet.hpp"

namespace hubward::test {
namespace {

using namespace matcher;
using namespace std::chrono_literals;

class Life {
  public:
    Life(std::uint64_t seed, const LifeSettings& settings, const std::string& key_file)
        : settings_(settings),
          key_file_(key_file),
          random_(seed ^ 0xd15c'11fe),
          generator_(seed),
          readers_(seed ^ 0x5eed'0001),
          disk_(seed ^ 0x5eed'0002),
          files_(files_on(disk_)) {
        seed_libsodium(seed);
    }

    LifeReport live() {
        start();
        for (std::uint64_t i = 0; i < settings_.steps && fine(); ++i) {
            step();
        }
        if (fine()) {
            end();
        }
        report_.broken = told_.broken();
        report_.events = told_.events();
        report_.disk_operations = disk_.operations();
        report_.faults = disk_.faults();
        report_.bytes_lost = disk_.bytes_lost();
        report_.names_lost = disk_.names_lost();
        report_.hash = disk_.hash() * 31 + told_.state().state_hash();
        pipeline_.reset();
        disk_.cut_power();
        store_.reset();
        return report_;
    }

  private:
    bool fine() const { return told_.broken().empty(); }

    // --- what may happen ---
    void step() {
        const std::uint64_t dice = random_.below(1000);
        if (dice < 560) {
            clock_.advance(generator_.pause());
            ask(generator_.next(told_.state()));
        } else if (dice < 780) {
            turn();
        } else if (dice < 850) {
            environment_->run_one() ? ++report_.jobs : 0;
        } else if (dice < 900) {
            store_->tend();
        } else if (dice < 960) {
            const std::uint64_t faults = disk_.faults();
            const std::string wrong = readers_.read_one(store_->event_log(), told_);
            // While the disk cannot be read a stream ends early; that is no loss, and it heals.
            if (!wrong.empty() && disk_.faults() == faults && !disk_.off()) {
                told_.fail(wrong);
            }
        } else if (dice < 966) {
            (void)store_->snapshot(0);  // one that fails costs time at the next start, and no more
        } else if (dice < 975) {
            clock_.jump(std::chrono::milliseconds(random_.below(172'800'000)) - 24h);
        } else {
            misfortune();
        }
        // The library waits for its jobs only when four memtables are full; we are never so late.
        while (environment_->jobs_waiting() > 2 && environment_->run_one()) {
            ++report_.jobs;
        }
    }

    void misfortune() {
        const std::uint64_t dice = random_.below(100);
        const std::uint64_t soon = random_.below(random_.chance(50) ? 8 : 120);
        if (dice < 30) {
            disk_.cut_power_after(soon);
        } else if (dice < 40) {
            disk_.fail_after(SimDisk::Kind::write, soon, DiskFault::io_error);
        } else if (dice < 52) {
            disk_.fail_after(SimDisk::Kind::sync, soon, DiskFault::io_error);
        } else if (dice < 58) {
            disk_.fail_after(SimDisk::Kind::name, soon / 8, DiskFault::io_error);
        } else if (dice < 64) {
            disk_.fail_after(SimDisk::Kind::read, soon, DiskFault::io_error);
        } else if (dice < 72) {
            disk_.full(true);
        } else if (dice < 78) {
            disk_.full(false);
        } else if (dice < 90) {
            stop(How::killed);
            start();
        } else {
            stop(How::cleanly);
            start();
        }
    }

    void ask(Envelope envelope) {
        if (auto* submit = std::get_if<SubmitReferral>(&envelope.command)) {
            const auto sealed = store_->vault().seal(submit->id, details_of(submit->id));
            if (!sealed) {
                return;  // told "busy": no key is ready
            }
            submit->key_slot = sealed->key_slot;
            envelope.payload = sealed->bytes;
        }
        for (int times = envelope.key && random_.chance(10) ? 2 : 1; times > 0; --times) {
            send(envelope);
        }
    }

    void send(Envelope envelope) {
        envelope.ticket.cell = ++tickets_;
        envelope.queued_ns = random_.chance(50) ? clock_.steady_ns() : 0;
        asked_.emplace(tickets_, envelope);
        pipeline_->try_submit(std::move(envelope));
    }

    void turn() {
        if (random_.chance(4)) {
            clock_.advance(std::chrono::milliseconds(random_.below(6'000)));  // a slow disk
        }
        pipeline_->turn();
        pipeline_->turn();  // the second one delivers what the first has written
        listen();
        if (fine() && (pipeline_->failed() || disk_.off())) {
            if (pipeline_->failed()) {
                ++report_.fail_stops;
            }
            stop(disk_.off() || random_.chance(30) ? How::power_cut : How::killed);
            start();
        }
    }

    // --- stops and starts ---
    enum class How : std::uint8_t { cleanly, killed, power_cut };
    void stop(How how) {
        const bool was_off = disk_.off();
        if (how != How::cleanly) {
            disk_.cut_power();  // nothing more is written on the way out
        }
        pipeline_.reset();
        outlet_ = std::make_unique<RecordingOutlet>();
        store_.reset();
        environment_.reset();
        if (how == How::power_cut || was_off || (how == How::cleanly && disk_.off())) {
            disk_.power_returns();
            ++report_.power_cuts;
        } else {
            disk_.process_ends();
            ++(how == How::killed ? report_.kills : report_.clean_stops);
        }
    }

    void start() {
        const bool first = disk_.operations() == 0;
        bool full = false;
        if (random_.chance(15)) {
            disk_.cut_power_after(random_.below(200));  // perhaps in the middle of the start
        } else if (random_.chance(first ? 40 : 5)) {
            disk_.fail_after(static_cast<SimDisk::Kind>(random_.below(4)), random_.below(60),
                             DiskFault::io_error);
        } else if (!first && random_.chance(8)) {
            full = true;
            disk_.full(true);
        }
        auto opened = open();
        if (!opened || disk_.off()) {
            const bool lost_power = disk_.off();
            if (full && opened.error().why != storage::StoreError::io) {
                return told_.fail("a full disk is no damage: " + opened.error().text);
            }
            ++report_.failed_opens;
            report_.power_cuts += lost_power ? 1U : 0U;
            disk_.cut_power();
            opened = std::unexpected(storage::StoreFailure{});
            environment_.reset();
            lost_power ? disk_.power_returns() : disk_.process_ends();
            opened = open();
        }
        if (!opened) {
            return told_.fail("a start was refused: " + opened.error().text);
        }
        store_ = *std::move(opened);
        auto recovered = store_->recover();
        const auto claimed = store_->journal().claim("sim", 10s);
        if (!recovered || !claimed || disk_.off()) {
            if (disk_.off() || disk_.faults() != faults_at_open_) {  // the fault came that late
                disk_.cut_power();
                store_.reset();
                environment_.reset();
                disk_.power_returns();
                ++report_.power_cuts;
                return start();
            }
            return told_.fail("what was opened cannot be read or owned");
        }
        disk_.process_ends();  // a fault that was meant for the start and missed it
        compare(recovered->state);
        pipeline_ =
            std::make_unique<Pipeline>(Engine(std::move(recovered->state)), store_->journal(),
                                       *claimed, *outlet_, clock_, [this] {
                                           ++report_.unavailable;
                                           auto again = store_->recover();
                                           return again ? std::move(again->state) : State();
                                       });
    }

    std::expected<std::unique_ptr<storage::FolderStore>, storage::StoreFailure> open() {
        faults_at_open_ = disk_.faults();
        environment_ = std::make_unique<SimEnvironment>(disk_, random_.next());
        storage::StoreOptions options;
        options.folder = "/sim/data";
        options.master_key_file = key_file_;
        options.sync = settings_.sync;
        storage::StoreHooks hooks;
        hooks.env = environment_->env();
        hooks.disk = files_.get();
        hooks.by_hand = true;
        hooks.memtable_bytes = 64 << 10;
        return storage::FolderStore::open(options, hooks);
    }

    // --- what must hold ---
    // After a start: what was told is there, as it was told; what else is there was asked for.
    void compare(const State& recovered) {
        if (recovered.last < told_.state().last) {
            return told_.fail("event " + std::to_string(told_.state().last) +
                              " was told and is gone; the journal ends at " +
                              std::to_string(recovered.last));
        }
        const auto read = store_->journal().read(0, recovered.last, [&](const SharedBatch& batch) {
            if (batch->last() <= told_.state().last) {
                if (!told_.is_as_told(*batch)) {
                    told_.fail("the batch at " + std::to_string(batch->first) + " has changed");
                }
            } else {
                find_asked(*batch);
                told_.hear(batch);
            }
            return fine();
        });
        if (!read) {
            return told_.fail("the journal cannot be read");
        }
        // Whoever has no answer asks again with the same key, and gets the answer there was.
        std::map<std::uint32_t, Envelope> unanswered;
        unanswered.swap(asked_);
        unsure_.clear();
        for (auto& [ticket, envelope] : unanswered) {
            if (envelope.key) {
                again_.push_back(std::move(envelope));
            }
        }
        if (fine() && recovered.state_hash() != told_.state().state_hash()) {
            told_.fail("the recovered state is not the fold of the journal");
        }
        State anew = recovered;
        anew.rebuild_indexes();
        if (anew.timers != recovered.timers || anew.waiting != recovered.waiting) {
            told_.fail("indexes made anew differ from those kept");
        }
        told_.inspect();
        open_some_details();
    }

    void find_asked(const Batch& batch) {
        for (const Entry& entry : batch.entries) {
            bool found = false;
            const auto is_it = [&](const Envelope& one) {
                return one.command == entry.command && one.key == entry.key;
            };
            for (const auto& [ticket, envelope] : asked_) {
                found = found || is_it(envelope);
            }
            for (const Envelope& envelope : unsure_) {
                found = found || is_it(envelope);
            }
            if (!found) {
                told_.fail("entry " + std::to_string(entry.number) + " was asked for by nobody");
            }
        }
    }

    void open_some_details() {
        const auto& sealed = told_.sealed();
        for (int i = 0; i < 3 && !sealed.empty(); ++i) {
            const auto& one = sealed[random_.below(sealed.size())];
            const auto opened = store_->vault().open(one.id, one.key_slot, one.sealed);
            if (!opened ? disk_.faults() == faults_at_open_ : *opened != details_of(one.id)) {
                told_.fail("sealed details cannot be opened any more");
            }
        }
    }

    static std::string details_of(const ReferralId& id) {
        return "Invented Person " + std::to_string(id.low);
    }

    void listen() {
        for (const auto& delivery : outlet_->take()) {
            if (!delivery.batch->entries.empty()) {
                told_.hear(delivery.batch);
                told_.inspect();
            }
            std::size_t told_of = 0;
            for (const Answer& answer : delivery.answers) {
                hear(*delivery.batch, answer);
                const bool wrote =
                    answer.result && !answer.result->resend && answer.result->entry != no_entry;
                told_of += wrote ? 1U : 0U;
            }
            if (told_of != delivery.batch->entries.size()) {
                told_.fail("an entry that its sender was not told of");
            }
        }
        for (int i = 0; i < 3 && !again_.empty(); ++i) {
            send(std::move(again_.back()));
            again_.pop_back();
        }
    }

    void hear(const Batch& batch, const Answer& answer) {
        const auto asked = asked_.find(answer.ticket.cell);
        if (asked == asked_.end()) {
            return told_.fail("an answer to nobody");
        }
        const Envelope envelope = std::move(asked->second);
        asked_.erase(asked);
        ++report_.commands;
        if (!answer.result) {
            const Refused why = answer.result.error().why;
            if (why == Refused::journal_failed || why == Refused::full) {
                unsure_.push_back(envelope);
                if (envelope.key) {
                    again_.push_back(envelope);
                }
            }
            if (why == Refused::key_reused) {
                told_.fail("no sender reuses a key");
            }
        } else if (answer.result->resend) {
            const auto* first = told_.carried_out(envelope.key);
            if (first == nullptr || first->number != answer.result->number) {
                told_.fail("a resend that names the wrong entry");
            }
        } else if (answer.result->entry != no_entry) {
            ++report_.accepted;
            const Entry& entry = batch.entries.at(answer.result->entry);
            if (entry.number != answer.result->number || entry.command != envelope.command ||
                entry.number > store_->journal().tail().number) {
                told_.fail("an answer that names the wrong entry");
            }
        }
    }

    // Everybody gets an answer; then time passes until nothing is due any more.
    void end() {
        stop(random_.chance(50) ? How::power_cut : How::cleanly);
        start();
        if (!fine()) {
            return;
        }
        // Who stops at every start fills the database with files, until it lets nobody write (36).
        const std::uint64_t stops_max = report_.fail_stops + 20;
        const auto unanswered = [&] { return fine() && !(asked_.empty() && again_.empty()); };
        for (int i = 0; i < 400 && unanswered() && report_.fail_stops < stops_max; ++i) {
            turn();
        }
        if (unanswered()) {
            return told_.fail("somebody was never answered");
        }
        clock_.advance(400 * 24h);
        for (int i = 0; i < 40 && fine(); ++i) {
            Envelope tick;
            tick.command = Tick{};
            send(tick);
            turn();
        }
        const Timestamp now = told_.state().last_time;
        for (const Offer& offer : told_.state().offers) {
            const bool waits =
                offer.status == OfferStatus::requested || offer.status == OfferStatus::received;
            if (fine() && waits && offer.answer_by <= now) {
                told_.fail("an offer waits for an answer beyond its time");
            }
        }
        if (!fine()) {
            return;  // and perhaps without a store
        }
        if (auto wrong = readers_.read_all(store_->event_log(), told_); !wrong.empty()) {
            told_.fail(wrong);
        }
        pipeline_->inspect([&](const State& state) {
            if (fine() && state.state_hash() != told_.state().state_hash()) {
                told_.fail("at rest the engine holds more than was told");
            }
        });
    }

    const LifeSettings settings_;
    const std::string key_file_;
    Random random_;
    Generator generator_;
    Readers readers_;
    ManualClock clock_;
    SimDisk disk_;
    std::unique_ptr<storage::Disk> files_;
    std::unique_ptr<SimEnvironment> environment_;
    std::unique_ptr<storage::FolderStore> store_;
    std::unique_ptr<RecordingOutlet> outlet_ = std::make_unique<RecordingOutlet>();
    std::unique_ptr<Pipeline> pipeline_;
    std::uint64_t faults_at_open_ = 0;

    Told told_;
    std::map<std::uint32_t, Envelope> asked_;  // by ticket: sent and not answered
    std::vector<Envelope> unsure_;             // told "unknown": it may be there after a restart
    std::vector<Envelope> again_;              // to be sent once more with the same key
    std::uint32_t tickets_ = 0;
    LifeReport report_;
};

}  // namespace

LifeReport live_through(std::uint64_t seed, const LifeSettings& settings,
                        const std::string& key_file) {
    return Life(seed, settings, key_file).live();
}

}  // namespace hubward::test
