// SPDX-License-Identifier: Apache-2.0
#include "server/wire/schema_check.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <regex>
#include <string>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace hubward::server::wire {
namespace {

namespace json = boost::json;

constexpr std::string_view inside = "#/components/schemas/";
constexpr unsigned depth_max = 32;  // a schema that refers to itself ends here

bool is_of_type(const json::value& value, std::string_view type) {
    if (type == "object") {
        return value.is_object();
    }
    if (type == "array") {
        return value.is_array();
    }
    if (type == "string") {
        return value.is_string();
    }
    if (type == "boolean") {
        return value.is_bool();
    }
    if (type == "null") {
        return value.is_null();
    }
    if (type == "integer") {
        return value.is_int64() || value.is_uint64();
    }
    return type == "number" && value.is_number();
}

// Compiling an expression costs a hundred times what using it does. By text; one thread each.
const std::regex& expression(std::string_view text) {
    thread_local std::map<std::string, std::regex, std::less<>> known;
    const auto found = known.find(text);
    return found != known.end()
               ? found->second
               : known.emplace(text, std::regex(std::string(text), std::regex::optimize))
                     .first->second;
}

constexpr std::string_view time_form =
    R"(^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$)";

bool matches(const json::string& text, std::string_view form) {
    return std::regex_search(text.begin(), text.end(), expression(form));
}

class Judge {
  public:
    Judge(const json::object& schemas, SchemaCheck::Unknown unknown)
        : schemas_(schemas), unknown_(unknown) {}

    void check(const json::value& schema, const json::value& value, const std::string& at,
               unsigned depth = 0);
    std::vector<std::string> faults;

  private:
    void fault(const std::string& at, std::string_view text) {
        faults.push_back(fmt::format("{}: {}", at.empty() ? "/" : at, text));
    }
    void keyword(std::string_view name, const json::value& demand, const json::object& schema,
                 const json::value& value, const std::string& at, unsigned depth);
    void type(const json::value& demand, const json::value& value, const std::string& at);
    void object(const json::object& schema, const json::object& value, const std::string& at,
                unsigned depth);
    void one_of(const json::array& branches, const json::value& value, const std::string& at,
                unsigned depth);
    void number(std::string_view name, const json::value& demand, const json::value& value,
                const std::string& at);
    bool ruled_out(const json::value& branch, const json::value& value) const;

    const json::object& schemas_;
    SchemaCheck::Unknown unknown_;
};

void Judge::check(const json::value& schema, const json::value& value, const std::string& at,
                  unsigned depth) {
    if (depth > depth_max) {
        return fault(at, "the schema refers to itself too often");
    }
    if (schema.is_bool()) {
        if (!schema.get_bool()) {
            fault(at, "is not allowed here");
        }
        return;
    }
    for (const auto& [name, demand] : schema.as_object()) {
        keyword(name, demand, schema.as_object(), value, at, depth);
    }
}

void Judge::keyword(std::string_view name, const json::value& demand, const json::object& schema,
                    const json::value& value, const std::string& at, unsigned depth) {
    static constexpr auto words = std::to_array<std::string_view>(
        {"description", "title", "examples", "default", "$schema"});
    static constexpr auto with_properties =
        std::to_array<std::string_view>({"required", "additionalProperties"});
    const json::string* text = value.if_string();
    const json::array* list = value.if_array();
    if (std::ranges::find(words, name) != words.end()) {
        return;
    }
    if (name == "$ref") {
        const std::string_view target = demand.as_string();
        const json::value* other =
            target.starts_with(inside) ? schemas_.if_contains(target.substr(inside.size())) : nullptr;
        return other == nullptr ? fault(at, "the schema refers to one that is not there")
                                : check(*other, value, at, depth + 1);
    }
    if (name == "type") {
        return type(demand, value, at);
    }
    if (name == "const") {
        return value == demand ? void() : fault(at, "is not the one value that is allowed");
    }
    if (name == "enum") {
        const json::array& allowed = demand.as_array();
        return std::ranges::find(allowed, value) != allowed.end()
                   ? void()
                   : fault(at, "is none of the values that are allowed");
    }
    if (name == "properties") {
        return value.is_object() ? object(schema, value.get_object(), at, depth) : void();
    }
    if (std::ranges::find(with_properties, name) != with_properties.end()) {
        // Judged with the properties; a map without any has only these.
        return value.is_object() && !schema.contains("properties")
                   ? object(schema, value.get_object(), at, depth)
                   : void();
    }
    if (name == "items") {
        for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
            check(demand, (*list)[i], fmt::format("{}/{}", at, i), depth + 1);
        }
        return;
    }
    if (name == "oneOf") {
        return one_of(demand.as_array(), value, at, depth);
    }
    if (name == "pattern") {
        return text == nullptr || matches(*text, demand.as_string())
                   ? void()
                   : fault(at, "does not have the form that is asked for");
    }
    if (name == "format" && demand == "date-time") {
        return text == nullptr || matches(*text, time_form) ? void()
                                                            : fault(at, "is no time of RFC 3339");
    }
    number(name, demand, value, at);
}

