# SPDX-License-Identifier: Apache-2.0
# What one delivery of the feed costs: frame it once, hand it to N subscribers. Stands on the fakes
# of tests/feed.
if(TARGET hubward_test_support)
  find_package(fmt REQUIRED)
  hubward_bench(NAME bench_feed
    SOURCES feed_bench.cpp ${PROJECT_SOURCE_DIR}/tests/feed/rig.cpp
    USES hubward_server_feed hubward_test_support GTest::gtest fmt::fmt)
  target_compile_definitions(bench_feed PRIVATE
    HUBWARD_ASYNCAPI_FILE="${PROJECT_SOURCE_DIR}/docs/asyncapi.json")
else()
  message(STATUS "bench_feed is left out: it needs HUBWARD_TESTS=ON")
endif()

# The same over real sockets, from a process of its own: fan-out, slow readers, idle memory.
add_executable(feed_load ${CMAKE_CURRENT_LIST_DIR}/feed_load/main.cpp
  ${CMAKE_CURRENT_LIST_DIR}/feed_load/crowd.cpp ${CMAKE_CURRENT_LIST_DIR}/feed_load/server.cpp
  ${CMAKE_CURRENT_LIST_DIR}/feed_load/slow.cpp)
target_link_libraries(feed_load PRIVATE hubward_options hubward_server_feed hubward_server_clock fmt::fmt)
