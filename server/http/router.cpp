// SPDX-License-Identifier: Apache-2.0
#include "server/http/router.hpp"

#include <algorithm>
#include <array>

#include "server/http/target.hpp"

namespace hubward::server::http {
namespace {

// A path with more segments than any pattern matches nothing but a {name*}, whose rest is cut from
// the raw path, so the count may stop here.
constexpr std::size_t segments_max = 24;

struct Split {
    std::array<std::string_view, segments_max> parts;
    std::size_t count = 0;
};

// "/a/b" is {"a", "b"}; "/" is {""}. What lies beyond the last counted segment stays joined to it.
Split split(std::string_view path) {
    Split found;
    path.remove_prefix(1);
    while (true) {
        const std::size_t slash =
            found.count + 1 == segments_max ? std::string_view::npos : path.find('/');
        found.parts[found.count] = path.substr(0, slash);
        ++found.count;
        if (slash == std::string_view::npos) {
            return found;
        }
        path.remove_prefix(slash + 1);
    }
}

bool segment_equals(std::string_view raw, std::string_view literal) {
    return raw == literal || (raw.contains('%') && percent_decoded(raw) == literal);
}

const Route* with_verb(const std::vector<const Route*>& routes, Verb verb) {
    for (const Route* route : routes) {
        if (route->verb == verb) {
            return route;
        }
    }
    return nullptr;
}

std::string allowed(const std::vector<const Route*>& routes) {
    std::string text;
    const auto add = [&](std::string_view verb) {
        text.append(text.empty() ? "" : ", ").append(verb);
    };
    for (const Route* route : routes) {
        add(name(route->verb));
    }
    if (with_verb(routes, Verb::get) != nullptr && with_verb(routes, Verb::head) == nullptr) {
        add("HEAD");
    }
    if (with_verb(routes, Verb::options) == nullptr) {
        add("OPTIONS");
    }
    return text;
}

}  // namespace

std::expected<Router, std::string> Router::build(std::vector<Route> routes) {
    Router router;
    router.routes_ = std::move(routes);
    for (const Route& route : router.routes_) {
        auto segments = parse(route.pattern);
        if (!segments) {
            return std::unexpected(segments.error());
        }
        if (!route.handle && !route.upgrade) {
            return std::unexpected("route " + std::string(route.pattern) + " has no handler");
        }
        // One shape whatever the parameters are called: "/a/{id}" and "/a/{hub}" are the same place,
        // but then the names must agree, because one of them would never be found.
        const auto same = [&](const Shape& shape) {
            return std::equal(shape.segments.begin(), shape.segments.end(), segments->begin(),
                              segments->end(), [](const Segment& a, const Segment& b) {
                                  return a.kind == b.kind && a.text == b.text;
                              });
        };
        auto shape = std::find_if(router.shapes_.begin(), router.shapes_.end(), same);
        if (shape == router.shapes_.end()) {
            router.shapes_.push_back({*std::move(segments), {}});
            shape = std::prev(router.shapes_.end());
        }
        if (with_verb(shape->routes, route.verb) != nullptr) {
            return std::unexpected("two routes for " + std::string(name(route.verb)) + " " +
                                   std::string(route.pattern));
        }
        shape->routes.push_back(&route);
    }
    std::sort(router.shapes_.begin(), router.shapes_.end(),
                     [](const Shape& left, const Shape& right) {
                         return std::lexicographical_compare(
                             left.segments.begin(), left.segments.end(), right.segments.begin(),
                             right.segments.end(),
                             [](const Segment& a, const Segment& b) { return a.kind < b.kind; });
                     });
    return router;
}

std::expected<std::vector<Router::Segment>, std::string> Router::parse(std::string_view pattern) {
    const auto wrong = [&](std::string_view why) {
        return std::unexpected("route pattern \"" + std::string(pattern) + "\": " +
                               std::string(why));
    };
    if (!pattern.starts_with('/')) {
        return wrong("must start with /");
    }
    std::vector<Segment> segments;
    const Split parts = split(pattern);
    if (parts.count == segments_max) {
        return wrong("has too many segments");
    }
    for (std::size_t i = 0; i < parts.count; ++i) {
        std::string_view text = parts.parts[i];
        if (!text.starts_with('{')) {
            if (text.contains('{') || text.contains('}')) {
                return wrong("a {name} must be a whole segment");
            }
            segments.push_back({Segment::Kind::literal, text});
            continue;
        }
        if (!text.ends_with('}') || text.size() < 3) {
            return wrong("a {name} must be a whole segment");
        }
        text = text.substr(1, text.size() - 2);
        if (!text.ends_with('*')) {
            segments.push_back({Segment::Kind::name, text});
            continue;
        }
        if (i + 1 != parts.count) {
            return wrong("{name*} must come last");
        }
        text.remove_suffix(1);
        segments.push_back({Segment::Kind::rest, text});
    }
    return segments;
}

bool Router::fits(const Shape& shape, std::span<const std::string_view> path) {
    const auto& segments = shape.segments;
    const bool open_end = segments.back().kind == Segment::Kind::rest;
    if (open_end ? path.size() < segments.size() : path.size() != segments.size()) {
        return false;
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
        switch (segments[i].kind) {
            case Segment::Kind::literal:
                if (!segment_equals(path[i], segments[i].text)) {
                    return false;
                }
                break;
            case Segment::Kind::name:
                if (path[i].empty()) {
                    return false;
                }
                break;
            case Segment::Kind::rest:
                return true;
        }
    }
    return true;
}

Router::Match Router::find(Verb verb, std::string_view path) const {
    Match match;
    const Split parts = split(path);
    const std::span<const std::string_view> segments(parts.parts.data(), parts.count);
    const Shape* shape = nullptr;
    for (const Shape& each : shapes_) {
        if (!fits(each, segments)) {
            continue;
        }
        // The most specific shape decides 405; but a verb that only a wider one has is still served.
        const Route* route = with_verb(each.routes, verb);
        if (route == nullptr && verb == Verb::head) {
            route = with_verb(each.routes, Verb::get);
            match.head_of_get = route != nullptr;
        }
        if (route != nullptr) {
            match.route = route;
            shape = &each;
            break;
        }
        if (match.allow.empty()) {
            match.allow = allowed(each.routes);
        }
    }
    if (shape == nullptr) {
        return match;
    }
    match.allow.clear();
    for (std::size_t i = 0; i < shape->segments.size(); ++i) {
        const Segment& segment = shape->segments[i];
        if (segment.kind == Segment::Kind::name) {
            match.params.emplace_back(segment.text, percent_decoded(segments[i]));
        } else if (segment.kind == Segment::Kind::rest) {
            const auto offset = static_cast<std::size_t>(segments[i].data() - path.data());
            match.params.emplace_back(segment.text, percent_decoded(path.substr(offset)));
        }
    }
    return match;
}

}  // namespace hubward::server::http
