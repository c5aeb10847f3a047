#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Each rule of house_check catches a planted fault and leaves a sound tree alone."""
import os
import tempfile
import unittest
from pathlib import Path

import docs_rules
import house_check
import include_rules
import source_rules
import unit_rules
from tree import Tree, code_only

SPDX = "// SPDX-License-Identifier: Apache-2.0\n"
HASH_SPDX = "# SPDX-License-Identifier: Apache-2.0\n"
HEADER = SPDX + "//\n// What it gives.\n#pragma once\n"

UNIT = (HASH_SPDX + "[Unit]\nStartLimitIntervalSec=0\n[Service]\nRestart=on-failure\n"
        "RestartPreventExitStatus=64\nReadWritePaths=/var/lib/hubward /etc/hubward\n")
STATUSES = "| Status | Means | Again? |\n|---|---|---|\n| 0 | well | – |\n| 64 | use | no |\n| 74 | disk | yes |\n"

SOUND = {
    "matcher/README.md": "The core. See [the walk](../docs/ARCHITECTURE.md#the-walk).\n",
    "matcher/score.hpp": HEADER + '#include <cstdint>\n#include "matcher/types.hpp"\n',
    "matcher/types.hpp": HEADER + "// no system_clock here\n",
    "matcher/filters.cpp": SPDX + "auto r = std::sqrt(static_cast<double>(n));\n",
    "matcher/limits.hpp": HEADER + "// One screen.\nconstexpr int rows_max = 9;\nconstexpr int cols_max = 9;\n",
    "matcher/codes.cpp": SPDX + 'struct Words<Need> {\n  list = to_array({"nhs-app"});\n'
                                '  static constexpr Need last = Need::nhs_app;\n};\nauto s = {1108191000000103};\n',
    "matcher/event_name.cpp": SPDX + 'const char* n[] = {"Offered"};\n',
    "storage/README.md": "",
    "storage/rocks_open.hpp": HEADER + "#include <rocksdb/db.h>\n",
    "storage/store.cpp": SPDX + '#include <rocksdb/db.h>\n#include "storage/rocks_open.hpp"\n'
                                '#include "matcher/types.hpp"\n',
    "server/README.md": "",
    "server/http/session.cpp": SPDX + "#include <boost/beast/http.hpp>\n#include <sys/socket.h>\n",
    "server/cli/options.cpp": SPDX + '#include <CLI/CLI.hpp>\nauto& s = subcommand(app, "demo", "…");\n',
    "server/auth/permission.cpp": SPDX + '{Permission::feed_read, "feed_read", practice | hub, "x"},\n',
    "server/metrics/house.cpp": SPDX + 'out.counter("hubward_events_total", "…");\n',
    "tests/README.md": "",
    "tests/matcher/score_test.cpp": SPDX + "#include <rocksdb/db.h>\nTEST(Score, IsWhole) {}\n",
    "bench/README.md": "",
    "web/README.md": "",
    "docs/ARCHITECTURE.md": "# A\n\n## The walk\n",
    "docs/PERMISSIONS.md": "| Permission | practice | hub | Meaning |\n|---|---|---|---|\n"
                           "| `feed_read` | yes | yes | x |\n",
    "docs/OPERATIONS.md": "| Metric | Meaning |\n|---|---|\n| `hubward_events_total` | x |\n\n" + STATUSES,
    "server/app.hpp": HEADER + "enum class Exit : int {\n  ok = 0,\n  usage = 64,\n  io = 74,\n};\n",
    "configs/systemd/hubward.service": UNIT,
    "configs/hubward.toml": HASH_SPDX + '#data = "/var/lib/hubward"\n#master_key_file = "/etc/hubward/a.key"\n'
                                        '#token_key_file = "/etc/hubward/b.key"\n',
    "docs/GLOSSARY.md": "`nhs-app` `Offered` 1108191000000103\n",
    "docs/SAFETY.md": "| lost | `Score.IsWhole` in `tests/matcher/score_test.cpp` |\n",
    "README.md": "```sh\n./run --port 9000\nhubward demo\n```\n",
    "run": "#!/usr/bin/env bash\n" + HASH_SPDX,
}

