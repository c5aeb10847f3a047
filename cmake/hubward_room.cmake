# SPDX-License-Identifier: Apache-2.0
# How a room, a test and a benchmark are declared. One folder is one namespace is one target.

add_library(hubward_options INTERFACE)
target_include_directories(hubward_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(hubward_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough -Werror
  # The same numbers on every machine: no fused multiply-add behind our back.
  -ffp-contract=off
  # A partial initialiser leaves the rest at the defaults that the struct itself states.
  -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)

if(HUBWARD_SANITIZE)
  string(REPLACE ";" "," _sanitizers "${HUBWARD_SANITIZE}")
  target_compile_options(hubward_options INTERFACE
    -fsanitize=${_sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(hubward_options INTERFACE -fsanitize=${_sanitizers})
  if("thread" IN_LIST HUBWARD_SANITIZE)
    target_compile_definitions(hubward_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
    target_compile_options(hubward_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-tsan>)
  endif()
endif()
if(HUBWARD_FUZZ)
  target_compile_options(hubward_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# hubward_room(NAME <a/b> SOURCES ... HEADERS ... USES <targets> OPENS <third-party targets>)
# NAME is the folder below the top; the target is hubward_a_b. OPENS stays private: a library's
# door is the .cpp files of the room that owns it.
function(hubward_room)
  cmake_parse_arguments(ROOM "" "NAME" "SOURCES;HEADERS;USES;OPENS" ${ARGN})
  string(REPLACE "/" "_" _target hubward_${ROOM_NAME})
  add_library(${_target} STATIC ${ROOM_SOURCES})
  target_sources(${_target} PUBLIC
    FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR} FILES ${ROOM_HEADERS})
  target_link_libraries(${_target} PUBLIC hubward_options ${ROOM_USES} PRIVATE ${ROOM_OPENS})
endfunction()

# Some tests have limits for what must be quick. Here they run two at a time, on machines that nobody knows: what must be
# quick may take so many times as long (hubward_process.py), and a test is given up much later.
set(HUBWARD_PATIENCE 5 CACHE STRING "How many times longer than its goal something may take in the tests")

# hubward_test(NAME <name> SOURCES ... USES ... [LABELS ...] [TIMEOUT seconds]), of a quiet machine
# One binary is one ctest entry: discovery of each case would start the binary hundreds of times.
function(hubward_test)
  cmake_parse_arguments(TEST "" "NAME;TIMEOUT" "SOURCES;USES;LABELS" ${ARGN})
  add_executable(${TEST_NAME} ${TEST_SOURCES})
  target_link_libraries(${TEST_NAME} PRIVATE hubward_options ${TEST_USES} GTest::gtest GTest::gmock GTest::gtest_main)
  add_test(NAME ${TEST_NAME} COMMAND ${TEST_NAME})
  if(NOT TEST_TIMEOUT)
    set(TEST_TIMEOUT 300)
  endif()
  math(EXPR TEST_TIMEOUT "${TEST_TIMEOUT} * ${HUBWARD_PATIENCE}")
  # cmake/test_report.py counts the cases that this file names.
  set_tests_properties(${TEST_NAME} PROPERTIES LABELS "${TEST_LABELS}" TIMEOUT ${TEST_TIMEOUT}
    ENVIRONMENT "GTEST_OUTPUT=xml:${PROJECT_BINARY_DIR}/results/gtest/${TEST_NAME}.xml")
endfunction()

# hubward_bench(NAME <name> SOURCES ... USES ...): one question, one Google Benchmark binary.
function(hubward_bench)
  cmake_parse_arguments(BENCH "" "NAME" "SOURCES;USES" ${ARGN})
  add_executable(${BENCH_NAME} ${BENCH_SOURCES})
  target_link_libraries(${BENCH_NAME} PRIVATE hubward_options ${BENCH_USES} benchmark::benchmark_main)
endfunction()
