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
