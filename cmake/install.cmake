# SPDX-License-Identifier: Apache-2.0
#
# What `cmake --install` brings to a machine; docs/OPERATIONS.md lists it, and tests/e2e/install.py compares.
# Nothing below /etc: the operator's own files are never written over.
include(GNUInstallDirs)
set(_data ${CMAKE_INSTALL_DATADIR}/hubward)

install(TARGETS hubward RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES configs/hubward.toml configs/closed-days-england.txt DESTINATION ${_data})
install(DIRECTORY configs/policies configs/prometheus configs/grafana DESTINATION ${_data})
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES LICENSE CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DOCDIR})

# systemd reads this folder below /usr and below /usr/local. The prefix is known only now, when it is installed.
install(CODE "
  set(_bin \"\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}\")
  set(_unit \"\${CMAKE_INSTALL_PREFIX}/lib/systemd/system/hubward.service\")
  file(READ \"${PROJECT_SOURCE_DIR}/configs/systemd/hubward.service\" _text)
  string(REPLACE \"ExecStart=/usr/bin/\" \"ExecStart=\${_bin}/\" _text \"\${_text}\")
  message(STATUS \"Installing: \$ENV{DESTDIR}\${_unit}\")
  file(WRITE \"\$ENV{DESTDIR}\${_unit}\" \"\${_text}\")
")
