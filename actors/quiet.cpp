#include "actors/quiet.hpp"

#include <spdlog/spdlog.h>

#include <exception>
#include <string>

namespace framewright::actors {
namespace {

std::string describe(const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const std::exception& error) {
    return error.what();
  } catch (...) {
    return "an exception that is no std::exception";
  }
}

}  // namespace

void quiet(caf::scheduled_actor* self) {
  self->set_default_handler([](caf::scheduled_actor* actor,
                               caf::message_view& view) -> caf::result<caf::message> {
    spdlog::warn("{}#{}: unexpected message {}", actor->name(), actor->id(), caf::to_string(view.content()));
    return caf::sec::unexpected_message;
  });
  self->set_exception_handler([](caf::scheduled_actor* actor, std::exception_ptr& failure) -> caf::error {
    const auto what = describe(failure);
    spdlog::error("{}#{}: died: {}", actor->name(), actor->id(), what);
    return caf::make_error(caf::sec::runtime_error, what);
  });
}

}  // namespace framewright::actors
