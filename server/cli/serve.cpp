// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "server/cli/commands.hpp"
#include "server/cli/serving.hpp"
#include "server/cli/signals.hpp"
#include "server/cli/terminal.hpp"

namespace hubward::server::cli {

void start_log(const Config& config) {
    const bool text = config.log_format == "text" ||
                      (config.log_format == "auto" && ::isatty(STDERR_FILENO) != 0);
    const auto level = config.log_level == "debug"     ? log::Level::debug
                       : config.log_level == "warning" ? log::Level::warning
                       : config.log_level == "error"   ? log::Level::error
                                                       : log::Level::info;
    log::start(level, text ? log::Format::text : log::Format::json);
}

Exit serve_until_told(App& app, Signals& signals, const std::function<void()>& before_stop) {
    constexpr std::chrono::milliseconds look_every{100};
    bool told = false;
    while (!told && !app.failed()) {
        told = signals.wait(look_every);
    }
    app.say_not_ready();
    if (told) {
        // Whoever wonders later why it stopped finds out who asked.
        log::info("app", "stopping; once more to leave at once",
                  {{log::Key::reason, signals.name()}, {log::Key::process, signals.sender()}});
    } else {
        log::error("app", "the journal failed: nothing more can be acknowledged; leaving so that a "
                          "restart recovers what was");
    }
    signals.next_one_exits();
    if (before_stop) {
        before_stop();
    }
    app.stop();
    return told ? Exit::ok : Exit::io;
}

Exit serve(const ConfigOptions& options) {
    auto loaded = read_config(options);
    if (!loaded) {
        return loaded.error();
    }
    Signals signals;
    start_log(loaded->config);
    AppOptions app_options;
    app_options.config = std::move(loaded->config);
    auto app = App::start(std::move(app_options));
    if (!app) {
        log::error("app", app.error().text);
        log::stop();
        return app.error().code;
    }
    const Exit code = serve_until_told(**app, signals);
    app->reset();
    log::stop();
    return code;
}

}  // namespace hubward::server::cli
