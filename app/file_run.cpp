#include "app/file_run.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "app/files.hpp"
#include "engine/codec.hpp"

namespace framewright::app {

using engine::ErrorCode;
using engine::Result;
using engine::unexpected;

FileRun::FileRun(actors::FrameService& frames, engine::FramePool& pool, FileWork work)
    : frames_(frames),
      pool_(pool),
      work_(std::move(work)),
      flow_(frames.new_flow()),
      limit_(work_.in_flight) {}

std::vector<FileFailure> FileRun::run(const std::vector<FileTask>& tasks,
                                      const std::function<void()>& on_finished) {
  tasks_ = &tasks;
  on_finished_ = &on_finished;
  failures_.clear();
  for (std::size_t i = 0; i < tasks.size(); ++i) waiting_.push_back(i);
  while (!waiting_.empty() || !running_.empty()) {
    while (!waiting_.empty() && running_.size() < limit_) {
      const auto index = waiting_.front();
      waiting_.pop_front();
      start(index);
    }
    if (!running_.empty()) run_next_answer();
  }
  return std::move(failures_);
}

void FileRun::start(std::size_t index) {
  const bool alone = limit_ == 1;
  auto input = read((*tasks_)[index].source);
  if (!input) {
    if (!postpone(index, input.error(), alone)) finish(index, unexpected(std::move(input).error()));
    return;
  }
  const auto post = [this](std::function<void()> answer) {
    {
      const std::lock_guard lock(mutex_);
      answers_.push_back(std::move(answer));
    }
    answer_came_.notify_one();
  };
  running_[index] = frames_.process(
      {.flow = flow_,
       .input = std::move(*input),
       .pipeline = work_.pipeline,
       .accelerator = work_.accelerator.accelerator,
       .output = work_.output,
       .device = work_.accelerator.device},
      post, [this, index, alone](actors::OutboundFrame frame) { answered(index, alone, std::move(frame)); });
}

Result<engine::EncodedFrame> FileRun::read(const std::filesystem::path& file) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(file, failure);
  if (failure) return unexpected(ErrorCode::NotFound, failure.message());
  if (size == 0) return unexpected(ErrorCode::CorruptMedia, "the file is empty");
  auto lease = pool_.lend(size);
  if (!lease) return unexpected(std::move(lease).error());
  errno = 0;
  std::ifstream in(file, std::ios::binary);
  in.read(reinterpret_cast<char*>(lease->data()), static_cast<std::streamsize>(size));
  if (!in)
    return unexpected(ErrorCode::Internal,
                      std::string("cannot be read: ") + std::strerror(errno == 0 ? EIO : errno));
  engine::EncodedFrame frame;
  frame.buffer = std::move(*lease);
  frame.size_bytes = size;
  const auto header = engine::inspect(frame.payload(), work_.limits);
  if (!header) return unexpected(header.error());
  frame.encoding = header->encoding;
  return frame;
}

void FileRun::answered(std::size_t index, bool was_alone, actors::OutboundFrame frame) {
  running_.erase(index);
  if (frame.answer) return finish(index, write((*tasks_)[index].result, frame));
  if (!postpone(index, frame.answer.error(), was_alone))
    finish(index, unexpected(std::move(frame.answer).error()));
}

Result<void> FileRun::write(const std::filesystem::path& file, const actors::OutboundFrame& frame) {
  const auto bytes = frame.answer->payload();
  return write_file(file, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

bool FileRun::postpone(std::size_t index, const engine::Error& error, bool was_alone) {
  if (error.code != ErrorCode::Overloaded || was_alone) return false;
  limit_ = std::max<std::size_t>(1, running_.size());
  waiting_.push_front(index);
  return true;
}

void FileRun::finish(std::size_t index, const Result<void>& outcome) {
  if (!outcome) failures_.push_back({(*tasks_)[index].source, outcome.error()});
  (*on_finished_)();
}

void FileRun::run_next_answer() {
  std::unique_lock lock(mutex_);
  answer_came_.wait(lock, [this] { return !answers_.empty(); });
  const auto answer = std::move(answers_.front());
  answers_.pop_front();
  lock.unlock();
  answer();
}

}  // namespace framewright::app
