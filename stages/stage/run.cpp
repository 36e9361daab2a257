#include "stages/stage/run.h"

#include <cerrno>
#include <exception>
#include <iostream>
#include <new>
#include <optional>
#include <sstream>
#include <system_error>

#include "engine/base/process.h"
#include "sluice_version.h"
#include "stages/stage/command_line.h"
#include "stages/stage/describe.h"
#include "stages/stage/help.h"
#include "stages/stage/outputs.h"
#include "stages/stage/stop_signal.h"

namespace sluice::stage {

namespace {

void print_error(std::ostream& err, const std::string& program, const Error& error) {
  err << program << ": " << to_string(error) << "\n";
}

int fail(Surroundings& around, const Description& description, const std::vector<Error>& errors) {
  for (const Error& error : errors) print_error(around.err, description.name, error);
  if (errors.front().kind == ErrorKind::usage) around.err << description.name << " --help says more\n";
  return exit_code(errors.front().kind);
}

Description with_version(Description description) {
  if (description.version.empty()) description.version = std::string(version());
  return description;
}

/// What --help, --describe and --version print.
std::string answer(CommandLine::Request request, const Description& description) {
  if (request == CommandLine::Request::help) return help(description);
  if (request == CommandLine::Request::describe) return pretty_json(describe(description));
  return description.name + " " + description.version + " (results version " + description.results_version +
         ")\n";
}

int print_answer(Surroundings& around, const Description& description, const std::string& text) {
  around.out << text << std::flush;
  if (around.out.good()) return exit_done;
  return fail(around, description, {{"can't write to stdout", "", "is the disk full?", ErrorKind::io}});
}

Error bug(const std::string& what) {
  return {"internal error: " + what, "", "this is a bug of the stage, not of your input: please report it",
          ErrorKind::internal};
}

bool disk_trouble(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EIO || error_number == EROFS;
}

/// Runs the body; whatever it throws becomes an error.
Result<Outcome> guarded(const Body& body, const Values& values, Context& context) {
  try {
    return body(values, context);
  } catch (const std::bad_alloc&) {
    return Error{"out of memory", "", "give the stage more: resources = { memory = ... } in the workflow",
                 ErrorKind::internal};
  } catch (const std::system_error& error) {
    if (error.code().category() == std::generic_category() && disk_trouble(error.code().value()))
      return io_error(error.what(), "", error.code().value());
    return bug(error.what());
  } catch (const std::exception& error) {
    return bug(error.what());
  } catch (...) {
    return bug("an unknown exception");
  }
}

Result<std::optional<State>> state_of(const Description& description, const CommandLine& line,
                                      const Surroundings& around) {
  if (!description.resumable && !description.coordinator) return std::optional<State>();
  const Environment& environment = around.environment;
  if (!line.state_folder.empty()) {
    auto state = open_state(around.disk, line.state_folder, {});
    if (!state) return std::move(state).error();
    return std::optional(*std::move(state));
  }
  if (environment.state_folder.empty()) return std::optional<State>();
  auto state =
      open_state(around.disk, environment.state_folder, {environment.fence_file, environment.fence_token});
  if (!state) return std::move(state).error();
  return std::optional(*std::move(state));
}

/// What is left to do once the body has returned.
Result<Outcome> conclude(Result<Outcome> outcome, Outputs& outputs, Context& context) {
  if (!outcome) return outcome;
  if (*outcome == Outcome::again)
    return context.state() != nullptr ? outcome : bug("the stage wants to go on later, but keeps no state");
  if (context.rank() != 0) return outcome;
  if (auto committed = outputs.commit(); !committed) return std::move(committed).error();
  return outcome;
}

Result<Outcome> execute(const Description& description, CommandLine& line, Surroundings& around,
                        const Body& body) {
  auto state = state_of(description, line, around);
  if (!state) return std::move(state).error();
  const Environment& environment = around.environment;
  if (*state) watch_stop_signals(line.state_folder.empty() ? Interrupt::ignore : Interrupt::stop);
  Outputs outputs(around.disk);
  auto paths = outputs.prepare(description, line.values.outputs, line.values.inputs);
  if (!paths) return std::move(paths).error();
  line.values.output_paths = *std::move(paths);

  const bool speaks = environment.rank == 0;
  const bool bar = speaks && environment.terminal && environment.progress_file.empty();
  Progress progress(around.clock, speaks ? environment.progress_file : "", bar ? &around.err : nullptr);
  Context context(progress, *state ? &**state : nullptr, line.threads > 0 ? line.threads : environment.cpus,
                  environment.rank, line.strict, line.given);
  auto outcome = conclude(guarded(body, line.values, context), outputs, context);
  progress.finish(context.skipped());
  if (const std::string skipped = context.skipped_summary(); !skipped.empty())
    around.err << description.name << ": " << skipped << "\n";
  return outcome;
}

}  // namespace

int run_stage(const Description& incomplete, std::span<const std::string> words, Surroundings& around,
              const Body& body) {
  const Description description = with_version(incomplete);
  if (const auto wrong = mistakes(description); !wrong.empty()) {
    for (const std::string& mistake : wrong) print_error(around.err, description.name, bug(mistake));
    return exit_internal;
  }
  auto [line, errors] = parse_command_line(description, words, around.disk);
  if (errors.empty() && line.request != CommandLine::Request::run)
    return print_answer(around, description, answer(line.request, description));
  if (errors.empty())
    find_files(description, line.values, around.environment.data_folders, around.disk, errors);
  if (!errors.empty()) return fail(around, description, errors);

  const auto outcome = execute(description, line, around, body);
  if (!outcome) return fail(around, description, {outcome.error()});
  if (*outcome == Outcome::done) return exit_done;
  around.err << description.name << ": stopped at a checkpoint; the same command goes on from there\n";
  return exit_again;
}

int run_process(int argc, char** argv,
                const std::function<int(std::span<const std::string>, Surroundings&)>& with) {
  hold_standard_descriptors();
  try {
    RealDisk disk;
    RealClock clock;
    Surroundings around{environment_of_process(), disk, clock, std::cout, std::cerr};
    const std::vector<std::string> words(argv + 1, argv + std::max(argc, 1));
    return with(words, around);
  } catch (const std::exception& error) {
    std::cerr << to_string(bug(error.what())) << "\n";
  }
  return exit_internal;
}

}  // namespace sluice::stage
