// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows the template library.
#include "server/pages/template.hpp"

#include <kainjow/mustache.hpp>
#include <stdexcept>
#include <unordered_map>

#include "server/pages/assets.hpp"

namespace hubward::server::pages {
namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

data data_of(const Model& model);

data data_of(const Model::Value& value) {
    struct Convert {
        data operator()(const std::string& text) const {
            return text.empty() ? data(data::type::bool_false) : data(text);
        }
        data operator()(bool yes) const {
            return data(yes ? data::type::bool_true : data::type::bool_false);
        }
        data operator()(const Model& part) const {
            return part.values().empty() ? data(data::type::bool_false) : data_of(part);
        }
        data operator()(const Model::List& list) const {
            data items(data::type::list);
            for (const Model& item : list) {
                items.push_back(data_of(item));
            }
            return items;
        }
    };
    return std::visit(Convert{}, value);
}

data data_of(const Model& model) {
    data object(data::type::object);
    for (const auto& [name, value] : model.values()) {
        object.set(name, data_of(value));
    }
    return object;
}

mustache& parsed(std::string_view name) {
    static thread_local std::unordered_map<std::string, mustache> templates;
    const std::string key(name);
    auto found = templates.find(key);
    if (found == templates.end()) {
        mustache made{std::string(template_text(name))};
        if (!made.is_valid()) {
            throw std::logic_error("template " + key + ": " + made.error_message());
        }
        found = templates.emplace(key, std::move(made)).first;
    }
    return found->second;
}

}  // namespace

Model& Model::set(std::string name, std::string_view text) {
    values_.insert_or_assign(std::move(name), Value(std::string(text)));
    return *this;
}

Model& Model::set(std::string name, Model part) {
    values_.insert_or_assign(std::move(name), Value(std::move(part)));
    return *this;
}

Model& Model::set(std::string name, List list) {
    values_.insert_or_assign(std::move(name), Value(std::move(list)));
    return *this;
}

Model& Model::put(std::string name, bool yes) {
    values_.insert_or_assign(std::move(name), Value(yes));
    return *this;
}

std::string fill(std::string_view name, const Model& model) {
    return parsed(name).render(data_of(model));
}

}  // namespace hubward::server::pages
