// SPDX-License-Identifier: Apache-2.0
//
// Preloaded: a disk that is slow, or hangs, and works again. HUBWARD_SLOW_DISK names a file of eight
// bytes: how many microseconds each sync takes, little end first; -1: it hangs until that changes.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Sync = int (*)(int);

const std::atomic<std::int64_t>* control() {
    static const std::atomic<std::int64_t>* const mapped = [] {
        const char* path = std::getenv("HUBWARD_SLOW_DISK");
        const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
        void* memory = file < 0 ? MAP_FAILED
                                : ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
        return memory == MAP_FAILED ? nullptr : static_cast<const std::atomic<std::int64_t>*>(memory);
    }();
    return mapped;
}

void pause_for(std::int64_t us) {
    timespec wait{us / 1'000'000, us % 1'000'000 * 1'000};
    ::nanosleep(&wait, nullptr);
}

int slowly(const char* name, int file) {
    const std::atomic<std::int64_t>* us = control();
    if (us != nullptr) {
        constexpr std::int64_t look_again_us = 5'000;
        while (us->load() < 0) {
            pause_for(look_again_us);
        }
        pause_for(us->load());
    }
    return reinterpret_cast<Sync>(::dlsym(RTLD_NEXT, name))(file);
}

}  // namespace

extern "C" {
int fdatasync(int file) { return slowly("fdatasync", file); }
int fsync(int file) { return slowly("fsync", file); }
}
