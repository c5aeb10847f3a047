-- SPDX-License-Identifier: Apache-2.0
-- One question to Redis: the ten best hubs. KEYS: positions, hubs, asks. ARGV: number of the ask.
-- GEOSEARCH gives those in reach and a little more; the rest is whole numbers in doubles, exact here.
local ask = redis.call('HGET', KEYS[3], tonumber(ARGV[1]))
local x, y, z, travel, needs, count, language, required, latitude, longitude =
  struct.unpack('<i4i4i4I4I8I1I2I1dd', ask)
local near = redis.call('GEOSEARCH', KEYS[1], 'FROMLONLAT', longitude, latitude, 'BYRADIUS',
  travel * 1.001 + 5, 'm')
local low, high = needs % 4294967296, math.floor(needs / 4294967296)
local floor, band = math.floor, bit.band
local function bits(n)
  local c = 0
  while n ~= 0 do n = band(n, n - 1); c = c + 1 end
  return c
end
local ids, points, found = {}, {}, 0
for from = 1, #near, 4000 do
  local names = {unpack(near, from, math.min(#near, from + 3999))}
  local packed = redis.call('HMGET', KEYS[2], unpack(names))
  for i = 1, #names do
    local hx, hy, hz, hneeds, speaks, catchment, free, total, sure = struct.unpack('<i4i4i4I8I2I4I2I2I2', packed[i])
    local dx, dy, dz = hx - x, hy - y, hz - z
    local metres = floor(floor(math.sqrt(dx * dx + dy * dy + dz * dz)) * 6371009 / 536870912)
    local served = bits(band(hneeds % 4294967296, low)) + bits(band(floor(hneeds / 4294967296), high))
    local shares = band(speaks, language) ~= 0
    if served > 0 and metres <= travel and (catchment == 0 or metres <= catchment) and
        (required == 0 or shares) then
      local score = floor(400 * (travel - metres) / travel) + floor(250 * served / count) +
        (shares and 150 or 0) + (total == 0 and 0 or floor(50 * free / total)) +
        floor(50 * sure / 1000)
      local id = tonumber(names[i])
      if found < 10 or score > points[10] or (score == points[10] and id < ids[10]) then
        local at = math.min(found, 9) + 1
        found = math.min(found + 1, 10)
        while at > 1 and (score > points[at - 1] or (score == points[at - 1] and id < ids[at - 1])) do
          ids[at], points[at] = ids[at - 1], points[at - 1]
          at = at - 1
        end
        ids[at], points[at] = id, score
      end
    end
  end
end
local out = {}
for i = 1, found do out[i] = ids[i] .. ':' .. points[i] end
return out
