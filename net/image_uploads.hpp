// POST /api/v1/images/upload: files for the library, each answered for itself.
#pragma once

#include "net/http_exchange.hpp"
#include "net/rest_dependencies.hpp"

namespace framewright::net {

/// Many files as multipart/form-data (parts "file"), one as the raw body (name in `?filename=`), or one in
/// JSON (`{"file_data" (base64), "filename"}`). 201 when all were taken, 207 when some were; the problem of
/// the first when none was.
Awaitable<Response> upload_images(const RestDependencies& rest, Exchange& exchange);

}  // namespace framewright::net
