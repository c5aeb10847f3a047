// SPDX-License-Identifier: Apache-2.0
#include "server/http/gzip.hpp"

#include <zlib.h>

#include <algorithm>

namespace hubward::server::http {
namespace {

constexpr int gzip_window = 15 + 16;  // the largest window, and a gzip header

}  // namespace

std::expected<std::string, GzipFault> gunzip(std::string_view bytes, std::size_t bytes_max) {
    z_stream stream{};
    if (inflateInit2(&stream, gzip_window) != Z_OK) {
        return std::unexpected(GzipFault::damaged);
    }
    std::string in(bytes);  // zlib takes no const
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    std::string out;
    int result = Z_OK;
    while (result == Z_OK && out.size() <= bytes_max) {
        const auto from = out.size();
        out.resize(std::min(std::max<std::size_t>(from * 2, 16 * 1024), bytes_max + 1));
        stream.next_out = reinterpret_cast<Bytef*>(out.data() + from);
        stream.avail_out = static_cast<uInt>(out.size() - from);
        result = inflate(&stream, Z_NO_FLUSH);
        out.resize(out.size() - stream.avail_out);
    }
    const bool complete = result == Z_STREAM_END && stream.avail_in == 0;
    inflateEnd(&stream);
    if (out.size() > bytes_max) {
        return std::unexpected(GzipFault::too_large);
    }
    if (!complete) {
        return std::unexpected(GzipFault::damaged);
    }
    return out;
}

std::string gzip(std::string_view bytes) {
    constexpr int level = 6;  // 9 takes three times as long for one percent
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return {};
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    std::string in(bytes);
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return done && out.size() < bytes.size() ? out : std::string();
}

}  // namespace hubward::server::http
