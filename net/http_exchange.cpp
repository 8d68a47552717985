#include "net/http_exchange.hpp"

namespace framewright::net {

Response problem(engine::Error error, std::optional<int> status) {
  Response response;
  response.status = status.value_or(engine::mapping_of(error.code).http_status);
  response.body = std::move(error);
  return response;
}

Response other_method(const Request& request, const std::string& allow) {
  Response response;
  response.status = 204;
  if (request.method != "OPTIONS")
    response = problem({engine::ErrorCode::MethodNotAllowed, "this address takes " + allow});
  response.headers.add("Allow", allow);
  return response;
}

Response text_response(std::string_view media_type, std::string text, int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", std::string(media_type));
  response.body = std::move(text);
  return response;
}

}  // namespace framewright::net
