#include "app/serve.hpp"

#include "app/command_line.hpp"
#include "app/console.hpp"

namespace framewright::app {

int run_serve(const config::Configuration&) {
  complain("this build has no network front");
  return kFailure;
}

}  // namespace framewright::app
