#include "net/completion.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace framewright::net {

boost::asio::awaitable<void> Completion::wait(engine::SteadyTime deadline) {
  if (done_) co_return;
  timer_.expires_at(deadline);
  boost::system::error_code cancelled;  // Being cancelled is how an announcement arrives.
  co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, cancelled));
}

}  // namespace framewright::net
