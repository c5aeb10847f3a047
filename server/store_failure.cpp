// SPDX-License-Identifier: Apache-2.0
#include "server/store_failure.hpp"

namespace hubward::server {

Failure failure(const storage::StoreFailure& trouble) {
    using storage::StoreError;
    switch (trouble.why) {
        case StoreError::locked: return {Exit::temporary, trouble.text};
        case StoreError::missing: return {Exit::no_input, trouble.text};
        case StoreError::no_master_key:
        case StoreError::wrong_master_key: return {Exit::config, trouble.text};
        case StoreError::corrupt:
        case StoreError::lost_data:
        case StoreError::too_new: return {Exit::data, trouble.text};
        case StoreError::io: break;
    }
    return {Exit::io, trouble.text};
}

}  // namespace hubward::server
