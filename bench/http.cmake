# SPDX-License-Identifier: Apache-2.0
# hubward_load (client), hubward_bare_edge (what the edge alone can do), bench_http (allocations and
# reads per request, deliveries and idle memory of WebSockets). compare.sh runs the first two, edge.sh
# the first three.
add_executable(hubward_load ${CMAKE_CURRENT_LIST_DIR}/load/main.cpp
  ${CMAKE_CURRENT_LIST_DIR}/load/options.cpp ${CMAKE_CURRENT_LIST_DIR}/load/request_template.cpp
  ${CMAKE_CURRENT_LIST_DIR}/load/tally.cpp ${CMAKE_CURRENT_LIST_DIR}/load/load.cpp)
target_link_libraries(hubward_load PRIVATE hubward_options)

add_executable(hubward_bare_edge ${CMAKE_CURRENT_LIST_DIR}/bare_edge.cpp)
target_link_libraries(hubward_bare_edge PRIVATE hubward_server_http)

add_executable(hubward_epoll_edge ${CMAKE_CURRENT_LIST_DIR}/peers/edge/epoll.cpp)
target_link_libraries(hubward_epoll_edge PRIVATE hubward_options)

hubward_bench(NAME bench_http SOURCES ${CMAKE_CURRENT_LIST_DIR}/http.cpp USES hubward_server_http)