void Judge::type(const json::value& demand, const json::value& value, const std::string& at) {
    bool fits = false;
    if (const json::array* several = demand.if_array()) {
        for (const json::value& one : *several) {
            fits = fits || is_of_type(value, one.as_string());
        }
    } else {
        fits = is_of_type(value, demand.as_string());
    }
    if (!fits) {
        fault(at, "has the wrong type");
    }
}

void Judge::object(const json::object& schema, const json::object& value, const std::string& at,
                   unsigned depth) {
    const json::value* required = schema.if_contains("required");
    if (required != nullptr) {
        for (const json::value& name : required->as_array()) {
            if (!value.contains(name.as_string())) {
                fault(at, fmt::format("lacks \"{}\"", std::string_view(name.as_string())));
            }
        }
    }
    const json::value* properties = schema.if_contains("properties");
    const json::value* others = schema.if_contains("additionalProperties");
    for (const auto& [name, member] : value) {
        const std::string here = fmt::format("{}/{}", at, std::string_view(name));
        const json::value* known =
            properties != nullptr ? properties->as_object().if_contains(name) : nullptr;
        if (known != nullptr) {
            check(*known, member, here, depth + 1);
        } else if (others != nullptr) {
            check(*others, member, here, depth + 1);
        } else if (unknown_ == SchemaCheck::Unknown::told) {
            fault(here, "is not documented");
        }
    }
}

// Whether a constant member already rules the branch out: frames are told apart by "t".
bool Judge::ruled_out(const json::value& branch, const json::value& value) const {
    const json::object* schema = branch.if_object();
    if (schema != nullptr && schema->contains("$ref") && schema->at("$ref").is_string()) {
        const std::string_view target = schema->at("$ref").get_string();
        const json::value* other =
            target.starts_with(inside) ? schemas_.if_contains(target.substr(inside.size())) : nullptr;
        schema = other != nullptr ? other->if_object() : nullptr;
    }
    const json::value* properties = schema != nullptr ? schema->if_contains("properties") : nullptr;
    if (properties == nullptr || !properties->is_object() || !value.is_object()) {
        return false;
    }
    for (const auto& [name, property] : properties->get_object()) {
        const json::value* constant =
            property.is_object() ? property.get_object().if_contains("const") : nullptr;
        const json::value* member = value.get_object().if_contains(name);
        if (constant != nullptr && member != nullptr && *member != *constant) {
            return true;
        }
    }
    return false;
}

