#include "net/rest.hpp"

namespace framewright::net {

Router make_rest_router(const RestDependencies& dependencies) {
  Router router;
  add_process_routes(router, dependencies);
  add_job_submission_route(router, dependencies);
  add_job_routes(router, dependencies);
  add_image_routes(router, dependencies);
  add_cluster_routes(router, dependencies);
  add_config_routes(router, dependencies);
  add_input_routes(router, dependencies);
  add_health_routes(router, dependencies);
  add_static_files(router, dependencies);
  return router;
}

}  // namespace framewright::net
