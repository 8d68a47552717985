#include "tests/net/rest_server.hpp"

#include "engine/sqlite_image_library.hpp"
#include "net/http_server.hpp"
#include "net/rest.hpp"
#include "tests/engine/temporary_folder.hpp"

namespace framewright::net {
namespace {

engine::Result<std::vector<std::uint8_t>> fake_thumbnail(std::span<const std::uint8_t>) {
  return std::vector<std::uint8_t>{'t', 'h', 'u', 'm', 'b'};
}

RestLimits limits_of(const RestOptions& options) {
  RestLimits limits;
  limits.body_bytes = options.body_bytes;
  limits.upload_image_bytes = options.upload_image_bytes;
  limits.event_silence = options.event_silence;
  limits.files_per_request = 4;
  return limits;
}

}  // namespace

struct RestServer::Parts {
  explicit Parts(const RestOptions& options)
      : budget(options.frame_memory_bytes),
        images(engine::SqliteImageLibrary::open({*stores.database, *stores.directory, fake_thumbnail}, {})
                   .value()),
        rest{frames,
             pool,
             plans,
             *stores.jobs,
             *stores.files,
             stores.notifier,
             *images,
             readiness,
             blocking,
             [](bool openmetrics) { return std::string(openmetrics ? "# EOF\n" : "framewright_up 1\n"); },
             {},
             limits_of(options),
             web,
             [this] { return nodes; },
             [this](const std::string& id) {
               drained.push_back(id);
               return id == "busy";
             },
             [](const engine::ChoiceSubject& subject) {
               const bool is_large = subject.geometry.width_px > 1000;
               return engine::Choice{is_large ? engine::Accelerator::Cuda : engine::Accelerator::Cpu,
                                     engine::AcceleratorReason::Faster, std::chrono::milliseconds{2},
                                     std::chrono::milliseconds{is_large ? 1 : 3}};
             }} {
    rest.system.cpp_version = "1.2.3";
    std::filesystem::create_directory(web);
    router = make_rest_router(rest);
    ListenOptions listen;
    listen.port = 0;
    std::unique_ptr<HttpFront> front(new HttpFront{router, blocking, metrics});
    server = HttpServer::start(listen, std::move(front)).value();
  }
  ~Parts() { blocking.stop(); }

  engine::TemporaryFolder folder;
  const std::filesystem::path web = folder.path() / "web";
  engine::StoresInAFolder stores{folder.path() / "data"};
  engine::FrameBudget budget;
  engine::FramePool pool{budget};
  engine::PlanCache plans{{}, 16};
  std::unique_ptr<engine::SqliteImageLibrary> images;
  FakeUnaryService frames;
  engine::Readiness readiness;
  std::vector<engine::ClusterNode> nodes;
  std::vector<std::string> drained;
  engine::SilentMetrics metrics;
  BlockingPool blocking{2, 256};
  RestDependencies rest;
  Router router;
  std::unique_ptr<HttpServer> server;
};

RestServer::RestServer(RestOptions options) : parts_(std::make_unique<Parts>(options)) {}

RestServer::~RestServer() { stop(); }

RawClient RestServer::client() const { return RawClient(parts_->server->port()); }

RawResponse RestServer::ask(std::string_view method, std::string_view target, std::string_view body,
                            std::string_view extra) const {
  auto one = client();
  one.send(request_text(method, target, body, extra));
  return one.read(method == "HEAD");
}

void RestServer::stop() { parts_->server->stop(std::chrono::steady_clock::now()); }
FakeUnaryService& RestServer::frames() { return parts_->frames; }
engine::StoresInAFolder& RestServer::stores() { return parts_->stores; }
engine::Readiness& RestServer::readiness() { return parts_->readiness; }
std::vector<engine::ClusterNode>& RestServer::nodes() { return parts_->nodes; }
const std::vector<std::string>& RestServer::drained() const { return parts_->drained; }
const std::filesystem::path& RestServer::web_folder() const { return parts_->web; }
std::uint64_t RestServer::frame_memory_used() const { return parts_->budget.used_bytes(); }

std::string part_text(std::string_view name, std::string_view filename, std::string_view content) {
  std::string text = "--X\r\nContent-Disposition: form-data; name=\"";
  text.append(name).append("\"");
  if (!filename.empty()) text.append("; filename=\"").append(filename).append("\"");
  return text.append("\r\n\r\n").append(content).append("\r\n");
}

}  // namespace framewright::net
