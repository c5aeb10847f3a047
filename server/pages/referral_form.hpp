// SPDX-License-Identifier: Apache-2.0
//
// A referral written by hand: from the fields of the form to the document that the API takes, and
// from what is wrong with it back to the fields. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "server/api/problem.hpp"
#include "server/pages/form.hpp"

namespace hubward::server::pages {

// What a person would be asked for first, before anything is sent on; in the order of the page.
std::vector<FieldFault> missing_in(const Form& form);
// Schema ReferralRequest of docs/openapi.json. Empty fields are left out.
std::string referral_json(const Form& form);
// The same without the person, as POST /v1/referrals:check takes it: what the router looks at, and
// nothing that says who it is about.
std::string matching_json(const Form& form);
// What the API found wrong with the document of this form, each field once. At least one.
std::vector<FieldFault> faults_of(const api::Problem& problem, const Form& form);

}  // namespace hubward::server::pages
