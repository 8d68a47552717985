// Post: how a callback is brought to the thread that wants it, without naming Asio.
#pragma once

#include <functional>

namespace framewright::actors {

/// Posts a function to the executor on which callbacks are wanted. Copies post to the same executor.
using Post = std::function<void(std::function<void()>)>;

}  // namespace framewright::actors
