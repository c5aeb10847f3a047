// SPDX-License-Identifier: Apache-2.0
#include "server/feed/refusal.hpp"

#include "server/wire/json_writer.hpp"

namespace hubward::server::feed {

http::Response refusal(std::string_view base_url, const Trouble& trouble) {
    http::Response response;
    response.status = trouble.status;
    response.content_type = "application/problem+json";
    wire::JsonWriter out(response.body);
    out.open_object();
    out.text("type", std::string(base_url).append("/problems/").append(trouble.slug));
    out.text("title", trouble.title);
    out.integer("status", trouble.status);
    out.text("detail", trouble.detail);
    out.close_object();
    if (trouble.status == 401) {
        response.with("WWW-Authenticate", "Bearer");
    }
    return response;
}

Trouble bad_request(std::string detail) {
    return {"bad-request", 400, "The request cannot be understood", std::move(detail)};
}

Trouble no_such_stream() {
    return {"not-found", 404, "There is nothing here for you", "There is no such stream."};
}

}  // namespace hubward::server::feed
