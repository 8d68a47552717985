#include <nlohmann/json.hpp>

#include "app/version.hpp"
#include "kernels/cuda_device.hpp"

namespace framewright::app {
namespace {

std::vector<std::string> accelerators_found() {
  std::vector<std::string> found = {"cpu"};
  for (const auto& device : kernels::cuda_devices()) {
    found.push_back("cuda:" + std::to_string(device.index) + " (" + device.name + ")");
  }
  return found;
}

}  // namespace

std::string describe_version(bool json) {
  const auto& build = build_version();
  const auto accelerators = accelerators_found();
  if (json) {
    return nlohmann::ordered_json{{"version", build.version},    {"commit", build.commit},
                                  {"branch", build.branch},      {"build_date", build.build_date},
                                  {"compiler", build.compiler},  {"cuda", build.cuda},
                                  {"accelerators", accelerators}}
               .dump(2) +
           "\n";
  }
  std::string text = "framewright " + std::string(build.version) + "\n";
  text += "commit        " + std::string(build.commit) + " (" + std::string(build.branch) + ")\n";
  text += "built         " + std::string(build.build_date) + "\n";
  text += "compiler      " + std::string(build.compiler) + "\n";
  text += "CUDA          " + std::string(build.cuda) + "\n";
  text += "accelerators  ";
  for (std::size_t i = 0; i < accelerators.size(); ++i) text += (i == 0 ? "" : ", ") + accelerators[i];
  return text + "\n";
}

}  // namespace framewright::app
