// SPDX-License-Identifier: Apache-2.0
//
// docs/openapi.json as bytes inside the binary.
#pragma once

#include <string_view>

namespace hubward::server::api {

std::string_view openapi_document();
std::string_view openapi_tag();  // strong entity tag, from the bytes

}  // namespace hubward::server::api
