// Threads of a block as contexts of their own that give way to each other at barriers. A context that is
// through with its thread takes the next one, so that kernels without barriers need a single context.
#include <ucontext.h>

#include <chrono>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

#include "tests/kernels/device_on_host/cuda_runtime_api.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FW_ASAN_FIBERS
#include <sanitizer/common_interface_defs.h>
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FW_ASAN_FIBERS
#include <sanitizer/common_interface_defs.h>
#endif

dim3 threadIdx;
dim3 blockIdx;
dim3 blockDim;
dim3 gridDim;

namespace device_on_host {
namespace {

constexpr std::size_t kStackBytes = std::size_t{256} << 10;
constexpr std::size_t kMaxThreads = 1024;
constexpr std::size_t kMaxSharedBytes = std::size_t{48} << 10;
constexpr int kPattern = 0xCD;

[[noreturn]] void stop(const char* why) {
  std::fprintf(stderr, "device code on the host: %s, block %u, %u, thread %u\n", why, blockIdx.x, blockIdx.y,
               threadIdx.x);
  std::abort();
}

/// A stack to run on, and where it stopped.
struct Context {
  ucontext_t state{};
  std::unique_ptr<char[]> stack;  ///< none for the one that launched
  void* fake_stack = nullptr;     ///< ASan's
  dim3 thread;
};

void switch_to(Context& from, Context& to, const void* stack, std::size_t stack_bytes) {
#ifdef FW_ASAN_FIBERS
  __sanitizer_start_switch_fiber(&from.fake_stack, stack, stack_bytes);
#else
  static_cast<void>(stack);
  static_cast<void>(stack_bytes);
#endif
  swapcontext(&from.state, &to.state);
#ifdef FW_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(from.fake_stack, nullptr, nullptr);
#endif
}

dim3 place(std::size_t number, const dim3& size) {
  const auto n = static_cast<unsigned>(number);
  return {n % size.x, n / size.x % size.y, n / size.x / size.y};
}

std::size_t count(const dim3& size) { return std::size_t{size.x} * size.y * size.z; }

class BlockRunner {
 public:
  void run(const std::function<void()>& thread, std::size_t shared_bytes, bool backwards);
  void wait_at_barrier();
  std::byte* shared() { return shared_.get(); }

 private:
  static void enter();

  void work();
  void resume(Context& context);
  void make_context();
  Context& idle_context();

  // Given.
  const std::function<void()>* thread_ = nullptr;
  bool backwards_ = false;
  // Owned.
  std::vector<std::unique_ptr<Context>> all_;
  std::vector<Context*> idle_;
  std::vector<Context*> waiting_;
  Context* running_ = nullptr;
  Context launcher_;
  const void* launcher_stack_ = nullptr;  ///< as ASan tells it
  std::size_t launcher_stack_bytes_ = 0;
  std::unique_ptr<std::byte[]> shared_;
  std::size_t begun_ = 0;
  std::size_t ended_ = 0;
};

BlockRunner& runner() {
  static BlockRunner one;
  return one;
}

void BlockRunner::enter() { runner().work(); }

/// The life of a context: one thread after the other, until there is none left; then it waits for the next
/// block.
void BlockRunner::work() {
#ifdef FW_ASAN_FIBERS
  __sanitizer_finish_switch_fiber(nullptr, &launcher_stack_, &launcher_stack_bytes_);
#endif
  for (;;) {
    const std::size_t threads = count(blockDim);
    while (begun_ < threads) {
      const std::size_t number = backwards_ ? threads - 1 - begun_ : begun_;
      ++begun_;
      threadIdx = place(number, blockDim);
      (*thread_)();
      ++ended_;
    }
    Context& self = *running_;
    idle_.push_back(&self);
    switch_to(self, launcher_, launcher_stack_, launcher_stack_bytes_);
  }
}

void BlockRunner::resume(Context& context) {
  running_ = &context;
  threadIdx = context.thread;
  switch_to(launcher_, context, context.stack.get(), kStackBytes);
}

void BlockRunner::make_context() {
  all_.push_back(std::make_unique<Context>());
  Context& made = *all_.back();
  made.stack.reset(new char[kStackBytes]);
  getcontext(&made.state);
  made.state.uc_stack.ss_sp = made.stack.get();
  made.state.uc_stack.ss_size = kStackBytes;
  makecontext(&made.state, &BlockRunner::enter, 0);
  idle_.push_back(&made);
}

Context& BlockRunner::idle_context() {
  if (idle_.empty()) make_context();
  Context& context = *idle_.back();
  idle_.pop_back();
  return context;
}

void BlockRunner::wait_at_barrier() {
  Context& self = *running_;
  self.thread = threadIdx;
  waiting_.push_back(&self);
  switch_to(self, launcher_, launcher_stack_, launcher_stack_bytes_);
}

void BlockRunner::run(const std::function<void()>& thread, std::size_t shared_bytes, bool backwards) {
  thread_ = &thread;
  backwards_ = backwards;
  begun_ = ended_ = 0;
  shared_.reset(new std::byte[shared_bytes]);
  std::memset(shared_.get(), kPattern, shared_bytes);
  while (begun_ < count(blockDim)) resume(idle_context());
  while (!waiting_.empty()) {
    if (ended_ > 0) stop("some threads of a block ended while others wait at a barrier");
    for (Context* context : std::exchange(waiting_, {})) resume(*context);
  }
}

}  // namespace

std::byte* dynamic_shared() { return runner().shared(); }

std::uint64_t clock_ns() {
  const auto now = std::chrono::steady_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

int allocations_left = -1;
cudaError_t driver_error = cudaSuccess;
bool has_failed = false;
int last_priority = 0;
int launches = 0;
int graph_launches = 0;
bool captures = true;

void* allocate(std::size_t bytes) {
  if (allocations_left == 0) return nullptr;
  if (allocations_left > 0) --allocations_left;
  void* memory = std::malloc(bytes);
  if (memory != nullptr) std::memset(memory, kPattern, bytes);
  return memory;
}

namespace {

cudaError_t run_now(const Launch& launch, const std::function<void()>& thread) {
  static bool backwards = false;
  const std::size_t blocks = count(launch.blocks);
  const std::size_t threads = count(launch.threads);
  const bool is_possible = blocks > 0 && threads > 0 && threads <= kMaxThreads &&
                           launch.shared_bytes <= kMaxSharedBytes && launch.blocks.y < 65536 &&
                           launch.blocks.z < 65536;
  if (!is_possible) return cudaErrorInvalidValue;
  if (launch.stream != nullptr) last_priority = launch.stream->priority;
  backwards = !backwards;
  ++launches;
  gridDim = launch.blocks;
  blockDim = launch.threads;
  for (std::size_t i = 0; i < blocks; ++i) {
    blockIdx = place(backwards ? blocks - 1 - i : i, gridDim);
    runner().run(thread, launch.shared_bytes, backwards);
  }
  return cudaSuccess;
}

}  // namespace

cudaError_t run(const Launch& launch, const std::function<void()>& thread) {
  return enqueue(launch.stream, [=] { return run_now(launch, thread); });
}

void wait_at_barrier() { runner().wait_at_barrier(); }

}  // namespace device_on_host

void __syncthreads() { device_on_host::wait_at_barrier(); }
