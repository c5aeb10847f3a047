// SPDX-License-Identifier: Apache-2.0
#include "matcher/scan.hpp"

#include <bit>
#include <cmath>
#include <cstring>

#include "matcher/invariant.hpp"
#include "matcher/terms.hpp"

namespace hubward::matcher {
namespace {

constexpr float no_limit = 4e9F;
constexpr float units_per_metre =
    static_cast<float>(position_scale) / static_cast<float>(earth_radius_metres);

// Eight flags of 0 or 1 to eight bits, the first to the lowest.
std::uint64_t packed(const std::uint8_t* flags) {
    std::uint64_t eight = 0;
    std::memcpy(&eight, flags, sizeof eight);
    return eight * 0x0102'0408'1020'4080ULL >> 56;
}

[[gnu::always_inline]] inline std::uint64_t scan_lanes(const Lanes& lanes, const Sight& s) {
    alignas(64) std::uint8_t near[block_lanes];
    alignas(64) std::uint8_t fit[block_lanes];
    for (std::size_t i = 0; i < block_lanes; ++i) {
        const float dx = lanes.x[i] - s.x;
        const float dy = lanes.y[i] - s.y;
        const float dz = lanes.z[i] - s.z;
        const float serves = lanes.serves_max[i];
        const float limit =
            (serves < s.travel_max ? serves : s.travel_max) + lanes.radius[i] + s.allowance;
        near[i] = static_cast<std::uint8_t>(dx * dx + dy * dy + dz * dz <= limit * limit);
    }
    std::uint64_t mask = 0;
    for (std::size_t i = 0; i < block_lanes; i += 8) {
        mask |= packed(near + i) << i;
    }
    if (mask == 0) {  // most blocks: nobody there is near, whatever they offer
        return 0;
    }
    for (std::size_t i = 0; i < block_lanes; ++i) {
        const std::uint64_t missing = (s.access & ~lanes.access[i]) | (s.needs_all & ~lanes.needs[i]) |
                                      (s.languages & ~lanes.languages[i]);
        fit[i] = static_cast<std::uint8_t>(
            static_cast<int>((lanes.needs[i] & s.needs) != 0) & static_cast<int>(missing == 0));
    }
    std::uint64_t fitting = 0;
    for (std::size_t i = 0; i < block_lanes; i += 8) {
        fitting |= packed(fit + i) << i;
    }
    return mask & fitting;
}

// The distance, language and spare terms of terms.hpp, each a little more rather than less.
[[gnu::always_inline]] inline void weigh_lanes(const Lanes& lanes, const Sight& s, bool kin,
                                               LanePoints& points) {
    const float per_unit = kin ? s.per_unit_kin : s.per_unit;
    for (std::size_t i = 0; i < block_lanes; ++i) {
        const float dx = lanes.x[i] - s.x;
        const float dy = lanes.y[i] - s.y;
        const float dz = lanes.z[i] - s.z;
        const float way = std::sqrt(dx * dx + dy * dy + dz * dz) - lanes.radius[i] - s.allowance;
        const float lost = way * per_unit - s.forgiven;
        const float left = s.at_door - (lost > 0.0F ? lost : 0.0F);
        const float speaks = (lanes.languages[i] & s.speaks) != 0 ? s.language : 0.0F;
        const float sum = (left > 0.0F ? left : 0.0F) + s.spare * lanes.spare[i] + speaks;
        points.most[i] = static_cast<Points>(sum + 0.25F);
    }
}

std::uint64_t scan_baseline(const Lanes& lanes, const Sight& s) {
    return scan_lanes(lanes, s);
}
void weigh_baseline(const Lanes& lanes, const Sight& s, bool kin, LanePoints& points) {
    weigh_lanes(lanes, s, kin, points);
}
#if defined(__x86_64__)
[[gnu::target("avx2,bmi,bmi2")]] std::uint64_t scan_v3(const Lanes& lanes, const Sight& s) {
    return scan_lanes(lanes, s);
}
[[gnu::target("avx2,bmi,bmi2")]] void weigh_v3(const Lanes& lanes, const Sight& s, bool kin,
                                               LanePoints& points) {
    weigh_lanes(lanes, s, kin, points);
}
[[gnu::target("avx2,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl")]] std::uint64_t scan_v4(
    const Lanes& lanes, const Sight& s) {
    return scan_lanes(lanes, s);
}
[[gnu::target("avx2,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl")]] void weigh_v4(
    const Lanes& lanes, const Sight& s, bool kin, LanePoints& points) {
    weigh_lanes(lanes, s, kin, points);
}
#endif

struct Kernels {
    Scan scan;
    Weigh weigh;
};
Kernels kernels_for(Isa isa) {
    invariant(supported(isa), "a scan for another machine");
#if defined(__x86_64__)
    if (isa == Isa::v4) {
        return {scan_v4, weigh_v4};
    }
    if (isa == Isa::v3) {
        return {scan_v3, weigh_v3};
    }
#endif
    return {scan_baseline, weigh_baseline};
}

}  // namespace

Sight sight(const Question& q) {
    const Ask& ask = *q.ask;
    Sight s;
    s.x = static_cast<float>(ask.position.x);
    s.y = static_cast<float>(ask.position.y);
    s.z = static_cast<float>(ask.position.z);
    s.allowance = ask.position.known() ? 0.0F : no_limit;
    // Metres are cut, so one more than the limit may still be within it; and floats round.
    const Metres limit = travel_limit(q);
    s.travel_max = limit == 0 ? no_limit
                              : (static_cast<float>(limit) + 2.0F) * units_per_metre * 1.0001F;
    for (std::size_t i = 0; i < ask.need_count; ++i) {
        if ((q.open >> i & 1) != 0) {
            s.needs |= NeedSet::mask(ask.needs[i]);
        }
    }
    s.needs_all = ask.together ? s.needs : 0;
    for (std::uint64_t left = ask.access.bits; left != 0; left &= left - 1) {
        const auto access = static_cast<Access>(std::countr_zero(left));
        s.access |= excludes(access) ? AccessSet::mask(access) : 0;
    }
    const Policy& rules = *q.rules;
    if (ask.language != Language::not_stated) {
        s.speaks = Lanes::folded(ask.language);
        s.languages = language_needed(q) ? s.speaks : 0;
    }
    s.language = static_cast<float>(rules.language);
    s.spare = static_cast<float>(rules.spare);
    s.at_door = static_cast<float>(rules.distance);
    // A metre of the way takes weight ÷ reach, times how long it feels. Whole metres are cut up to three
    // times on the way to the exact points: forgiven, and a little more, for floats round.
    const float felt = static_cast<float>(felt_percent(q)) * 0.01F;
    const float per_metre = s.at_door / static_cast<float>(reach_of(q));
    s.per_unit = per_metre * felt / units_per_metre * 0.9998F;
    s.per_unit_kin = s.per_unit * static_cast<float>(rules.community_distance_percent) * 0.01F;
    s.forgiven = per_metre * 4.0F * (felt + 1.0F);
    return s;
}

bool supported(Isa isa) {
#if defined(__x86_64__)
    switch (isa) {
        case Isa::baseline:
            return true;
        case Isa::v3:
            return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("bmi2") != 0;
        case Isa::v4:
            return __builtin_cpu_supports("avx512bw") != 0 &&
                   __builtin_cpu_supports("avx512dq") != 0 &&
                   __builtin_cpu_supports("avx512vl") != 0;
    }
    return false;
#else
    return isa == Isa::baseline;
#endif
}

std::string_view name_of(Isa isa) {
    return isa == Isa::baseline ? "baseline" : isa == Isa::v3 ? "x86-64-v3" : "x86-64-v4";
}

Scan scan_for(Isa isa) {
    return kernels_for(isa).scan;
}

Weigh weigh_for(Isa isa) {
    return kernels_for(isa).weigh;
}

Isa best_isa() {
    static const Isa best = supported(Isa::v4)   ? Isa::v4
                            : supported(Isa::v3) ? Isa::v3
                                                 : Isa::baseline;
    return best;
}

}  // namespace hubward::matcher
