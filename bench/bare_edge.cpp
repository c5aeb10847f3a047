// SPDX-License-Identifier: Apache-2.0
//
// The bare edge: the same HTTP server as Hubward's, with a handler that looks at nothing and answers
// a referral's 201 of about 300 bytes. Whatever Hubward adds (decoding, sealing, deciding, the disk)
// is measured against it.
//
//   hubward_bare_edge [PORT] [THREADS]     prints the port, ends with standard input
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "server/http/server.hpp"

namespace {

using namespace hubward::server::http;

constexpr std::string_view answer =
    R"({"id":"00000000-0000-4000-8000-000000000000","reference":"HW-7K3M-Q","status":"offered",)"
    R"("created":"2026-03-02T09:30:00.000Z","needs":[{"need":"device","state":"offered"}],)"
    R"("offers":[{"hub":"armley-library","name":"Armley Library","answer_by":"2026-03-04T09:30:00.000Z"}],)"
    R"("links":{"self":"/v1/referrals/00000000-0000-4000-8000-000000000000"}})";

Task<Response> take(Request) {
    Response response;
    response.status = 201;
    response.content_type = "application/json";
    response.body = answer;
    co_return response;
}

Response refuse(const Request&, unsigned status, std::string_view why, std::string_view) {
    Response response;
    response.status = status;
    response.content_type = "text/plain";
    response.body = why;
    return response;
}

}  // namespace

int main(int count, char** words) {
    Route route;
    route.verb = Verb::post;
    route.pattern = "/v1/referrals";
    route.body_max = 64 * 1024;
    route.handle = take;
    Server::Options options;
    options.port = static_cast<std::uint16_t>(count > 1 ? std::atoi(words[1]) : 0);
    options.threads = count > 2 ? static_cast<unsigned>(std::atoi(words[2])) : 1;
    auto server = Server::listen(options, {route}, refuse);
    if (!server) {
        std::fprintf(stderr, "%s\n", server.error().c_str());
        return 1;
    }
    (*server)->start();
    std::printf("%u\n", static_cast<unsigned>((*server)->port()));
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    const auto& stats = (*server)->stats();
    const auto requests = stats.requests.load();
    std::fprintf(stderr, "reads per request %.3f\n",
                 requests == 0 ? 0.0
                               : static_cast<double>(stats.reads.load()) /
                                     static_cast<double>(requests));
    (*server)->drain(std::chrono::milliseconds(200));
    return 0;
}
