// SPDX-License-Identifier: Apache-2.0
#include "server/api/others_first.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hubward::server::api {

http::Task<void> others_first() {
    const http::Executor executor = co_await boost::asio::this_coro::executor;
    const boost::asio::use_awaitable_t<http::Executor> here;
    co_await boost::asio::post(executor, here);
}

}  // namespace hubward::server::api
