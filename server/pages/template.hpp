// SPDX-License-Identifier: Apache-2.0
//
// A template of web/templates and a model become HTML. Texts are escaped unless the template says
// {{{…}}}. Any thread; each keeps its own parsed templates.
#pragma once

#include <string>
#include <string_view>

#include "server/pages/model.hpp"

namespace hubward::server::pages {

// `name` without ".html". A template that does not exist or parse is our own mistake and throws
// std::logic_error; a test renders each.
std::string fill(std::string_view name, const Model& model);

}  // namespace hubward::server::pages
