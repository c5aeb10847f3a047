// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"

namespace hubward::server::cli {

std::expected<LoadedConfig, Exit> read_config(const ConfigOptions& options) {
    constexpr const char* usual_file = "/etc/hubward/hubward.toml";
    ConfigSources sources;
    sources.environment = [](const char* name) { return std::getenv(name); };
    sources.flags = options.flags;
    std::error_code error;
    if (options.file) {
        sources.file = *options.file;
    } else if (const char* named = std::getenv("HUBWARD_CONFIG")) {
        sources.file = named;
    } else if (std::filesystem::exists(usual_file, error)) {
        sources.file = usual_file;
    }
    auto loaded = load_config(sources);
    if (!loaded) {
        for (const std::string& fault : loaded.error()) {
            fail(Exit::config, fault);
        }
        return std::unexpected(Exit::config);
    }
    return *std::move(loaded);
}

Exit config_check(const ConfigOptions& options, bool explain) {
    auto loaded = read_config(options);
    if (!loaded) {
        return loaded.error();
    }
    print(effective_config(*loaded, explain));
    return Exit::ok;
}

Exit config_defaults() {
    print(documented_config());
    return Exit::ok;
}

}  // namespace hubward::server::cli
