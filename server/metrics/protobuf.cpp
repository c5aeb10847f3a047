// SPDX-License-Identifier: Apache-2.0
//
// Field numbers are those of prometheus/client_model, metrics.proto.
#include "server/metrics/protobuf.hpp"

#include <bit>
#include <limits>

#include "server/wire/identifiers.hpp"

namespace hubward::server::metrics {
namespace {

void put_varint(std::string& out, std::uint64_t value) {
    for (; value >= 0x80; value >>= 7) {
        out += static_cast<char>(0x80 | (value & 0x7f));
    }
    out += static_cast<char>(value);
}

void put_number(std::string& out, unsigned field, std::uint64_t value) {
    put_varint(out, field << 3 | 0U);
    put_varint(out, value);
}

// sint32 and sint64: small numbers of either sign stay short.
void put_signed(std::string& out, unsigned field, std::int64_t value) {
    put_number(out, field, (static_cast<std::uint64_t>(value) << 1) ^ static_cast<std::uint64_t>(value >> 63));
}

void put_double(std::string& out, unsigned field, double value) {
    put_varint(out, field << 3 | 1U);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) {
        out += static_cast<char>(bits >> shift & 0xff);
    }
}

void put_bytes(std::string& out, unsigned field, std::string_view bytes) {
    put_varint(out, field << 3 | 2U);
    put_varint(out, bytes.size());
    out += bytes;
}

void put_label(std::string& out, std::string_view name, std::string_view value) {
    std::string pair;
    put_bytes(pair, 1, name);
    put_bytes(pair, 2, value);
    put_bytes(out, 1, pair);
}

void put_bucket(std::string& out, std::uint64_t below, double bound, const Exemplar* one) {
    std::string bucket;
    put_number(bucket, 1, below);
    put_double(bucket, 2, bound);
    if (one != nullptr) {
        std::string exemplar;
        put_label(exemplar, "trace_id", wire::trace_text(one->trace));
        put_double(exemplar, 2, static_cast<double>(one->ns) / 1e9);
        put_bytes(bucket, 3, exemplar);
    }
    put_bytes(out, 3, bucket);
}

// Cell 0 holds zeros; each other cell is one native bucket. Runs of used buckets become spans, and each
// count is told as the difference to the one before.
void put_native(std::string& out, const HistogramCounts& counts) {
    put_signed(out, 5, native_schema);
    put_double(out, 6, cell_bound_seconds(0));
    put_number(out, 7, counts.cells[0]);
    std::string deltas;
    std::int64_t before = 0;
    std::int64_t next_index = 0;  // the first span's offset counts from index 0
    bool any = false;
    for (std::size_t cell = 1; cell < histogram_cells; ++cell) {
        if (counts.cells[cell] == 0) {
            continue;
        }
        std::size_t end = cell;
        for (; end < histogram_cells && counts.cells[end] != 0; ++end) {
            const auto count = static_cast<std::int64_t>(counts.cells[end]);
            put_signed(deltas, 13, count - before);
            before = count;
        }
        const std::int64_t index = static_cast<std::int64_t>(cell) - static_cast<std::int64_t>(cell_of_one_second);
        std::string span;
        put_signed(span, 1, index - next_index);
        put_number(span, 2, end - cell);
        put_bytes(out, 12, span);
        next_index = index + static_cast<std::int64_t>(end - cell);
        cell = end;
        any = true;
    }
    if (!any) {  // how an empty one is told from a classic one
        std::string span;
        put_signed(span, 1, 0);
        put_number(span, 2, 0);
        put_bytes(out, 12, span);
    }
    out += deltas;
}

}  // namespace

void PrometheusProtobuf::head(std::string_view name, std::string_view help, Kind kind) {
    close_family();
    kind_ = kind;
    put_bytes(family_, 1, name);
    put_bytes(family_, 2, help);
    put_number(family_, 3, kind == Kind::counter ? 0 : kind == Kind::gauge ? 1 : 4);
}

void PrometheusProtobuf::sample(std::string_view, const Labels& labels, double value) {
    std::string metric;
    for (const auto& [name, text] : labels) {
        put_label(metric, name, text);
    }
    std::string held;
    put_double(held, 1, value);
    put_bytes(metric, kind_ == Kind::counter ? 3 : 2, held);
    put_bytes(family_, 4, metric);
}

void PrometheusProtobuf::histogram(std::string_view, const Labels& labels, const HistogramCounts& counts,
                                   const Exemplars* seen) {
    const Exemplars::Newest newest = seen != nullptr ? seen->newest() : Exemplars::Newest();
    std::string metric;
    for (const auto& [name, text] : labels) {
        put_label(metric, name, text);
    }
    std::string held;
    put_number(held, 1, counts.count);
    put_double(held, 2, static_cast<double>(counts.sum_ns) / 1e9);
    for (const Bucket& bucket : buckets_of(counts, newest)) {
        put_bucket(held, bucket.below,
                   bucket.bound == histogram_cells ? std::numeric_limits<double>::infinity()
                                                   : cell_bound_seconds(bucket.bound),
                   bucket.seen);
    }
    put_native(held, counts);
    put_bytes(metric, 7, held);
    put_bytes(family_, 4, metric);
}

void PrometheusProtobuf::close_family() {
    if (!family_.empty()) {
        put_varint(out_, family_.size());
        out_ += family_;
        family_.clear();
    }
}

std::string PrometheusProtobuf::take() {
    close_family();
    return std::move(out_);
}

}  // namespace hubward::server::metrics
