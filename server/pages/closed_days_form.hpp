// SPDX-License-Identifier: Apache-2.0
//
// The days on which a hub is closed: from the fields of a form to what the core takes, and what is wrong
// with them. Pure; any thread.
#pragma once

#include <expected>

#include "matcher/opening.hpp"
#include "server/pages/form.hpp"
#include "server/pages/opening_form.hpp"
#include "server/wire/calendar.hpp"

namespace hubward::server::pages {

// The fields "first" and "last" (empty: one day) added in order, and what is over left out. "24/12/2026"
// and "24.12.2026" are taken as well, because an old browser shows a plain field.
std::expected<matcher::Closures, OpeningFault> with_closed_days(const matcher::Closures& closures,
                                                                const Form& form, matcher::Timestamp now);
// Without those that begin on this date.
matcher::Closures without_closed_days(const matcher::Closures& closures, const wire::Date& first);

}  // namespace hubward::server::pages
