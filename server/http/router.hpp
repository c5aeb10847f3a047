// SPDX-License-Identifier: Apache-2.0
//
// Finds the route for a verb and a path.
//
// Built once before the I/O threads start, read by all of them afterwards without locks. A match
// works on the raw path and decodes a segment only when it becomes a parameter. A literal segment
// wins over {name}, {name} over {name*}; so the order in which rooms add their routes is no matter.
#pragma once

#include <cstddef>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/http/server.hpp"

namespace hubward::server::http {

class Router {
  public:
    using Params = std::vector<std::pair<std::string_view, std::string>>;

    struct Match {
        const Route* route = nullptr;  // nothing: 404 when allow is empty, else 405
        bool head_of_get = false;      // HEAD answered by the GET route without its body
        Params params;
        std::string allow;             // "GET, HEAD, OPTIONS"; filled when no route was found
    };

    // Fails (text names the pattern) on a malformed pattern or two routes with one verb and shape.
    static std::expected<Router, std::string> build(std::vector<Route> routes);

    // `path` is raw (percent codes intact), starts with '/', and has passed target_fault.
    Match find(Verb verb, std::string_view path) const;

  private:
    struct Segment {
        enum class Kind { literal, name, rest } kind = Kind::literal;
        std::string_view text;  // literal text or the parameter's name
    };
    struct Shape {
        std::vector<Segment> segments;
        std::vector<const Route*> routes;  // one per verb
    };

    static std::expected<std::vector<Segment>, std::string> parse(std::string_view pattern);
    static bool fits(const Shape& shape, std::span<const std::string_view> path);

    std::vector<Route> routes_;
    std::vector<Shape> shapes_;  // most specific first
};

}  // namespace hubward::server::http