# rule: what to plant, as path → text; every plant alone must be caught by that rule.
PLANTS = {
    include_rules.directions: [
        {"matcher/types.hpp": HEADER + '#include "storage/store.hpp"\n'},
        {"storage/store.cpp": SPDX + '#include "server/view.hpp"\n'},
        {"server/http/session.cpp": SPDX + '#include "matcher/types.hpp"\n'},
        {"server/wire/a.cpp": SPDX + '#include "server/http/message.hpp"\n'},
        {"server/api/a.cpp": SPDX + '#include "server/pages/pages.hpp"\n'},
        {"server/gateway.cpp": SPDX + '#include "server/api/problem.hpp"\n'},
        {"server/app.cpp": SPDX + '#include "tests/support/world.hpp"\n'},
        {"server/app.cpp": SPDX + '#include "app.hpp"\n'},
        {"server/app.cpp": SPDX + "#include <matcher/types.hpp>\n"},
        {"server/app.cpp": SPDX + '#include "storage/rocks_open.hpp"\n'},
    ],
    include_rules.doors: [
        {"server/app.cpp": SPDX + "#include <rocksdb/db.h>\n"},
        {"storage/store.hpp": HEADER + "#include <rocksdb/db.h>\n"},
        {"server/http/session.hpp": HEADER + "#include <boost/beast/core.hpp>\n"},
        {"server/api/a.cpp": SPDX + "#include <simdjson.h>\n"},
        {"server/api/a.cpp": SPDX + "#include <zstd.h>\n"},
        {"matcher/score.cpp": SPDX + "#include <fmt/format.h>\n"},
        {"server/app.cpp": SPDX + "#include <newthing/lib.h>\n"},
        {"server/main.cpp": SPDX + "#include <CLI/CLI.hpp>\n"},  # options.cpp has it already
    ],
    source_rules.licence: [{"matcher/a.cpp": "int a;\n"}, {"configs/a.toml": "a = 1\n"}],
    source_rules.markers: [
        {"matcher/a.cpp": SPDX + "// TO" "DO: later\n"}, {"docs/A.md": "FIX" "ME\n"},
        {"run": HASH_SPDX + "# XX" "X\n"}, {"web/a.js": SPDX + "// HA" "CK\n"},
    ],
    source_rules.quiet_core: [{"matcher/a.cpp": SPDX + line + "\n"} for line in (
        "auto t = std::chrono::system_clock::now();", "std::chrono::steady_clock::time_point t;",
        "auto t = time(nullptr);", "auto t = std::time(0);", "std::mt19937_64 r;", "int r = rand();",
        "std::random_device d;", 'getenv("X");', 'std::printf("x");', "std::cout << 1;",
        "std::unordered_map<int, int> m;", "std::hash<int> h;", "double d = 0;", "float f = 0;",
        "#include <fstream>", "std::this_thread::sleep_for(d);")],
    source_rules.places: [
        {"docs/A.md": "see /ho" "me/ann/x\n"}, {"run": HASH_SPDX + "cd /ro" "ot/x\n"},
        {"docs/A.md": "https://nex" "us.example.net/npm\n"},
        {"web/package-lock.json": '"resolved": "https://registry.example/x.tgz"\n'},
        {"docs/A.md": "../sha" "red/design\n"}, {"tests/a_test.cpp": SPDX + '"../sha' 'red/design"\n'},
    ],
    # Valid by its check digit and outside the range that is never given out.
    source_rules.invented_people: [{"tests/a_test.cpp": SPDX + '// NHS number 943 476 59' '19\n'}],
    source_rules.lengths: [{"matcher/a.cpp": SPDX + "//\n" * 450}, {"run": HASH_SPDX + "#\n" * 450}],
    source_rules.readmes: [{"matcher/README.md": None}],
    source_rules.header_comments: [
        {"matcher/types.hpp": SPDX + "#pragma once\n"}, {"matcher/types.hpp": SPDX + "// What.\n"}],
    source_rules.limit_reasons: [{"matcher/limits.hpp": HEADER + "\ninline constexpr int a_max = 1;\n"}],
    source_rules.top_level: [{"utils/a.cpp": SPDX}, {"notes.md": "x\n"}],
    docs_rules.links: [
        {"README.md": "[x](docs/NONE.md)\n"}, {"README.md": "[x](docs/ARCHITECTURE.md#no)\n"},
        {"docs/A.md": "[x](../../out.md)\n"}],
    docs_rules.paths: [{"README.md": "see `server/gone.cpp`\n"}, {"docs/A.md": "in `matcher/gone/`\n"}],
    docs_rules.commands: [
        {"README.md": "```sh\n./walk\n```\n"}, {"README.md": "```sh\nsudo hubward fly\n```\n"},
        {"docs/A.md": "```console\n$ build/release/hubward fly --far\n```\n"}],
    docs_rules.permissions: [
        {"docs/PERMISSIONS.md": "| P | practice | hub | M |\n|---|---|---|---|\n| `feed_read` | yes | | x |\n"},
        {"docs/PERMISSIONS.md": "| P | practice | hub | M |\n|---|---|---|---|\n"},
        {"docs/PERMISSIONS.md": "| P | practice | hub | M |\n|---|---|---|---|\n"
                                "| `feed_read` | yes | yes | x |\n| `fly` | yes | | x |\n"}],
    docs_rules.metrics: [
        {"docs/OPERATIONS.md": "nothing\n"},
        {"docs/OPERATIONS.md": "| `hubward_events_total` | x |\nalert on `hubward_gone_total`\n"}],
    docs_rules.words: [
        {"docs/GLOSSARY.md": "`Offered` 1108191000000103\n"}, {"docs/GLOSSARY.md": "`nhs-app` 1108191000000103\n"},
        {"docs/GLOSSARY.md": "`nhs-app` `Offered`\n"}],
    docs_rules.hazards: [
        {"docs/SAFETY.md": "`tests/none_test.cpp`\n"}, {"docs/SAFETY.md": "`Score.IsHalf`\n"},
        {"docs/SAFETY.md": "| lost | `tests/matcher/` |\n"}],
    unit_rules.statuses: [
        {"docs/OPERATIONS.md": STATUSES + "| 75 | later | yes |\n"},
        {"docs/OPERATIONS.md": STATUSES.replace("| 74 | disk | yes |\n", "")},
        {"configs/systemd/hubward.service": UNIT.replace("=64", "=")},
        {"configs/systemd/hubward.service": UNIT.replace("=64", "=64 74")},
        {"configs/systemd/hubward.service": UNIT.replace("Restart=on-failure\n", "")},
        {"configs/systemd/hubward.service": UNIT.replace("StartLimitIntervalSec=0\n", "") + "StartLimitIntervalSec=0\n"}],
    unit_rules.writable: [
        {"configs/systemd/hubward.service": UNIT.replace(" /etc/hubward", "")},
        {"configs/systemd/hubward.service": UNIT + "ReadOnlyPaths=/etc\n"},
        {"configs/hubward.toml": HASH_SPDX + '#data = "/var/lib/hubward"\n'}],
}


