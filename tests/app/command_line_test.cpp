#include "app/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace framewright::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::variant<Command, Answer> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "framewright");
  return parse_command_line(static_cast<int>(words.size()), words.data());
}

template <class Expected>
Expected parsed(std::vector<const char*> words) {
  const auto result = parse(std::move(words));
  if (const auto* answer = std::get_if<Answer>(&result)) {
    ADD_FAILURE() << answer->text;
    return {};
  }
  return std::get<Expected>(std::get<Command>(result));
}

Answer answered(std::vector<const char*> words) {
  const auto result = parse(std::move(words));
  if (std::holds_alternative<Command>(result)) {
    ADD_FAILURE() << "was taken as a command";
    return {};
  }
  return std::get<Answer>(result);
}

TEST(CommandLine, HelpsWithEverySubcommand) {
  EXPECT_THAT(answered({"--help"}).text, HasSubstr("serve"));
  EXPECT_THAT(answered({"--help"}).text, HasSubstr("Usage: framewright ["));
  for (const auto* command :
       {"serve", "worker", "process", "submit", "jobs", "filters", "config", "version"}) {
    const auto answer = answered({command, "--help"});
    EXPECT_EQ(answer.exit_status, kSuccess) << command;
    EXPECT_THAT(answer.text, HasSubstr(std::string("framewright ") + command));
  }
  EXPECT_THAT(answered({"jobs", "result", "--help"}).text, HasSubstr("framewright jobs result"));
}

TEST(CommandLine, ReadsWhatIsToBeDoneWithNodes) {
  const auto list = parsed<NodesCommand>({"node", "ls", "--watch"});
  EXPECT_EQ(list.action, NodesCommand::Action::List);
  EXPECT_TRUE(list.watch);
  const auto drain =
      parsed<NodesCommand>({"node", "drain", "box-1", "--wait", "--server", "http://front:80"});
  EXPECT_EQ(drain.action, NodesCommand::Action::Drain);
  EXPECT_EQ(drain.id, "box-1");
  EXPECT_TRUE(drain.wait);
  EXPECT_EQ(drain.server.url, "http://front:80");
  EXPECT_EQ(answered({"node", "drain"}).exit_status, kWrongUsage);
}

TEST(CommandLine, CallsWrongUsageByItsName) {
  const std::vector<std::vector<const char*>> wrong = {
      {},
      {"dance"},
      {"serve", "--port", "1"},
      {"serve", "extra"},
      {"process", "a.png", "-o", "out"},
      {"process", "-o", "out", "--pipeline", "invert"},
      {"process", "a.png", "--pipeline", "invert"},
      {"process", "a.png", "-o", "b.png", "--pipeline", "invert", "--quality", "101"},
      {"process", "a.png", "-o", "b.png", "--pipeline", "invert", "--accelerator", "tpu"},
      {"process", "a.png", "-o", "b.png", "--pipeline", "invert", "--accelerator", "cuda:64"},
      {"submit", "a.png", "--pipeline", "invert", "--accelerator", "cuda:x"},
      {"submit", "a.png"},
      {"submit", "a.png", "--pipeline", "invert", "--priority", "10"},
      {"submit", "a.png", "--pipeline", "invert", "-o", "out"},
      {"jobs", "show"},
      {"jobs", "dance"},
      {"config", "dance"},
  };
  for (const auto& words : wrong) {
    const auto answer = answered(words);
    EXPECT_EQ(answer.exit_status, kWrongUsage) << (words.empty() ? "nothing" : words.front());
    EXPECT_EQ(answer.text.find('\n'), std::string::npos) << answer.text;
  }
}

TEST(CommandLine, NamesTheWordThatIsNoCommand) {
  EXPECT_EQ(answered({"dance", "--help-me"}).text, "dance is no command; see framewright --help");
  EXPECT_EQ(answered({"--port", "1"}).text, "--port is no command; see framewright --help");
}

TEST(CommandLine, CollectsSettingsInOrder) {
  const auto serve = parsed<ServeCommand>(
      {"serve", "--config", "a b.yaml", "--set", "http.port=0", "--set", "log.level=debug"});
  EXPECT_EQ(serve.config.file, "a b.yaml");
  EXPECT_THAT(serve.config.overrides, ElementsAre("http.port=0", "log.level=debug"));
}

TEST(CommandLine, ReadsWhatAWorkerJoins) {
  const auto worker = parsed<WorkerCommand>({"worker", "--join", "a:1", "--join", "b:2", "--workers", "3"});
  EXPECT_THAT(worker.join, ElementsAre("a:1", "b:2"));
  EXPECT_EQ(worker.workers, 3);
  EXPECT_EQ(parsed<ServeCommand>({"serve", "--workers", "0"}).workers, 0);
  EXPECT_FALSE(parsed<ServeCommand>({"serve"}).workers);
}

