// What a CUDA device makes of every filter, as tables; each row is compared with its reference first.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <exception>
#include <vector>

#include "bench/device/tables.hpp"
#include "kernels/cuda_device.hpp"

namespace framewright::kernels {
namespace {

constexpr const char* kUsage =
    "usage: device_bench [--check] [bandwidth] [frames] [overlap] [batches] [latency]\n"
    "Prints the tables that are named, or all.\n"
    "  --check  small pictures and few of them: shows that everything works, and measures nothing\n";

struct Table {
  const char* name;
  void (*print)(const Scale& scale);
};

constexpr Table kTables[] = {{"bandwidth", print_bandwidth},
                             {"frames", print_frames},
                             {"overlap", print_overlap},
                             {"batches", print_batches},
                             {"latency", print_latency}};

int run(const std::vector<const char*>& arguments) {
  Scale scale;
  std::vector<Table> tables;
  for (const char* argument : arguments) {
    const auto* const named = std::find_if(std::begin(kTables), std::end(kTables), [&](const Table& table) {
      return std::strcmp(table.name, argument) == 0;
    });
    if (std::strcmp(argument, "--check") == 0) {
      scale = scale_of_check();
    } else if (named != std::end(kTables)) {
      tables.push_back(*named);
    } else {
      const bool is_help = std::strcmp(argument, "--help") == 0;
      std::fputs(kUsage, is_help ? stdout : stderr);
      return is_help ? 0 : 2;
    }
  }
  if (tables.empty()) tables.assign(std::begin(kTables), std::end(kTables));
  const std::vector<CudaDeviceDescription> devices = cuda_devices();
  if (devices.empty()) {
    std::fprintf(stderr, "no CUDA device: %s\n", why_no_cuda_devices().c_str());
    return 1;
  }
  scale.device_index = devices.front().index;
  std::printf("%s\n", devices.front().name.c_str());
  for (const Table& table : tables) table.print(scale);
  return 0;
}

}  // namespace
}  // namespace framewright::kernels

int main(int argc, char** argv) {
  try {
    return framewright::kernels::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
