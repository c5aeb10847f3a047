// SPDX-License-Identifier: Apache-2.0
//
// What is wrong with bytes from outside: the field, and what to do about it. Never the value, which
// may be personal.
#pragma once

#include <string>
#include <vector>

namespace hubward::server::wire {

struct Fault {
    std::string pointer;  // RFC 6901 JSON pointer, "/needs/0"; "" for the whole document
    std::string detail;   // what is expected there, as a full sentence
    // A stable word for machines: "required", "type", "range", "format", "code", "syntax", "limit",
    // "duplicate". Also decides the OperationOutcome issue type on FHIR routes.
    std::string kind;
};
using Faults = std::vector<Fault>;  // at least one in an error; at most 20 are collected

}  // namespace hubward::server::wire
