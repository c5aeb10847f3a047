// SPDX-License-Identifier: Apache-2.0
//
// What a template is filled with: names to texts, switches, parts and lists of parts.
#pragma once

#include <concepts>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hubward::server::pages {

class Model {
  public:
    using List = std::vector<Model>;
    using Value = std::variant<std::string, bool, Model, List>;

    // A text; an empty one also counts as "no" for sections.
    Model& set(std::string name, std::string_view text);
    Model& set(std::string name, const char* text) { return set(std::move(name), std::string_view(text)); }
    Model& set(std::string name, std::same_as<bool> auto yes) { return put(std::move(name), yes); }
    Model& set(std::string name, std::integral auto number)
        requires(!std::same_as<decltype(number), bool>)
    {
        return set(std::move(name), std::string_view(std::to_string(number)));
    }
    Model& set(std::string name, Model part);
    Model& set(std::string name, List list);

    const std::map<std::string, Value, std::less<>>& values() const { return values_; }

  private:
    Model& put(std::string name, bool yes);

    std::map<std::string, Value, std::less<>> values_;
};

}  // namespace hubward::server::pages
