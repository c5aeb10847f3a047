// SPDX-License-Identifier: Apache-2.0
//
// The coroutine type of the server: an awaitable on one I/O thread's own io_context, with the
// concrete executor (a type-erased one costs 1 to 2 µs a request).
//
// Inside a co_await expression write only names, scalars and constructor calls: g++ 12 destroys a
// braced aggregate or a capturing lambda made there twice.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

namespace hubward::server::http {

using Executor = boost::asio::io_context::executor_type;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;

}  // namespace hubward::server::http
