// SPDX-License-Identifier: Apache-2.0
//
// The opened details of a person as rows for people: label and value. Pure.
#pragma once

#include <string_view>

#include "server/pages/model.hpp"
#include "server/pages/texts.hpp"

namespace hubward::server::pages {

// In the order of the document. A field without a label of its own stands under its own name, so
// that nothing a practice sent is kept from the hub; what only machines read is left out.
Model::List details_rows(const Words& words, std::string_view details_json);

}  // namespace hubward::server::pages