def plant(folder, files):
    for path, text in files.items():
        place = Path(folder) / path
        if text is None:
            place.unlink()
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
        if text.startswith("#!") or path == "run":
            os.chmod(place, 0o755)
    return Tree(folder)


class HouseCheck(unittest.TestCase):
    def test_leaves_a_sound_tree_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = plant(folder, SOUND)
            for rule in house_check.RULES:
                self.assertEqual([str(f) for f in rule(tree)], [], rule.__name__)

    def test_every_rule_catches_its_planted_faults(self):
        self.assertEqual(set(PLANTS), set(house_check.RULES))
        for rule, plants in PLANTS.items():
            for files in plants:
                with self.subTest(rule=rule.__name__, files=files), \
                        tempfile.TemporaryDirectory() as folder:
                    faults = list(rule(plant(folder, {**SOUND, **files} if None not in files.values()
                                             else self.without(files))))
                    self.assertTrue(faults)
                    self.assertIn(faults[0].path.split("/")[0], {p.split("/")[0] for p in files})

    @staticmethod
    def without(files):
        return {p: t for p, t in SOUND.items() if p not in files}

    def test_a_script_that_lost_its_mode_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = plant(folder, SOUND)
            os.chmod(Path(folder) / "run", 0o644)
            self.assertIn("not executable", str(list(source_rules.top_level(tree))[0]))

    def test_a_text_may_hold_any_word(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = plant(folder, {"tests/a_test.cpp": SPDX + 'auto code = "XX' 'X";\n'})
            self.assertEqual(list(source_rules.markers(tree)), [])

    def test_comments_and_strings_are_not_code(self):
        code = code_only('a; // rand()\nb = "rand()";\n/* rand()\n */ c = R"(rand())";\nd;\n')
        self.assertNotIn("rand", code)
        self.assertEqual(code.count("\n"), 5)

    def test_the_whole_program_ends_with_a_status(self):
        with tempfile.TemporaryDirectory() as folder:
            plant(folder, SOUND)
            self.assertEqual(house_check.main(folder), 0)
            plant(folder, {"matcher/a.cpp": "int a;\n"})
            self.assertEqual(house_check.main(folder), 1)


if __name__ == "__main__":
    unittest.main()
