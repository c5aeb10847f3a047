// SPDX-License-Identifier: Apache-2.0
//
// Contracts as bytes inside the binary: docs/openapi.json, docs/asyncapi.json, and each schema of
// the latter as a document of its own. Static; any thread.
#pragma once

#include <string>
#include <string_view>

namespace hubward::server::api {

std::string_view openapi_document();
std::string_view asyncapi_document();
// JSON Schema (draft 7) of that name, such as "ServerFrame"; empty when there is none. Its
// references are relative: {"$ref": "Event.json"}.
std::string_view feed_schema(std::string_view name);

// Strong entity tag, from the bytes.
std::string document_tag(std::string_view document);

}  // namespace hubward::server::api
