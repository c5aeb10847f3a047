// SPDX-License-Identifier: Apache-2.0
//
// The assembler puts a file into the binary: HUBWARD_EMBED(label, "path") in a .cpp, and then
// HUBWARD_EMBEDDED(label) is its text. No generator, no copy in the build folder.
#pragma once

#include <string_view>

#define HUBWARD_EMBED(label, file)                        \
    __asm__(".pushsection .rodata\n"                      \
            ".global hubward_web_" #label "\n"            \
            ".global hubward_web_" #label "_end\n"        \
            "hubward_web_" #label ":\n"                   \
            ".incbin \"" file "\"\n"                      \
            "hubward_web_" #label "_end:\n"               \
            ".byte 0\n"                                   \
            ".popsection\n");                             \
    extern "C" const char hubward_web_##label[];          \
    extern "C" const char hubward_web_##label##_end[];
#define HUBWARD_EMBEDDED(label)                                                      \
    std::string_view {                                                               \
        hubward_web_##label,                                                         \
            static_cast<std::size_t>(hubward_web_##label##_end - hubward_web_##label) \
    }
