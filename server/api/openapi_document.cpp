// SPDX-License-Identifier: Apache-2.0
//
// The assembler puts the file into the binary: no generator, no copy in the build folder.
#include "server/api/openapi_document.hpp"

#include <cstdint>
#include <string>

#include <fmt/format.h>

__asm__(
    ".pushsection .rodata\n"
    ".global hubward_openapi_begin\n"
    ".global hubward_openapi_end\n"
    "hubward_openapi_begin:\n"
    ".incbin \"" HUBWARD_OPENAPI_FILE "\"\n"
    "hubward_openapi_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char hubward_openapi_begin[];  // NOLINT: the assembler's labels
extern const char hubward_openapi_end[];
}

namespace hubward::server::api {

std::string_view openapi_document() {
    return {hubward_openapi_begin,
            static_cast<std::size_t>(hubward_openapi_end - hubward_openapi_begin)};
}

std::string_view openapi_tag() {
    static const std::string tag = [] {
        std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;  // FNV-1a
        for (const char c : openapi_document()) {
            hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
        }
        return fmt::format("\"{:016x}\"", hash);
    }();
    return tag;
}

}  // namespace hubward::server::api
