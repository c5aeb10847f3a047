-- SPDX-License-Identifier: Apache-2.0
-- Loads hubs.tsv and asks.tsv of the folder that the environment names as FOLDER. One GiST index on the position and the
-- catchment's box was the fastest of the forms tried (position alone, ST_DWithin on geography, none).
CREATE EXTENSION postgis;
CREATE UNLOGGED TABLE raw_hub (id int, x bigint, y bigint, z bigint, needs bigint, languages int,
  catchment int, free int, total int, sure int, latitude float8, longitude float8);
CREATE UNLOGGED TABLE raw_ask (id int, x bigint, y bigint, z bigint, travel int, needs bigint,
  need_count int, language int, required int, latitude float8, longitude float8);
\copy raw_hub FROM PROGRAM 'cat "$FOLDER/hubs.tsv"'
\copy raw_ask FROM PROGRAM 'cat "$FOLDER/asks.tsv"'

-- Units of 2^-29 Earth radii. y and z are map enough: the chord is never shorter than its shadow on
-- that plane, so a window of the limit around the person misses nobody.
CREATE FUNCTION units(metres float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS
  $$ SELECT (metres + 1) * 536870912.0 / 6371009 $$;
CREATE TABLE hub AS
  SELECT id, x, y, z, needs, languages, catchment, free, total, sure,
         ST_MakePoint(y, z) AS at,
         CASE WHEN catchment = 0 THEN ST_MakeEnvelope(-6e8, -6e8, 6e8, 6e8)
              ELSE ST_Expand(ST_MakePoint(y, z), units(catchment)) END AS serves
  FROM raw_hub ORDER BY ST_GeoHash(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326));
CREATE TABLE ask AS
  SELECT id, x, y, z, travel, needs, need_count, language, required = 1 AS required,
         ST_MakePoint(y, z) AS at, ST_Expand(ST_MakePoint(y, z), units(travel)) AS reach
  FROM raw_ask;
ALTER TABLE hub ADD PRIMARY KEY (id);
ALTER TABLE ask ADD PRIMARY KEY (id);
CREATE INDEX hub_at ON hub USING gist (at, serves);
VACUUM ANALYZE hub;
VACUUM ANALYZE ask;

-- Inlined by the planner. Distances here stay below 2^52, where the square root of a double is exact.
CREATE FUNCTION best_ten(a ask) RETURNS TABLE (hub int, points int) LANGUAGE sql STABLE AS $$
  SELECT h.id,
         400 * (a.travel - m.metres) / a.travel
           + 250 * bit_count((h.needs & a.needs)::bit(64))::int / a.need_count
           + CASE WHEN h.languages & a.language <> 0 THEN 150 ELSE 0 END
           + CASE WHEN h.total = 0 THEN 0 ELSE 50 * h.free / h.total END
           + 50 * h.sure / 1000
  FROM hub h,
       LATERAL (SELECT (floor(sqrt(((h.x - a.x) * (h.x - a.x) + (h.y - a.y) * (h.y - a.y)
                                    + (h.z - a.z) * (h.z - a.z))::float8))::bigint
                        * 6371009 / 536870912)::int AS metres) m
  WHERE h.at && a.reach AND h.serves && a.at
    AND h.needs & a.needs <> 0
    AND (NOT a.required OR h.languages & a.language <> 0)
    AND m.metres <= a.travel AND (h.catchment = 0 OR m.metres <= h.catchment)
  ORDER BY 2 DESC, 1 LIMIT 10
$$;
