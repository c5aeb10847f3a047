# SPDX-License-Identifier: Apache-2.0
"""Mistakes that we could have made, one a line of product code: each must be found by a test.

A plant is (name, who must find it, [(file, what stands there, what is put in its place)]). It exists only
in a copy that plants.py compiles for itself; the product holds no switch for it.
"""

POWER = ("tests_power", ["--seeds", "5000"])
SIM = ("tests_sim", ["--seeds", "1000"])
START = ("storage_test", ["--gtest_filter=Start.*"])
TORN = ("storage_test", ["--gtest_filter=TornTail.*"])
DAMAGE = ("storage_test", ["--gtest_filter=Damage.*"])
ERASED = ("storage_test", ["--gtest_filter=WithoutTrace.*"])

# Units are promised whatever the hub has left.
UNITS_WITHOUT_END = [
    ("matcher/effects.hpp",
     "    invariant(units <= room_at(hub, kind, session), \"a unit was promised that is not there\");\n",
     ""),
    ("matcher/effects.hpp",
     "        invariant(seats || units[k] <= hub.capacity[k].free(),\n"
     "                  \"a unit was promised that nobody vouches for\");\n",
     "        (void)seats;\n"),
    ("matcher/filters.cpp",
     "capacity[k].free() >= wanted + kept[k]",
     "capacity[k].total >= wanted + kept[k]"),
    ("matcher/blocks.cpp",
     "            if (hub.capacity[kind].free() > 0) {",
     "            if (hub.capacity[kind].total > 0) {"),
]

