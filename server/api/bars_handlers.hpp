// SPDX-License-Identifier: Apache-2.0
//
// The coroutines behind bars_routes(), by the file that holds them.
#pragma once

#include "server/api/services.hpp"
#include "server/http/task.hpp"

namespace hubward::server::api::bars {

// bars_message.cpp
http::Task<http::Response> process_message(Services* services, http::Request request);
// bars_read.cpp
http::Task<http::Response> read_service_request(Services* services, http::Request request);
http::Task<http::Response> get_metadata(Services* services, http::Request request);
http::Task<http::Response> get_definitions(Services* services, http::Request request);
// bars_search.cpp
http::Task<http::Response> search_service_requests(Services* services, http::Request request);
// bars_tasks.cpp
http::Task<http::Response> read_task(Services* services, http::Request request);
http::Task<http::Response> search_tasks(Services* services, http::Request request);
// bars_services.cpp
http::Task<http::Response> read_healthcare_service(Services* services, http::Request request);
http::Task<http::Response> search_healthcare_services(Services* services, http::Request request);
// bars_outbox.cpp
http::Task<http::Response> read_outbox(Services* services, http::Request request);
// bars_subscriptions.cpp
http::Task<http::Response> create_subscription(Services* services, http::Request request);
http::Task<http::Response> search_subscriptions(Services* services, http::Request request);
http::Task<http::Response> read_subscription(Services* services, http::Request request);
http::Task<http::Response> delete_subscription(Services* services, http::Request request);
http::Task<http::Response> subscription_status(Services* services, http::Request request);
http::Task<http::Response> subscription_events(Services* services, http::Request request);
// bars_elsewhere.cpp: says what is wrong with the address; the body is not looked at.
http::Response anything_else(const http::Request& head);

}  // namespace hubward::server::api::bars
