// SPDX-License-Identifier: Apache-2.0
//
// The assembler puts the files into the binary: no generator, no copy in the build folder.
#include "server/pages/assets.hpp"

#include <zlib.h>

#include <array>
#include <cstdint>
#include <stdexcept>

#include <fmt/format.h>

// HUBWARD_WEB is the folder web/, as a string literal.
#define HUBWARD_EMBED(label, file)                        \
    __asm__(".pushsection .rodata\n"                      \
            ".global hubward_web_" #label "\n"            \
            ".global hubward_web_" #label "_end\n"        \
            "hubward_web_" #label ":\n"                   \
            ".incbin \"" HUBWARD_WEB "/" file "\"\n"      \
            "hubward_web_" #label "_end:\n"               \
            ".byte 0\n"                                   \
            ".popsection\n");                             \
    extern "C" const char hubward_web_##label[];          \
    extern "C" const char hubward_web_##label##_end[];

HUBWARD_EMBED(css, "assets/hubward.css")
HUBWARD_EMBED(js, "assets/live.js")
HUBWARD_EMBED(icon, "assets/mark.svg")
HUBWARD_EMBED(texts, "texts.en.json")
HUBWARD_EMBED(layout, "templates/layout.html")
HUBWARD_EMBED(home, "templates/home.html")
HUBWARD_EMBED(hub, "templates/hub.html")
HUBWARD_EMBED(person, "templates/person.html")
HUBWARD_EMBED(ops, "templates/ops.html")
HUBWARD_EMBED(error, "templates/error.html")

#define HUBWARD_EMBEDDED(label)                                                      \
    std::string_view {                                                               \
        hubward_web_##label,                                                         \
            static_cast<std::size_t>(hubward_web_##label##_end - hubward_web_##label) \
    }

namespace hubward::server::pages {
namespace {

std::string hash_text(std::string_view bytes) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;  // FNV-1a
    for (const char c : bytes) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
    }
    return fmt::format("{:016x}", hash);
}

std::string gzipped(std::string_view bytes) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 9, Z_DEFAULT_STRATEGY) != Z_OK) {
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

struct Named {
    std::string_view name;
    Asset asset;
};

Named make(std::string_view name, std::string_view stem, std::string_view ending,
           std::string_view media_type, std::string_view bytes) {
    Named made;
    made.name = name;
    made.asset.path = fmt::format("/assets/{}.{}.{}", stem, hash_text(bytes), ending);
    made.asset.media_type = media_type;
    made.asset.bytes = bytes;
    made.asset.gzip = gzipped(bytes);
    return made;
}

const std::array<Named, 3>& all() {
    static const std::array<Named, 3> assets = {
        make("css", "hubward", "css", "text/css; charset=utf-8", HUBWARD_EMBEDDED(css)),
        make("js", "live", "js", "text/javascript; charset=utf-8", HUBWARD_EMBEDDED(js)),
        make("icon", "mark", "svg", "image/svg+xml", HUBWARD_EMBEDDED(icon)),
    };
    return assets;
}

}  // namespace

std::string_view template_text(std::string_view name) {
    struct Text {
        std::string_view name;
        std::string_view text;
    };
    static const std::array<Text, 6> texts = {{
        {"layout", HUBWARD_EMBEDDED(layout)},
        {"home", HUBWARD_EMBEDDED(home)},
        {"hub", HUBWARD_EMBEDDED(hub)},
        {"person", HUBWARD_EMBEDDED(person)},
        {"ops", HUBWARD_EMBEDDED(ops)},
        {"error", HUBWARD_EMBEDDED(error)},
    }};
    for (const Text& one : texts) {
        if (one.name == name) {
            return one.text;
        }
    }
    throw std::logic_error("no template " + std::string(name));
}

std::string_view texts_text() { return HUBWARD_EMBEDDED(texts); }

const Asset& asset(std::string_view name) {
    for (const Named& one : all()) {
        if (one.name == name) {
            return one.asset;
        }
    }
    throw std::logic_error("no asset " + std::string(name));
}

const Asset* asset_at(std::string_view path) {
    for (const Named& one : all()) {
        if (one.asset.path == path) {
            return &one.asset;
        }
    }
    return nullptr;
}

}  // namespace hubward::server::pages
