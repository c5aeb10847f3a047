# SPDX-License-Identifier: Apache-2.0
hubward_bench(NAME bench_wire SOURCES wire_bench.cpp USES hubward_server_wire)
target_compile_definitions(bench_wire PRIVATE HUBWARD_TEST_DATA="${PROJECT_SOURCE_DIR}/tests/data")
