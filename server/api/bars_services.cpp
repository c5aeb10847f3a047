// SPDX-License-Identifier: Apache-2.0
//
// GET /FHIR/R4/HealthcareService and …/{id}: hubs with their capacity, for a look before referring.
#include <charconv>

#include "server/api/bars_handlers.hpp"
#include "server/api/bars_paging.hpp"
#include "server/api/bars_stored.hpp"
#include "server/wire/fhir/healthcare_service.hpp"
#include "server/wire/fhir/search.hpp"

namespace hubward::server::api::bars {
namespace {

struct Row {
    matcher::Hub hub;
    HubKey key;
};

// Empty members ask nothing.
struct Wanted {
    std::string slug;                     // _id
    std::optional<bool> active;
    std::optional<matcher::Need> need;    // service-type
    std::string capacity;                 // status code
};

std::expected<Wanted, Trouble> read_wanted(const http::Request& request) {
    Wanted wanted;
    for (const auto& [key, value] : request.query) {
        if (key == "_id") {
            wanted.slug = value;
        } else if (key == "active") {
            wanted.active = value == "true";
        } else if (key == "capacity-status") {
            wanted.capacity = value;
        } else if (key == "service-type") {
            wanted.need = matcher::parse<matcher::Need>(
                std::string_view(value).substr(value.find('|') == std::string::npos ? 0 : value.find('|') + 1));
            if (!wanted.need) {
                return std::unexpected(
                    Trouble{400, "value", "service-type: a need code is expected.", {}});
            }
        }
    }
    return wanted;
}

bool fits(const Wanted& wanted, const matcher::Hub& hub, matcher::Timestamp now) {
    return (!wanted.active || *wanted.active == hub.profile.active) &&
           (!wanted.need || hub.profile.needs.has(*wanted.need)) &&
           (wanted.capacity.empty() || wanted.capacity == wire::fhir::capacity_status(hub, now));
}

std::string encoded(Services& services, const Row& row) {
    return wire::fhir::encode_healthcare_service(
        row.hub, services.hub_names->name(row.key, services.events), services.base_url,
        services.clock.now());
}

std::optional<Row> row_of(const Services& services, std::string_view slug) {
    return services.view.look([&](const View& view) -> std::optional<Row> {
        const auto index = view.hub_by_slug(slug);
        if (!index) {
            return std::nullopt;
        }
        return Row{view.state().at(*index), hub_key(view.state().at(*index), *index)};
    });
}

std::vector<Row> rows_of(const Services& services, const Wanted& wanted, const FhirPage& page,
                         std::optional<std::uint64_t>& next) {
    std::vector<Row> rows;
    const matcher::Timestamp now = services.clock.now();
    if (!wanted.slug.empty()) {
        if (auto row = row_of(services, wanted.slug); row && fits(wanted, row->hub, now)) {
            rows.push_back(*std::move(row));
        }
        return rows;
    }
    services.view.look([&](const View& view) {
        const auto& hubs = view.state().hubs;
        for (std::size_t i = static_cast<std::size_t>(page.after.value_or(0)); i < hubs.size(); ++i) {
            if (!fits(wanted, hubs[i], now)) {
                continue;
            }
            if (rows.size() == page.count) {
                next = i;
                break;
            }
            rows.push_back({hubs[i], hub_key(hubs[i], matcher::HubIndex{static_cast<std::uint32_t>(i)})});
        }
    });
    return rows;
}

}  // namespace

http::Task<http::Response> read_healthcare_service(Services* services, http::Request request) {
    const auto who = principal_of(request, *services);
    if (!who) {
        co_return told(who.error());
    }
    const auto row = row_of(*services, request.param("id"));
    if (!row) {
        co_return told({404, "not-found", "There is no such HealthcareService here.", {}});
    }
    co_return fhir(200, encoded(*services, *row));
}

http::Task<http::Response> search_healthcare_services(Services* services, http::Request request) {
    const auto who = principal_of(request, *services);
    if (!who) {
        co_return told(who.error());
    }
    const auto page = fhir_page(request);
    const auto wanted = read_wanted(request);
    if (!page || !wanted) {
        co_return told(page ? wanted.error() : page.error());
    }
    std::optional<std::uint64_t> next;
    std::vector<wire::fhir::Found> found;
    for (const Row& row : rows_of(*services, *wanted, *page, next)) {
        found.push_back({"HealthcareService", std::string(row.hub.profile.slug.view()),
                         encoded(*services, row)});
    }
    co_return fhir(200, wire::fhir::encode_searchset(
                            found, std::nullopt, services->base_url, "/FHIR/R4/HealthcareService",
                            next_page("/FHIR/R4/HealthcareService", *page, next)));
}

}  // namespace hubward::server::api::bars
