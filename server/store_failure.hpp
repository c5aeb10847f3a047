// SPDX-License-Identifier: Apache-2.0
//
// What trouble with a data folder means for the process. Pure.
#pragma once

#include "server/app.hpp"
#include "storage/store.hpp"

namespace hubward::server {

Failure failure(const storage::StoreFailure& trouble);

}  // namespace hubward::server
