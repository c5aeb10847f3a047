# SPDX-License-Identifier: Apache-2.0
"""Mistakes that only clients of the whole program can see: each is planted in `hubward` (or in the armed program of
tests/kill) and must be found by a script of tests/e2e. As in plant_list.py, a plant is (name, who must find it,
[(file, what stands there, what is put in its place)])."""

from plant_list import UNITS_WITHOUT_END

RACE = ("race_test", ["--gtest_filter=*CapacityRace*"])
OVERLOAD = ("hubward", ["overload.py", "--seconds", "2", "--goodput", "0.1"])
KILLED = ("hubward_armed", ["kill_points.py", "--only", "MANIFEST"])
CONSENT = ("hubward", ["consent.py", "--people", "5"])
WEBHOOKS = ("hubward", ["webhooks.py", "--kills", "2"])

SCRIPT_PLANTS = [
    ("the-last-slot-is-promised-to-two", RACE, UNITS_WITHOUT_END),
    ("busy-does-not-say-when-to-come-again", OVERLOAD, [
        ("server/api/problem.cpp",
         "    if (p.type->retry_after_s != 0) {",
         "    if (p.type->retry_after_s > 1) {"),
    ]),
    ("hubs-answers-wait-behind-referrals", OVERLOAD, [
        ("matcher/pipeline.cpp",
         "    if (!my.admission.has_room_for(envelope.command, my.ring->depth(),",
         "    if (!my.admission.has_room_for(SubmitReferral{}, my.ring->depth(),"),
    ]),
    ("backup-is-named-before-it-is-whole", KILLED, [
        ("storage/backup.cpp",
         "    auto written = write_file_atomically(to.root / manifest_name, to_text(*manifest), 0640, disk);\n"
         "    if (written) {\n"
         "        written = put_in_place(to.root, target, disk);",
         "    auto written = put_in_place(to.root, target, disk);\n"
         "    if (written) {\n"
         "        written = write_file_atomically(target / manifest_name, to_text(*manifest), 0640, disk);"),
    ]),
    ("hub-keeps-whose-consent-was-taken-back", CONSENT, [
        ("matcher/consent.cpp",
         "    if (ended.has(Purpose::share_with_hub) && live(draft.at(*index))) {\n"
         "        withdraw(",
         "    if (false) {\n"
         "        withdraw("),
    ]),
    ("webhook-skips-what-was-not-taken", WEBHOOKS, [
        ("server/outbound/turn.cpp",
         "    } else {\n"
         "        ++failed_;\n"
         "    }\n"
         "    note(",
         "    } else {\n"
         "        ++failed_;\n"
         "        line.done = sent.seq;\n"
         "    }\n"
         "    note("),
    ]),
    ("webhook-notes-before-it-was-sent", WEBHOOKS, [
        ("server/outbound/turn.cpp",
         "        const Outgoing* message = &sent->message;\n",
         "        const Outgoing* message = &sent->message;\n"
         "        line->done = std::max(line->done, sent->seq);\n"
         "        note(*line, {});\n"),
    ]),
]
