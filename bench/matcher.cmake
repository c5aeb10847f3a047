# SPDX-License-Identifier: Apache-2.0
hubward_bench(NAME bench_decide SOURCES decide_bench.cpp town.cpp USES hubward_matcher)
hubward_bench(NAME bench_ring SOURCES ring_bench.cpp USES hubward_matcher)
hubward_bench(NAME bench_engine SOURCES engine_bench.cpp town.cpp USES hubward_matcher)
add_executable(bench_memory memory_bench.cpp town.cpp)
target_link_libraries(bench_memory PRIVATE hubward_options hubward_matcher)
add_executable(bench_match match_bench.cpp town.cpp)
target_link_libraries(bench_match PRIVATE hubward_options hubward_matcher)
add_executable(bench_search search_bench.cpp town.cpp)
target_link_libraries(bench_search PRIVATE hubward_options hubward_matcher)
# Boost.Geometry (headers only) is what the index is compared with.
find_package(Boost 1.81 REQUIRED)
add_executable(bench_goals goals_bench.cpp town.cpp)
target_link_libraries(bench_goals PRIVATE hubward_options hubward_matcher Boost::headers)
