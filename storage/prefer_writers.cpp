// SPDX-License-Identifier: Apache-2.0
#include "storage/prefer_writers.hpp"

#include <pthread.h>

#include "matcher/invariant.hpp"

namespace hubward::storage {

// The standard has no word for it, so the lock below is made once more, as pthread knows how.
void prefer_writers(std::shared_mutex& mutex) {
    auto* const below = static_cast<pthread_rwlock_t*>(mutex.native_handle());
    pthread_rwlockattr_t how;
    const bool made = pthread_rwlock_destroy(below) == 0 && pthread_rwlockattr_init(&how) == 0 &&
                      pthread_rwlockattr_setkind_np(&how, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP) == 0 &&
                      pthread_rwlock_init(below, &how) == 0 && pthread_rwlockattr_destroy(&how) == 0;
    matcher::invariant(made, "a lock that somebody uses was to be made anew");
}

}  // namespace hubward::storage
