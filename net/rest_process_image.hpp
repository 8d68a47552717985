// POST /api/v1/process/image: the JSON form of ProcessImage.
//
// In:  `image_data` (base64 of rows of pixels without padding, 8 bits a channel), `width`, `height`,
// `channels`
//      (1, 3, 4), `pipeline` (text or JSON form), `accelerator`.
// Out: `image_data`, `width`, `height`, `channels`, `accelerator` (which ran),
//      `accelerator_reason`, `timings_us`.
#pragma once

#include "net/http_exchange.hpp"
#include "net/rest_dependencies.hpp"

namespace framewright::net {

Awaitable<Response> process_image(const RestDependencies& rest, Exchange& exchange);

}  // namespace framewright::net
