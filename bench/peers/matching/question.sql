-- SPDX-License-Identifier: Apache-2.0
-- pgbench: one question, the ten best hubs. The same whole-number filters and points as the matcher's.
\set i random(0, :questions - 1)
SELECT hub, points FROM ask a, LATERAL best_ten(a) WHERE a.id = :i;
