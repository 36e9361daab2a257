// From a program that has ended well to outputs in their places, and what then becomes of its attempt folder.
#include <algorithm>
#include <cerrno>

#include "engine/plan/render.h"
#include "engine/run/driver.h"

namespace sluice::run {

namespace {

bool is_full_disk(const Error& error) { return error.number == ENOSPC || error.number == EDQUOT; }

}  // namespace

void Driver::perform(const schedule::Publish& action) {
  const Flight& flight = flights_.at(action.unit);
  const auto& outputs = flight.finished->record->outputs;
  const bool has_folder = std::any_of(outputs.begin(), outputs.end(), [](const auto& output) {
    return output.content.kind == FileKind::folder;
  });
  if (!has_folder) return publish_outputs(action.unit);
  transaction_.publishing(flight.id, *flight.finished->record);
  moves_.push_back(action.unit);
}

void Driver::publish_outputs(schedule::Unit unit) {
  Flight& flight = flights_.at(unit);
  const workflow::TaskGraph& graph = world_.graph;
  const auto& stage = graph.stage(unit);
  const auto& evidence = flight.finished->record->outputs;
  std::vector<Content> contents;
  std::vector<store::Artifact> artifacts;
  for (std::uint32_t i = 0; i < stage.outputs.size(); ++i) {
    const auto& name = stage.outputs[i].name;
    const auto seen =
        std::find_if(evidence.begin(), evidence.end(), [&](const auto& each) { return each.name == name; });
    const std::string& path = graph.output_path(unit, i);
    Result<Content> content = Error{"the runner did not report its output " + name, graph.names[unit], ""};
    if (seen != evidence.end())
      content = publisher_.publish({flight.folder + "/" + plan::attempt_output(graph, unit, i),
                                    world_.layout.place(path), world_.layout.set_aside(path), seen->content,
                                    world_.plan.known_output(unit, i)});
    if (content && publisher_.met_a_stranger()) tell_of_stranger(path);
    if (!content && content.error().number == EXDEV)
      return copy_first(unit, flight.folder + "/" + plan::attempt_output(graph, unit, i),
                        world_.layout.place(path));
    if (!content) return publishing_failed(unit, content.error());
    contents.push_back(*content);
    artifacts.push_back({name, path, *content});
  }
  world_.plan.published(unit, contents);
  record_end(flight, *flight.finished, {schedule::Outcome::success, ""});
  if (flight.recipe.empty())
    if (auto prepared = world_.plan.prepare(unit)) flight.recipe = std::move(prepared->recipe);
  transaction_.succeeded(task_id(unit), flight.number, flight.fingerprint, artifacts, flight.recipe);
  feed(schedule::Published{unit, true});
}

void Driver::publishing_failed(schedule::Unit unit, const Error& error) {
  if (is_full_disk(error)) {  // finished work is not thrown away: the next run publishes it
    ++stuck_publishes_;
    return disk_is_full(sluice::to_string(error));
  }
  Flight& flight = flights_.at(unit);
  flight.finished->message = sluice::to_string(error);
  record_end(flight, *flight.finished, {schedule::Outcome::user_failure, flight.finished->message});
  feed(schedule::Published{unit, false});
}

/// An output that goes to another file system may be large. The unit stays where it is until its copy is
/// there; then all its outputs are published, those that are in place already once more.
void Driver::copy_first(schedule::Unit unit, const std::string& from, const std::string& to) {
  ++copying_;
  const auto copy = [&disk = world_.disk, from, to] { return copy_beside(disk, from, to); };
  const auto go_on = [this, unit, to](const Status& copied) {
    --copying_;
    if (!flights_.contains(unit)) return;
    if (!copied) return publishing_failed(unit, copied.error());
    publisher_.copied(to);
    publish_outputs(unit);
  };
  if (!world_.in_background) return go_on(copy());
  world_.in_background(copy, [this, go_on](const Status& copied) {
    if (done()) return;
    go_on(copied);
    turn();
  });
}

/// Once: where somebody removed the history, every output would be such a stranger.
void Driver::tell_of_stranger(const std::string& path) {
  if (std::exchange(told_of_strangers_, true)) return;
  world_.observer.message(MessageLevel::warning,
                          "a file that no run here made stood in the place of the output " + path +
                              "; such files move to " + world_.layout.home() +
                              "/old, where `sluice clean` removes them");
}

/// The empty folder of an attempt that has ended on this machine becomes the next one's: a rename costs a
/// tenth of what making one folder and removing another does.
Status Driver::make_attempt_folder(const Flight& flight) {
  while (!spare_folders_.empty() && is_local(flight.executor)) {
    const std::string spare = std::move(spare_folders_.back());
    spare_folders_.pop_back();
    if (world_.disk.rename(spare, flight.folder)) return Ok{};
    // Its parent is not there yet, or somebody took the spare one away: make it as usual.
    (void)world_.disk.remove_empty_folder(spare);
  }
  return world_.disk.make_folders(flight.folder);
}

/// After a success only the log stays in the attempt folder; what the task left beside its outputs was
/// scratch. Returns the log's path in the run folder, or nothing if it printed nothing. The exit record of an
/// attempt elsewhere lies in its folder: it goes only when the store has it. (Runners here keep a journal.)
std::string Driver::clean_up(const Flight& flight) {
  if (is_local(flight.executor)) {
    if (const auto log = sweep(flight.folder)) return *log;
    spare_folders_.push_back(flight.folder);
    return "";
  }
  sweep_after_commit_.push_back(flight.folder);
  const auto log = world_.disk.stat(world_.layout.log(flight.folder));
  if (!log || !log->exists()) return "";
  return world_.layout.log(flight.folder).substr(world_.layout.root().size() + 1);
}

/// The path of the log; nothing when there is none and the folder is empty now.
std::optional<std::string> Driver::sweep(const std::string& folder) {
  auto entries = world_.disk.list(folder);
  if (!entries) return "";
  std::optional<std::string> log;
  for (const auto& entry : *entries) {
    if (entry.name == Layout::log_name)
      log = folder.substr(world_.layout.root().size() + 1) + "/" + entry.name;
    else
      (void)world_.disk.remove_tree(folder + "/" + entry.name);
  }
  return log;
}

void Driver::sweep_ended() {
  for (const auto& folder : std::exchange(sweep_after_commit_, {}))
    if (!sweep(folder)) (void)world_.disk.remove_empty_folder(folder);
}

}  // namespace sluice::run