PLANTS = [
    # --- the journal ---
    ("acknowledged-before-the-write", POWER, [
        ("storage/rocks_journal.cpp",
         "            result = write(*batch, &batch);",
         "            done(Append::durable, batch->last());\n"
         "            (void)write(*batch, &batch);\n"
         "            return;"),
    ]),
    ("failed-write-acknowledged", POWER, [
        ("storage/rocks_journal.cpp",
         "    if (!status.ok()) {\n"
         "        my.dead = true;",
         "    if (false) {\n"
         "        my.dead = true;"),
    ]),
    ("sync-off", POWER, [
        ("storage/rocks_journal.cpp",
         "rocksdb::Status put_event(const rocksdb::Slice& key, const rocksdb::Slice& value) {\n"
         "        rocksdb::WriteOptions o;\n"
         "        o.sync = options.sync;",
         "rocksdb::Status put_event(const rocksdb::Slice& key, const rocksdb::Slice& value) {\n"
         "        rocksdb::WriteOptions o;"),
    ]),
    ("full-disk-acknowledged", POWER, [
        ("storage/rocks_journal.cpp",
         "    if (status.IsNoSpace()) {\n"
         "        return Append::unavailable;",
         "    if (status.IsNoSpace()) {\n"
         "        return Append::durable;"),
    ]),
    ("log-mode-refuses-torn-tails", POWER, [
        ("storage/rocks_options.cpp",
         "kTolerateCorruptedTailRecords",
         "kAbsoluteConsistency"),
    ]),
    ("log-mode-drops-damage", DAMAGE, [
        ("storage/rocks_options.cpp",
         "kTolerateCorruptedTailRecords",
         "kPointInTimeRecovery"),
        # The mark would notice, too: so it is taken away here.
        ("storage/store.cpp",
         "if (end.number < found_mark_->number) {",
         "if (false) {"),
        ("storage/store.cpp",
         "if (!chain || *chain != found_mark_->chain_head) {",
         "if (false) {"),
    ]),
    ("torn-tail-taken-for-damage", POWER, [
        ("storage/rocks_open.cpp",
         "if (!opened && opened.error().why == Why::corrupt && !options.read_only) {",
         "if (false) {"),
    ]),
    ("torn-tail-sought-in-the-newest-log-alone", TORN, [
        ("storage/torn_tail.cpp",
         "        if (looked->held_a_record) {",
         "        if (true) {"),
    ]),
    ("old-blocks-overwritten-before-the-new-name-is-safe", ERASED, [
        ("storage/without_trace.cpp",
         "auto done = disk.sync_folder(path.parent_path());",
         "auto done = Disk::Done();"),
    ]),
    ("full-disk-taken-for-damage", POWER, [
        ("storage/rocks_open.cpp",
         "            return failure(Why::io, cut.error());",
         "            return opened;"),
    ]),
    ("end-is-the-beginning", POWER, [
        ("storage/rocks_open.cpp",
         "it->SeekToLast();",
         "it->SeekToFirst();"),
    ]),
    # --- files ---
    ("no-folder-sync", POWER, [
        ("storage/files.cpp",
         "    done = disk.sync_folder(path.has_parent_path() ? path.parent_path() : \".\");",
         "    done = {};"),
    ]),
    ("no-file-sync", POWER, [
        ("storage/files.cpp",
         "return written ? (*file)->sync() : written;",
         "return written;"),
    ]),
    ("folders-above-not-synced", POWER, [
        ("storage/files.cpp",
         "if (auto synced = disk.sync_folder(upto.parent_path()); !synced && !existed) {\n"
         "            return synced;",
         "if (false) {\n"
         "            return Disk::Done();"),
    ]),
    ("cut-off-start-not-made-up-for", POWER, [
        ("storage/store.cpp",
         "if (make && !disk_.exists(layout_.db())) {",
         "if (make && !disk_.exists(layout_.root)) {"),
    ]),
    ("names-of-an-earlier-start-not-kept", START, [
        ("storage/store.cpp",
         "        if (auto named = store->keep_names(); !named) {",
         "        if (auto named = std::expected<void, StoreFailure>(); !named) {"),
    ]),
    # --- the mark, snapshots, recovery ---
    ("mark-ahead-of-the-journal", POWER, [
        ("storage/store.cpp",
         "raise({end.number, end.chain_head})",
         "raise({end.number + 1, end.chain_head})"),
    ]),
    ("mark-not-compared", DAMAGE, [
        ("storage/store.cpp",
         "if (end.number < found_mark_->number) {",
         "if (false) {"),
    ]),
    ("fold-ends-one-short", POWER, [
        ("storage/recovery.cpp",
         "journal_->read(recovered.state.last, journal_->end().number,",
         "journal_->read(recovered.state.last, journal_->end().number - (journal_->end().number >"
         " 0),"),
    ]),
    ("snapshot-forgets-request-keys", POWER, [
        ("storage/snapshot.cpp",
         "state.keys_by_age.size(), traces.last()};",
         "0, traces.last()};"),
    ]),
    # --- keys ---
    ("key-slots-given-out-twice", POWER, [
        ("storage/keyring.cpp",
         "std::max(next_shard_, shard + 1)",
         "std::max(next_shard_, shard)"),
    ]),
    ("key-used-before-it-is-safe", POWER, [
        ("storage/keyring.cpp",
         "write_file_atomically(path_of(next_shard_), made.bytes, 0600, disk_);\n"
         "        !written) {",
         "write_file_atomically(path_of(next_shard_), made.bytes, 0600, disk_);\n"
         "        false) {"),
    ]),
    # --- feeds ---
    ("feed-skips-after-resume", POWER, [
        ("storage/journal_log.cpp",
         "index_.numbers(stream, after, limit)",
         "index_.numbers(stream, after + (after % 5 == 3 ? 1 : 0), limit)"),
    ]),
    ("feed-repeats-after-resume", POWER, [
        ("storage/journal_log.cpp",
         "index_.numbers(stream, after, limit)",
         "index_.numbers(stream, after - (after % 5 == 3 ? 1 : 0), limit)"),
    ]),
    # --- the corridor ---
    ("delivered-before-durable", SIM, [
        ("matcher/pipeline.cpp",
         "            if (said == Said::pending) {\n"
         "                break;\n"
         "            }",
         "            if (said == Said::pending) {\n"
         "                round.said->last = round.batch->last();\n"
         "                outlet.deliver(round.batch, round.answers, round.times);\n"
         "                rounds.pop_front();\n"
         "                continue;\n"
         "            }"),
    ]),
    ("failed-append-delivered", POWER, [
        ("matcher/pipeline.cpp",
         "            if (said != static_cast<int>(Append::durable)) {\n"
         "                return Next::stop;\n"
         "            }",
         "            round.said->last = round.batch->last();"),
    ]),
    ("time-goes-back", POWER, [
        ("matcher/pipeline.cpp",
         "std::max(clock.now(), engine.state().last_time)",
         "clock.now()"),
    ]),
    ("told-busy-and-done", POWER, [
        ("matcher/pipeline.cpp",
         "            answer.result = std::unexpected(Rejection{.why = Refused::busy});",
         "            (void)engine.step(next, at, batch);\n"
         "            answer.result = std::unexpected(Rejection{.why = Refused::busy});"),
    ]),
    # --- resends ---
    ("resend-not-recognised", POWER, [
        ("matcher/engine.cpp",
         "    if (envelope.key) {",
         "    if (false) {"),
    ]),
    ("resend-names-another-entry", POWER, [
        ("matcher/engine.cpp",
         ".number = first->number, .resend",
         ".number = first->number + 1, .resend"),
    ]),
    ("request-keys-forgotten-early", POWER, [
        ("matcher/apply.cpp",
         "> limits::request_key_age_max)",
         "> std::chrono::minutes(1))"),
    ]),
    # --- units, needs, time ---
    ("units-released-twice", POWER, [
        ("matcher/effects.hpp",
         "        *taken = static_cast<std::uint16_t>(*taken - units);",
         "        *taken = static_cast<std::uint16_t>(*taken >= 2 * units ? *taken - 2 * units : *taken - units);"),
    ]),
    ("units-held-are-not-counted", POWER, [
        ("matcher/effects.hpp",
         "        *taken = static_cast<std::uint16_t>(*taken + units);",
         "        (void)taken;"),
    ]),
    ("opened-offers-never-expire", POWER, [
        ("matcher/effects.hpp",
         "    world.offer(e.on.offer).status = OfferStatus::received;\n",
         "    world.offer(e.on.offer).status = OfferStatus::received;\n"
         "    world.offer(e.on.offer).due = never;\n"),
    ]),
    ("hub-is-promised-beyond-its-units", POWER, UNITS_WITHOUT_END),
    ("waiting-list-not-kept", POWER, [
        ("matcher/apply.cpp",
         "    move_in(state.waiting, before.waiting, after.waiting);\n",
         ""),
    ]),
    ("review-date-forgotten", POWER, [
        ("matcher/effects.hpp",
         "    set_needs(referral, needs, status);\n"
         "    referral.review_at = review_at;\n",
         "    set_needs(referral, needs, status);\n"
         "    (void)review_at;\n"),
    ]),
    ("ended-offer-keeps-its-needs", POWER, [
        ("matcher/effects.hpp",
         "                                                  : NeedStatus::open;",
         "                                                  : need.status;"),
    ]),
]
