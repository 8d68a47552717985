#include <exception>

#include "app/commands.hpp"
#include "app/console.hpp"

int main(int argc, char** argv) {
  using namespace framewright::app;
  try {
    const auto parsed = parse_command_line(argc, argv);
    if (const auto* command = std::get_if<Command>(&parsed)) return run(*command);
    const auto& answer = std::get<Answer>(parsed);
    if (answer.exit_status == kSuccess) return print(answer.text);
    complain(answer.text);
    return answer.exit_status;
  } catch (const std::exception& failure) {
    complain(failure.what());
    return kFailure;
  }
}
