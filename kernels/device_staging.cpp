#include "kernels/device_staging.hpp"

namespace framewright::kernels {
namespace {

struct StagingWriter {
  ResizeTables& tables;
  std::byte* to;

  void write_all(const DeviceSteps& steps, DeviceShape shape) {
    for (const DeviceStep& step : steps) {
      std::visit([&](const auto& each) { write(each, shape); }, step);
      shape = output_shape(step, shape);
    }
  }

  template <typename Step>
  void write(const Step&, const DeviceShape&) {}
  void write(const DeviceResize& step, const DeviceShape& in) {
    write_tables(in, {step.width_px, step.height_px, in.channels}, step.interpolation);
  }
  void write(const DeviceLetterbox& step, const DeviceShape& in) {
    write_tables(in, {step.picture.width_px, step.picture.height_px, in.channels}, step.interpolation);
  }
  void write(const DeviceBlend& step, const DeviceShape& in) {
    write_all(step.first, in);
    write_all(step.second, in);
  }

  void write_tables(const DeviceShape& in, const DeviceShape& out, Interpolation interpolation) {
    if (interpolation == Interpolation::Nearest) return;
    const ResizeLayout layout(in, out, interpolation);
    tables.write(layout, to);
    to += layout.table_bytes();
  }
};

}  // namespace

std::byte* write_staging(const DeviceSteps& steps, DeviceShape in, ResizeTables& tables, std::byte* to) {
  StagingWriter writer{tables, to};
  writer.write_all(steps, in);
  return writer.to;
}

}  // namespace framewright::kernels
