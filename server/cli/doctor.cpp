// SPDX-License-Identifier: Apache-2.0
//
// Looks at the machine as the server would, and says what to do about each trouble.
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <unistd.h>

#include <fmt/format.h>

#include "server/auth/key_file.hpp"
#include "server/auth/sessions.hpp"
#include "server/auth/revoked_list.hpp"
#include "server/cli/commands.hpp"
#include "server/cli/terminal.hpp"
#include "server/descriptors.hpp"
#include "storage/erasure_ledger.hpp"
#include "storage/target_ledger.hpp"

namespace hubward::server::cli {
namespace {

namespace fs = std::filesystem;

enum class Health { good, weak, bad };
struct Finding {
    Health health = Health::good;
    std::string what;
    std::string cure;  // empty when good
};

Finding check_port(const Config& config) {
    if (config.port == 0) {
        return {Health::good, "port: the system chooses one", {}};
    }
    const std::string what = fmt::format("port: {}:{}", config.address, config.port);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_port = htons(static_cast<std::uint16_t>(config.port));
    if (::inet_pton(AF_INET, config.address.c_str(), &at.sin_addr) != 1) {
        return {Health::weak, what + " is not an IPv4 address, so it was not tried", "start the server to see"};
    }
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int on = 1;
    ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    const bool free = ::bind(fd, reinterpret_cast<const sockaddr*>(&at), sizeof at) == 0;
    const int why = errno;
    ::close(fd);
    if (free) {
        return {Health::good, what + " is free", {}};
    }
    return {Health::bad, what + " cannot be used: " + std::generic_category().message(why),
            why == EACCES       ? "ports below 1024 need CAP_NET_BIND_SERVICE; set server.port to 8080"
            : why == EADDRINUSE ? "stop the program that has it (ss -ltnp), or set server.port"
                                : "set server.address to an address of this machine"};
}

// A file of our own in a folder, gone again at the end.
class Draft {
  public:
    // Where none can be made, fd() is below 0 and errno says why.
    explicit Draft(const fs::path& folder)
        : name_((folder / "hubward-doctor-XXXXXX").string()), fd_(::mkstemp(name_.data())) {}
    ~Draft() {
        if (fd_ >= 0) {
            ::close(fd_);
            ::unlink(name_.c_str());
        }
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    int fd() const { return fd_; }

  private:
    std::string name_;
    int fd_;
};

// The median of some small synced writes, as the journal makes them; in ms, below 0 when impossible.
double sync_ms(const fs::path& folder) {
    const Draft draft(folder);
    if (draft.fd() < 0) {
        return -1;
    }
    std::vector<double> times;
    const std::string block(4096, 'h');
    for (int i = 0; i < 21; ++i) {
        const auto begun = std::chrono::steady_clock::now();
        if (::write(draft.fd(), block.data(), block.size()) < 0 || ::fdatasync(draft.fd()) != 0) {
            times.clear();
            break;
        }
        times.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    }
    if (times.empty()) {
        return -1;
    }
    std::ranges::nth_element(times, times.begin() + 10);
    return times[10];
}

// The folder, or the nearest one above that exists.
fs::path existing(fs::path folder) {
    std::error_code error;
    while (!fs::is_directory(folder, error) && folder.has_parent_path() && folder != folder.parent_path()) {
        folder = folder.parent_path();
    }
    return folder.empty() ? fs::path(".") : folder;
}

Finding check_disk_speed(const fs::path& folder) {
    const double ms = sync_ms(folder);
    if (ms < 0) {
        return {Health::bad, fmt::format("disk: no synced write in {}", folder.string()),
                "give the user that runs hubward a folder it may write to, and set storage.data"};
    }
    const std::string what = fmt::format("disk: {:.2f} ms for one synced write in {}", ms, folder.string());
    if (ms < 0.02) {
        return {Health::weak, what + " is faster than disks are",
                "make sure that storage.data is no memory file system and that the disk's cache survives a power cut"};
    }
    return ms > 25 ? Finding{Health::weak, what, "use an SSD or NVMe disk: every answer waits for one such write"}
                   : Finding{Health::good, what, {}};
}

Finding check_space(const fs::path& folder) {
    std::error_code error;
    const auto space = fs::space(folder, error);
    constexpr std::uintmax_t wanted = 2ULL << 30;
    const std::string what = fmt::format("space: {} MiB free in {}", error ? 0 : space.available >> 20, folder.string());
    return !error && space.available >= wanted
               ? Finding{Health::good, what, {}}
               : Finding{Health::weak, what, "free at least 2 GiB, or set storage.data to a larger disk"};
}

Finding check_files(const Config& config) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto wanted = static_cast<rlim_t>(config.connections_max) + files_beside_connections;
    // The server raises its own limit as far as it may.
    const std::string what = fmt::format("limits: {} open files", limit.rlim_max);
    return limit.rlim_max >= wanted
               ? Finding{Health::good, what, {}}
               : Finding{Health::weak, what,
                         fmt::format("ulimit -Hn {} (systemd: LimitNOFILE={}), or lower limits.connections_max", wanted, wanted)};
}

Finding check_clock() {
    const auto now = std::chrono::system_clock::now();
    if (now < std::chrono::sys_days(std::chrono::year(2025) / 1 / 1)) {
        return {Health::bad, "clock: before the year 2025", "set it: timedatectl set-ntp true"};
    }
    timex state{};
    const bool kept = ::adjtimex(&state) >= 0 && (state.status & STA_UNSYNC) == 0;
    return kept ? Finding{Health::good, "clock: kept in step by the system", {}}
                : Finding{Health::weak, "clock: nobody says that it is kept in step",
                          "timedatectl set-ntp true (in a container the host does it)"};
}

Finding check_key(const std::string& file) {
    const std::string fault = auth::key_file_fault(file);
    return fault.empty() ? Finding{Health::good, "key: " + file, {}}
                         : Finding{Health::bad, "key: " + fault.substr(0, fault.find("; ")),
                                   fault.find("; ") == fault.npos ? "hubward keys init" : fault.substr(fault.find("; ") + 2)};
}

// Why the running server could not write the list, which lies beside a key file; 0 when it could.
int list_fault(const fs::path& list, const fs::path& folder) {
    if (const Draft draft(folder); draft.fd() < 0) {
        return errno;
    }
    const int fd = ::open(list.c_str(), O_RDWR | O_APPEND | O_CLOEXEC);
    if (fd < 0) {
        return errno == ENOENT ? 0 : errno;
    }
    ::close(fd);
    return 0;
}

Finding check_list(const fs::path& list, std::string_view lost) {
    const fs::path folder = list.has_parent_path() ? list.parent_path() : fs::path(".");
    if (const int why = list_fault(list, folder); why != 0) {
        return {Health::bad,
                fmt::format("list: {} cannot be written: {}; {}", list.string(), std::generic_category().message(why), lost),
                fmt::format("give {} and the files in it to the user that runs hubward (systemd: "
                            "ReadWritePaths={})", folder.string(), folder.string())};
    }
    return {Health::good, fmt::format("list: {} can be written", list.string()), {}};
}

Finding check_erasures(const Config& config) {
    return check_list(storage::erasures_beside(config.master_key_file), "no erasure would end");
}

Finding check_webhooks(const Config& config) {
    return check_list(storage::targets_beside(config.master_key_file), "no webhook could be ended or change its secret");
}

Finding check_log_outs(const Config& config) {
    const fs::path list = auth::revoked_beside(config.token_key_file);
    Finding finding = check_list(list, "nobody could log out");
    std::error_code error;
    const auto bytes = fs::file_size(list, error);
    if (finding.health == Health::good && !error && bytes > auth::revoked_bytes_max) {
        return {Health::bad, fmt::format("list: {} is full: nobody can log out", list.string()),
                "take the ids of tokens that have expired out of it"};
    }
    return finding;
}

// Root may write anywhere, so what root finds says little about the user that runs the server.
Finding check_user(const Config& config) {
    struct stat owned {};
    if (::geteuid() != 0 ||
        (::stat(config.data.c_str(), &owned) != 0 && ::stat(config.master_key_file.c_str(), &owned) != 0) ||
        owned.st_uid == 0) {
        return {Health::good, fmt::format("user: {}", ::geteuid()), {}};
    }
    const passwd* owner = ::getpwuid(owned.st_uid);
    return {Health::weak, "user: root looks, and the server's files belong to another, who may do less",
            fmt::format("runuser -u {} -- hubward doctor",
                        owner != nullptr ? std::string(owner->pw_name) : fmt::format("'#{}'", owned.st_uid))};
}

}  // namespace

Exit doctor(const ConfigOptions& options) {
    auto loaded = read_config(options);
    if (!loaded) {
        return loaded.error();
    }
    const Config& config = loaded->config;
    const fs::path folder = existing(config.data);
    Exit code = Exit::ok;
    for (const Finding& finding :
         {check_user(config), check_port(config), check_disk_speed(folder), check_space(folder), check_files(config),
          check_clock(), check_key(config.master_key_file), check_key(config.token_key_file), check_erasures(config),
          check_webhooks(config), check_log_outs(config)}) {
        const std::string_view word = finding.health == Health::good   ? "ok  "
                                      : finding.health == Health::weak ? "weak"
                                                                       : "BAD ";
        print(fmt::format("{} {}\n", word, finding.what));
        if (!finding.cure.empty()) {
            print(fmt::format("       cure: {}\n", finding.cure));
        }
        if (finding.health == Health::bad) {
            code = Exit::unavailable;
        }
    }
    return code;
}

}  // namespace hubward::server::cli
