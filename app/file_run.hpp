// Runs files through the frame service, several at a time; one that fails does so alone.
//
// Memory    bytes of files are read into the frame pool; when its budget is used up, fewer files run at a
//           time.
// Threads   run() works on the calling thread; answers are brought to it.
#pragma once

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "actors/frame_service.hpp"
#include "engine/frame_pool.hpp"

namespace framewright::app {

struct FileTask {
  std::filesystem::path source;
  std::filesystem::path result;
};

struct FileFailure {
  std::filesystem::path file;
  engine::Error error;
};

/// What is done with every file.
struct FileWork {
  engine::Pipeline pipeline;
  engine::AcceleratorWish accelerator;
  engine::OutputOptions output;
  engine::Exactness default_exactness = engine::Exactness::Auto;  ///< where `output` says nothing
  engine::ImageLimits limits;
  std::size_t in_flight = 1;
};

class FileRun {
 public:
  FileRun(actors::FrameService& frames, engine::FramePool& pool, FileWork work);

  /// Processes every task and writes its result; calls `on_finished` after each. Returns those that failed.
  std::vector<FileFailure> run(const std::vector<FileTask>& tasks, const std::function<void()>& on_finished);

 private:
  void start(std::size_t index);
  engine::Result<engine::EncodedFrame> read(const std::filesystem::path& file);
  void answered(std::size_t index, bool was_alone, actors::OutboundFrame frame);
  engine::Result<void> write(const std::filesystem::path& file, const actors::OutboundFrame& frame);
  /// Has a file tried again with fewer beside it; false when it already had all the memory to itself.
  bool postpone(std::size_t index, const engine::Error& error, bool was_alone);
  void finish(std::size_t index, const engine::Result<void>& outcome);
  /// Runs the next answer that was brought here; waits for it.
  void run_next_answer();

  // Given.
  actors::FrameService& frames_;
  engine::FramePool& pool_;
  const FileWork work_;
  const std::vector<FileTask>* tasks_ = nullptr;
  const std::function<void()>* on_finished_ = nullptr;
  // Owned.
  engine::FlowId flow_;
  std::size_t limit_;
  std::deque<std::size_t> waiting_;
  std::map<std::size_t, std::unique_ptr<actors::UnaryHandle>> running_;
  std::vector<FileFailure> failures_;
  std::mutex mutex_;
  std::condition_variable answer_came_;
  std::deque<std::function<void()>> answers_;
};

}  // namespace framewright::app
