// SPDX-License-Identifier: Apache-2.0
//
// One reader of the journal from a number on, for ever, on a thread of its own.
#pragma once

#include <memory>

#include "matcher/journal.hpp"

namespace hubward::storage {

class RocksJournal;

// `journal` must outlive the subscription. The sink may end its own subscription.
std::unique_ptr<matcher::Journal::Subscription> start_follower(RocksJournal& journal,
                                                               matcher::Sequence after,
                                                               matcher::Journal::Sink sink);

}  // namespace hubward::storage
