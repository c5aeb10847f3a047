// SPDX-License-Identifier: Apache-2.0
//
// Whether a JSON document is what a schema of our contracts says: as much of JSON Schema (draft 7)
// as docs/asyncapi.json uses. A keyword that it does not know is a fault, never silence.
//
// For tests and for `hubward feed check`; not for the path of a request. Immutable after load, so
// any thread.
#pragma once

#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace hubward::server::wire {

class SchemaCheck {
  public:
    enum class Unknown { allowed, told };  // members that the schema does not name

    // The schemas of an AsyncAPI or OpenAPI document (components.schemas). Text says what is wrong.
    static std::expected<SchemaCheck, std::string> load(std::string_view contract);
    SchemaCheck(SchemaCheck&&) noexcept;
    SchemaCheck& operator=(SchemaCheck&&) noexcept;
    ~SchemaCheck();

    bool has(std::string_view schema) const;
    // One line for each fault, with a JSON pointer; never a value. Empty when all is well.
    std::vector<std::string> faults(std::string_view schema, std::string_view document,
                                    Unknown unknown = Unknown::allowed) const;

  private:
    struct Impl;
    explicit SchemaCheck(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace hubward::server::wire
