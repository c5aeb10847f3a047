// SPDX-License-Identifier: Apache-2.0
#include "server/pages/compress.hpp"

#include <zlib.h>

namespace hubward::server::pages {

std::string gzipped(std::string_view bytes) {
    constexpr int gzip_window = 15 + 16;
    constexpr int level = 6;  // 9 takes three times as long for one percent
    z_stream stream{};
    if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        return {};
    }
    std::string out(deflateBound(&stream, static_cast<uLong>(bytes.size())), '\0');
    // zlib reads only; its interface is older than const.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return done && out.size() < bytes.size() ? out : std::string();
}

}  // namespace hubward::server::pages
