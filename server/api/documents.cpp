// SPDX-License-Identifier: Apache-2.0
//
// The assembler puts the files into the binary: no generator, no copy in the build folder.
#include "server/api/documents.hpp"

#include <cstdint>
#include <map>

#include <boost/json.hpp>
#include <fmt/format.h>

__asm__(
    ".pushsection .rodata\n"
    ".global hubward_openapi_begin\n"
    ".global hubward_openapi_end\n"
    ".global hubward_asyncapi_begin\n"
    ".global hubward_asyncapi_end\n"
    "hubward_openapi_begin:\n"
    ".incbin \"" HUBWARD_OPENAPI_FILE "\"\n"
    "hubward_openapi_end:\n"
    ".byte 0\n"
    "hubward_asyncapi_begin:\n"
    ".incbin \"" HUBWARD_ASYNCAPI_FILE "\"\n"
    "hubward_asyncapi_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char hubward_openapi_begin[];  // NOLINT: the assembler's labels
extern const char hubward_openapi_end[];
extern const char hubward_asyncapi_begin[];
extern const char hubward_asyncapi_end[];
}

namespace hubward::server::api {
namespace {

namespace json = boost::json;

constexpr std::string_view inside = "#/components/schemas/";

// Inside one document the schemas stand beside each other; as files they stand in one folder.
void point_outside(json::value& value) {
    if (json::object* object = value.if_object()) {
        for (auto& member : *object) {
            if (member.key() == "$ref" && member.value().is_string()) {
                const std::string_view target = member.value().as_string();
                if (target.starts_with(inside)) {
                    member.value() = std::string(target.substr(inside.size())) + ".json";
                }
            } else {
                point_outside(member.value());
            }
        }
    } else if (json::array* array = value.if_array()) {
        for (json::value& item : *array) {
            point_outside(item);
        }
    }
}

std::map<std::string, std::string, std::less<>> cut_out_schemas() {
    std::map<std::string, std::string, std::less<>> schemas;
    const json::value whole = json::parse(asyncapi_document());
    for (const auto& [name, schema] : whole.at("components").at("schemas").as_object()) {
        json::object document{{"$schema", "http://json-schema.org/draft-07/schema#"}, {"title", name}};
        for (const auto& [key, value] : schema.as_object()) {
            document[key] = value;
        }
        json::value out = std::move(document);
        point_outside(out);
        schemas.emplace(std::string(name), json::serialize(out));
    }
    return schemas;
}

}  // namespace

std::string_view openapi_document() {
    return {hubward_openapi_begin,
            static_cast<std::size_t>(hubward_openapi_end - hubward_openapi_begin)};
}

std::string_view asyncapi_document() {
    return {hubward_asyncapi_begin,
            static_cast<std::size_t>(hubward_asyncapi_end - hubward_asyncapi_begin)};
}

std::string_view feed_schema(std::string_view name) {
    static const auto schemas = cut_out_schemas();
    const auto found = schemas.find(name);
    return found == schemas.end() ? std::string_view{} : std::string_view(found->second);
}

std::string document_tag(std::string_view document) {
    std::uint64_t hash = 0xcbf2'9ce4'8422'2325ULL;  // FNV-1a
    for (const char c : document) {
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01b3ULL;
    }
    return fmt::format("\"{:016x}\"", hash);
}

}  // namespace hubward::server::api
