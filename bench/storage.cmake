# SPDX-License-Identifier: Apache-2.0
find_package(PkgConfig REQUIRED)
pkg_check_modules(ROCKSDB REQUIRED IMPORTED_TARGET rocksdb)

hubward_bench(
  NAME record_bench
  SOURCES record_bench.cpp ${PROJECT_SOURCE_DIR}/tests/storage/batches.cpp
  USES hubward_storage hubward_matcher)
hubward_bench(
  NAME journal_bench
  SOURCES journal_bench.cpp ${PROJECT_SOURCE_DIR}/tests/storage/batches.cpp
  USES hubward_storage hubward_matcher PkgConfig::ROCKSDB)
hubward_bench(
  NAME startup_bench
  SOURCES startup_bench.cpp ${PROJECT_SOURCE_DIR}/tests/storage/batches.cpp
  USES hubward_storage hubward_matcher)

# For compare.sh: what the disk alone allows.
add_executable(hubward_batch_limit ${CMAKE_CURRENT_LIST_DIR}/batch_limit.cpp
  ${CMAKE_CURRENT_LIST_DIR}/load/tally.cpp)
target_link_libraries(hubward_batch_limit PRIVATE hubward_storage hubward_matcher PkgConfig::ROCKSDB)
