// SPDX-License-Identifier: Apache-2.0
#include "server/descriptors.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace hubward::server {

std::size_t room_for_connections(std::size_t wanted) {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return wanted;
    }
    const rlim_t all = wanted + files_beside_connections;
    if (limit.rlim_cur < all && limit.rlim_cur < limit.rlim_max) {
        rlimit more = limit;
        more.rlim_cur = std::min(all, limit.rlim_max);
        if (::setrlimit(RLIMIT_NOFILE, &more) == 0) {
            limit = more;
        }
    }
    if (limit.rlim_cur >= all) {
        return wanted;
    }
    const rlim_t kept = std::min<rlim_t>(files_beside_connections, limit.rlim_cur / 2);
    return std::max<std::size_t>(1, limit.rlim_cur - kept);
}

}  // namespace hubward::server
