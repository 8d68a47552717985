#include "kernels/device_staging.hpp"

#include <algorithm>
#include <array>

namespace framewright::kernels {
namespace {

struct StagingWriter {
  ResizeTables& tables;
  std::byte* to;

  void write_all(const BatchSteps& batch) {
    std::array<DeviceShape, kMaxBatch> shapes;
    std::copy_n(batch.in, batch.count, shapes.begin());
    for (std::size_t at = 0; at < batch.lists[0]->size(); ++at) {
      for (std::size_t i = 0; i < batch.count; ++i) {
        const DeviceStep& step = (*batch.lists[i])[at];
        std::visit([&](const auto& each) { write(each, shapes[i]); }, step);
        shapes[i] = output_shape(step, shapes[i]);
      }
    }
  }
  void write_all(const DeviceSteps& steps, const DeviceShape& in) {
    const DeviceSteps* const only = &steps;
    write_all({&only, &in, 1});
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

std::byte* write_staging(const BatchSteps& batch, ResizeTables& tables, std::byte* to) {
  StagingWriter writer{tables, to};
  writer.write_all(batch);
  return writer.to;
}

std::byte* write_staging(const DeviceSteps& steps, const DeviceShape& in, ResizeTables& tables,
                         std::byte* to) {
  const DeviceSteps* const only = &steps;
  return write_staging({&only, &in, 1}, tables, to);
}

}  // namespace framewright::kernels