TEST(CommandLine, KeepsCommasOfASettingTogether) {
  EXPECT_THAT(parsed<ServeCommand>({"serve", "--set", "accelerators=cpu,cuda"}).config.overrides,
              ElementsAre("accelerators=cpu,cuda"));
}

TEST(CommandLine, ReadsEverythingForProcess) {
  const auto process =
      parsed<ProcessCommand>({"process", "a.png", "b dir", "-o", "out", "--pipeline",
                              "grayscale|gaussian_blur:kernel_size=5,sigma=1.5", "--format", "webp",
                              "--quality", "90", "--accelerator", "cpu", "--explain"});
  EXPECT_THAT(process.inputs, ElementsAre("a.png", "b dir"));
  EXPECT_EQ(process.output, "out");
  EXPECT_EQ(process.picture.pipeline, "grayscale|gaussian_blur:kernel_size=5,sigma=1.5");
  EXPECT_EQ(process.picture.format, "webp");
  EXPECT_EQ(process.picture.quality, 90);
  EXPECT_EQ(process.picture.accelerator, engine::AcceleratorWish{engine::Accelerator::Cpu});
  EXPECT_TRUE(process.explain);
}

TEST(CommandLine, ReadsOneOfSeveralDevices) {
  using engine::Accelerator;
  using engine::AcceleratorWish;
  const auto wish = [](auto parsed_command) { return parsed_command.picture.accelerator; };
  EXPECT_EQ(wish(parsed<ProcessCommand>({"process", "a", "-o", "b", "-p", "", "--accelerator", "cuda:2"})),
            (AcceleratorWish{Accelerator::Cuda, 2}));
  EXPECT_EQ(wish(parsed<SubmitCommand>({"submit", "a", "-p", "", "--accelerator", "cuda:63"})),
            (AcceleratorWish{Accelerator::Cuda, 63}));
  EXPECT_EQ(wish(parsed<SubmitCommand>({"submit", "a", "-p", "", "--accelerator", "cuda"})),
            AcceleratorWish{Accelerator::Cuda});
  EXPECT_EQ(wish(parsed<SubmitCommand>({"submit", "a", "-p", ""})), AcceleratorWish{});
}

TEST(CommandLine, SaysWhatAcceleratorsItTakes) {
  const auto refused = answered({"process", "a", "-o", "b", "-p", "", "--accelerator", "cuda:64"});
  EXPECT_EQ(
      refused.text,
      "--accelerator: cuda:64: must be one of auto, cpu, cuda, cuda:0 to cuda:63; see framewright process "
      "--help");
  for (const auto* command : {"process", "submit"})
    EXPECT_THAT(answered({command, "--help"}).text, ::testing::HasSubstr("cuda:N")) << command;
}

TEST(CommandLine, TakesAnEmptyPipeline) {
  EXPECT_EQ(parsed<ProcessCommand>({"process", "a.png", "-o", "b.jpg", "--pipeline", ""}).picture.pipeline,
            "");
}

TEST(CommandLine, ExplainsWithoutAnOutput) {
  EXPECT_TRUE(parsed<ProcessCommand>({"process", "a.png", "--pipeline", "invert", "--explain"}).explain);
}

TEST(CommandLine, ListsJobsUnlessToldOtherwise) {
  EXPECT_EQ(parsed<JobsCommand>({"jobs"}).action, JobsCommand::Action::List);
  EXPECT_EQ(parsed<JobsCommand>({"jobs", "ls", "--limit", "3"}).limit, 3);
  const auto result = parsed<JobsCommand>({"jobs", "result", "abc", "-o", "x.png", "--server", "http://h:1"});
  EXPECT_EQ(result.action, JobsCommand::Action::Result);
  EXPECT_EQ(result.id, "abc");
  EXPECT_EQ(result.output, "x.png");
  EXPECT_EQ(result.server.url, "http://h:1");
  EXPECT_EQ(parsed<JobsCommand>({"jobs", "--server", "http://h:2"}).server.url, "http://h:2");
}

TEST(CommandLine, ShowsTheConfigurationUnlessToldToCheckIt) {
  EXPECT_EQ(parsed<ConfigCommand>({"config"}).action, ConfigCommand::Action::Show);
  const auto check = parsed<ConfigCommand>({"config", "check", "--set", "http.port=1"});
  EXPECT_EQ(check.action, ConfigCommand::Action::Check);
  EXPECT_THAT(check.config.overrides, ElementsAre("http.port=1"));
}

}  // namespace
}  // namespace framewright::app
