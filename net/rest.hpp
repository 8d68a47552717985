// The REST interface: which address is answered by what. See docs/openapi.yaml.
#pragma once

#include "net/rest_dependencies.hpp"
#include "net/router.hpp"

namespace framewright::net {

/// Every route there is. `dependencies` outlives the router.
Router make_rest_router(const RestDependencies& dependencies);

// One function for each source of that name.
void add_cluster_routes(Router& router, const RestDependencies& dependencies);
void add_config_routes(Router& router, const RestDependencies& dependencies);
void add_health_routes(Router& router, const RestDependencies& dependencies);
void add_image_routes(Router& router, const RestDependencies& dependencies);
void add_input_routes(Router& router, const RestDependencies& dependencies);
void add_job_routes(Router& router, const RestDependencies& dependencies);
void add_job_submission_route(Router& router, const RestDependencies& dependencies);
void add_process_routes(Router& router, const RestDependencies& dependencies);
void add_static_files(Router& router, const RestDependencies& dependencies);

}  // namespace framewright::net