void Judge::one_of(const json::array& branches, const json::value& value, const std::string& at,
                   unsigned depth) {
    std::size_t fitting = 0;
    std::size_t judged = 0;
    std::optional<std::vector<std::string>> nearest;
    for (const json::value& branch : branches) {
        if (ruled_out(branch, value)) {
            continue;
        }
        ++judged;
        Judge judge(schemas_, unknown_);
        judge.check(branch, value, at, depth + 1);
        fitting += judge.faults.empty() ? 1U : 0U;
        if (!nearest || judge.faults.size() < nearest->size()) {
            nearest = std::move(judge.faults);
        }
    }
    if (judged == 0) {
        fault(at, "fits none of the forms");
    } else if (fitting > 1) {
        fault(at, "fits more than one of the forms, and should fit one");
    } else if (fitting == 0 && nearest) {
        faults.insert(faults.end(), nearest->begin(), nearest->end());
    }
}

void Judge::number(std::string_view name, const json::value& demand, const json::value& value,
                   const std::string& at) {
    struct Bound {
        std::string_view name;
        bool least;
        const double* measured;
    };
    const double amount = value.is_number() ? value.to_number<double>() : 0;
    const double length = value.is_string() ? static_cast<double>(value.get_string().size()) : 0;
    const double count = value.is_array() ? static_cast<double>(value.get_array().size()) : 0;
    const double* const as_number = value.is_number() ? &amount : nullptr;
    const double* const as_text = value.is_string() ? &length : nullptr;
    const double* const as_list = value.is_array() ? &count : nullptr;
    for (const Bound& bound : {Bound{"minimum", true, as_number}, Bound{"maximum", false, as_number},
                               Bound{"minLength", true, as_text}, Bound{"maxLength", false, as_text},
                               Bound{"minItems", true, as_list}, Bound{"maxItems", false, as_list}}) {
        if (name != bound.name) {
            continue;
        }
        const double limit = demand.to_number<double>();
        if (bound.measured != nullptr &&
            (bound.least ? *bound.measured < limit : *bound.measured > limit)) {
            fault(at, bound.least ? "is too small or too short" : "is too large or too long");
        }
        return;
    }
    fault(at, fmt::format("the schema says \"{}\", which this check does not know", name));
}

}  // namespace

struct SchemaCheck::Impl {
    json::object schemas;
};

SchemaCheck::SchemaCheck(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SchemaCheck::SchemaCheck(SchemaCheck&&) noexcept = default;
SchemaCheck& SchemaCheck::operator=(SchemaCheck&&) noexcept = default;
SchemaCheck::~SchemaCheck() = default;

std::expected<SchemaCheck, std::string> SchemaCheck::load(std::string_view contract) {
    boost::system::error_code error;
    const json::value document = json::parse(contract, error);
    const json::object* root = error ? nullptr : document.if_object();
    const json::value* components = root != nullptr ? root->if_contains("components") : nullptr;
    const json::value* schemas = components != nullptr && components->is_object()
                                     ? components->get_object().if_contains("schemas")
                                     : nullptr;
    if (schemas == nullptr || !schemas->is_object()) {
        return std::unexpected("the contract is not JSON with components.schemas");
    }
    auto impl = std::make_unique<Impl>();
    impl->schemas = schemas->get_object();
    return SchemaCheck(std::move(impl));
}

bool SchemaCheck::has(std::string_view schema) const { return impl_->schemas.contains(schema); }

std::vector<std::string> SchemaCheck::faults(std::string_view schema, std::string_view document,
                                             Unknown unknown) const {
    const json::value* demand = impl_->schemas.if_contains(schema);
    if (demand == nullptr) {
        return {"/: there is no such schema"};
    }
    boost::system::error_code error;
    const json::value value = json::parse(document, error);
    if (error) {
        return {"/: is not JSON"};
    }
    Judge judge(impl_->schemas, unknown);
    try {
        judge.check(*demand, value, "");
    } catch (const std::exception&) {
        judge.faults.push_back("/: the schema itself is not well formed");
    }
    return std::move(judge.faults);
}

}  // namespace hubward::server::wire
