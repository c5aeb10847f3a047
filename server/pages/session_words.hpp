// SPDX-License-Identifier: Apache-2.0
//
// Sessions, weekly slots and dates in words. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "server/pages/own_hub.hpp"

namespace hubward::server::pages {

// "3 of 8 seats free"; once it has begun or was cancelled, that.
std::string seats_text(const Words& words, const matcher::Session& session, matcher::Timestamp now);
// What is helped with there; empty when it is all that the hub helps with at a table.
std::string helps_with_text(const Words& words, const matcher::HubProfile& profile, matcher::NeedSet needs);
// The seat that is offered, the seat or the date that is booked; empty where there is none.
std::string date_line(const Words& words, const OfferAt& at);
// The coming sessions at which this person could have a seat: number, when, seats. date_page.cpp
Model::List seat_choices(const Words& words, const matcher::Hub& hub, const OfferAt& at, matcher::Timestamp now);
// The needs that a session of this hub may have, as boxes: code, text, chosen.
Model::List need_boxes(const Words& words, const matcher::HubProfile& profile, matcher::NeedSet chosen);

}  // namespace hubward::server::pages
