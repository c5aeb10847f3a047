# SPDX-License-Identifier: Apache-2.0
# The files of server/ itself: the gateway, then everything that puts the house together.
find_package(spdlog REQUIRED)

hubward_room(NAME server_gateway
  SOURCES gateway.cpp view.cpp
  HEADERS gateway.hpp view.hpp waiters.hpp
  USES hubward_asio hubward_matcher)
target_link_libraries(hubward_server_gateway PRIVATE hubward_storage)  # its lock; what it asks of storage are ports

hubward_room(NAME server_clock
  SOURCES system_clock.cpp
  HEADERS system_clock.hpp wall_gate.hpp
  USES hubward_matcher)

hubward_room(NAME server
  SOURCES app.cpp backups.cpp calendar_years.cpp clock_watch.cpp config.cpp config_file.cpp config_settings.cpp config_text.cpp
          descriptors.cpp fhir_settings.cpp house_jobs.cpp load_brand.cpp log.cpp open_outbound.cpp ops_routes.cpp policy_file.cpp spelling.cpp
          start_time.cpp store_failure.cpp
  HEADERS app.hpp backups.hpp calendar_years.hpp clock_watch.hpp config.hpp descriptors.hpp fhir_settings.hpp house_jobs.hpp load_brand.hpp log.hpp open_outbound.hpp ops_routes.hpp
          policy_file.hpp spelling.hpp start_time.hpp store_failure.hpp
  USES hubward_server_api hubward_server_auth hubward_server_clock hubward_server_feed hubward_server_gateway
       hubward_server_http hubward_server_outbound hubward_server_jobs hubward_server_metrics hubward_server_pages
       hubward_server_wire hubward_storage hubward_matcher
  OPENS fmt::fmt Boost::json spdlog::spdlog)
target_compile_definitions(hubward_server PUBLIC HUBWARD_VERSION="${PROJECT_VERSION}")

add_executable(hubward main.cpp)
target_link_libraries(hubward PRIVATE hubward_server_cli)
# build/<preset>/hubward, where ./run and people look for it.
set_target_properties(hubward PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
