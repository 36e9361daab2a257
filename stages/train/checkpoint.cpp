#include "stages/train/checkpoint.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "engine/base/hash.h"

namespace sluice::train {

namespace {

constexpr const char* checkpoint_prefix = "checkpoint-";
constexpr const char* best_name = "best.h5";
constexpr const char* manifest_name = "manifest.json";
constexpr const char* optimiser_format = "sluice-optimiser";
constexpr std::size_t digits = 9;

std::string numbered(const std::string& prefix, std::int64_t number) {
  const std::string text = std::to_string(number);
  return prefix + std::string(digits - std::min(digits, text.size()), '0') + text;
}

/// A number as text, because the JSON library may read the last bit of a number in another way.
json::value exact(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.begin(), text.end(), number).ptr;
  return json::string(text.data(), end);
}

double from_exact(const json::value* value, double otherwise) {
  if (value == nullptr) return otherwise;
  if (value->is_number()) return value->to_number<double>();  // of checkpoints that are older than this
  if (!value->is_string()) return otherwise;
  const std::string_view text = value->get_string();
  double number = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::string position_text(const Position& position, const std::string& identity) {
  const Progressing& p = position.progressing;
  json::array sums;
  for (const double sum : position.sums) sums.push_back(exact(sum));
  json::array history;
  for (const std::string& line : position.history) history.emplace_back(line);
  return pretty_json(json::object{{"identity", identity},
                                  {"step", position.step},
                                  {"sums", std::move(sums)},
                                  {"best", exact(p.best)},
                                  {"best_epoch", p.best_epoch},
                                  {"stale", p.stale},
                                  {"plateau_stale", p.plateau_stale},
                                  {"plateau_factor", exact(p.plateau_factor)},
                                  {"history", std::move(history)}});
}

std::optional<Position> parse_position(const json::object& object) {
  Position position;
  const auto step = json_int(object, "step");
  const json::array* sums = json_array(object, "sums");
  const json::array* history = json_array(object, "history");
  if (!step || sums == nullptr || sums->size() != sum_count || history == nullptr) return std::nullopt;
  position.step = *step;
  for (std::size_t i = 0; i < sum_count; ++i) position.sums[i] = from_exact(&sums->at(i), 0);
  for (const json::value& line : *history)
    if (line.is_string()) position.history.emplace_back(line.get_string());
  Progressing& p = position.progressing;
  p.best = from_exact(object.if_contains("best"), p.best);
  p.best_epoch = json_int(object, "best_epoch").value_or(-1);
  p.stale = json_int(object, "stale").value_or(0);
  p.plateau_stale = json_int(object, "plateau_stale").value_or(0);
  p.plateau_factor = from_exact(object.if_contains("plateau_factor"), 1);
  return position;
}

std::string manifest_of(const std::map<std::string, std::string>& files) {
  json::object list;
  for (const auto& [name, bytes] : files) list[name] = to_hex(hash_bytes(bytes));
  return pretty_json(json::object{{"sluice_checkpoint", 1}, {"files", std::move(list)}});
}

Error damaged(const std::string& what, const std::string& path) {
  return {what, path, "it was half-written, or changed since", ErrorKind::data};
}

}  // namespace

Checkpoints::Checkpoints(Disk& disk, stage::State& state, std::string identity, std::size_t keep,
                         std::function<void(const std::string&)> say)
    : disk_(disk), state_(state), identity_(std::move(identity)), keep_(keep), say_(std::move(say)) {}

Status Checkpoints::publish(const std::string& name, Files files) {
  const std::string target = join_path(state_.folder(), name);
  const std::string next = target + ".next-" + std::to_string(getpid());
  const auto written = [&]() -> Status {
    if (auto removed = disk_.remove_tree(next); !removed) return removed;
    if (auto made = disk_.make_folders(next); !made) return made;
    files[manifest_name] = manifest_of(files);
    for (const auto& [file, bytes] : files)
      if (auto one = disk_.write(join_path(next, file), bytes, Sync::yes); !one) return one;
    if (auto owned = state_.check_fence(); !owned) return owned;
    if (auto removed = disk_.remove_tree(target); !removed) return removed;
    return disk_.rename(next, target);
  }();
  if (!written) (void)disk_.remove_tree(next);
  return written;
}

Result<std::vector<std::string>> Checkpoints::names() {
  auto entries = disk_.list(state_.folder());
  if (!entries) return std::move(entries).error();
  const std::string prefix = checkpoint_prefix;
  std::vector<std::string> found;
  for (const FolderEntry& entry : *entries)
    if (entry.name.starts_with(prefix) && entry.name.size() == prefix.size() + digits)
      found.push_back(entry.name);
  return found;
}

Status Checkpoints::prune() {
  auto found = names();
  if (!found) return std::move(found).error();
  for (std::size_t i = 0; i + keep_ < found->size(); ++i)
    if (auto removed = disk_.remove_tree(join_path(state_.folder(), (*found)[i])); !removed) return removed;
  return Ok{};
}

Status Checkpoints::save(const Checkpoint& checkpoint) {
  auto files = model::model_files(checkpoint.model);
  if (!files) return std::move(files).error();
  model::Arrays arrays;
  for (const auto& [name, numbers] : checkpoint.optimiser)
    arrays[name] = {{static_cast<std::int64_t>(numbers.size())}, numbers};
  auto optimiser = model::to_hdf5(arrays, optimiser_format);
  if (!optimiser) return std::move(optimiser).error();
  (*files)["optimiser.h5"] = *std::move(optimiser);
  if (!checkpoint.best.empty()) {
    auto best = model::weights_file(checkpoint.best);
    if (!best) return std::move(best).error();
    (*files)[best_name] = *std::move(best);
  }
  (*files)["progress.json"] = position_text(checkpoint.position, identity_);
  const std::string name = numbered(checkpoint_prefix, checkpoint.position.step);
  if (auto published = publish(name, *std::move(files)); !published) return published;
  // A pointer for people, and a commit that the engine's rules about checkpoints can see.
  if (auto committed = state_.commit("newest", name + "\n"); !committed) return committed;
  return prune();
}

Result<Checkpoints::Files> Checkpoints::read_whole(const std::string& name) {
  const std::string folder = join_path(state_.folder(), name);
  auto manifest = disk_.read(join_path(folder, manifest_name));
  if (!manifest) return damaged("this checkpoint has no list of its files", folder);
  auto value = parse_json(*manifest, folder);
  const json::object* list =
      value && value->is_object() ? json_object(value->get_object(), "files") : nullptr;
  if (list == nullptr) return damaged("this checkpoint's list of files can't be read", folder);
  Files files;
  for (const auto& [file, hash] : *list) {
    auto bytes = disk_.read(join_path(folder, std::string(file)));
    if (!bytes) return damaged("a file of this checkpoint is missing", join_path(folder, std::string(file)));
    if (!hash.is_string() || to_hex(hash_bytes(*bytes)) != hash.get_string())
      return damaged("this file of a checkpoint is not as it was written",
                     join_path(folder, std::string(file)));
    files[std::string(file)] = *std::move(bytes);
  }
  return files;
}

Result<Checkpoint> Checkpoints::read(const std::string& name) {
  const std::string folder = join_path(state_.folder(), name);
  auto files = read_whole(name);
  if (!files) return std::move(files).error();
  auto value = parse_json((*files)["progress.json"], folder + "/progress.json");
  const auto position = value && value->is_object() ? parse_position(value->get_object()) : std::nullopt;
  if (!position) return damaged("this checkpoint does not say where it was", folder + "/progress.json");
  if (json_string(value->get_object(), "identity") != identity_)
    return Error{"this checkpoint is of a training with other settings or data", folder, "",
                 ErrorKind::usage};
  auto model = model::read_model(disk_, folder);
  if (!model) return std::move(model).error();
  auto arrays = model::from_hdf5((*files)["optimiser.h5"], optimiser_format, folder + "/optimiser.h5");
  if (!arrays) return std::move(arrays).error();
  Checkpoint checkpoint{*std::move(model), {}, {}, *position};
  if (files->contains(best_name)) {
    auto best = model::parse_weights((*files)[best_name], folder + "/" + best_name);
    if (!best) return std::move(best).error();
    checkpoint.best = *std::move(best);
  }
  for (auto& [array_name, array] : *arrays)
    if (auto* numbers = std::get_if<0>(&array.numbers))
      checkpoint.optimiser[array_name] = std::move(*numbers);
  return checkpoint;
}

Result<std::optional<Checkpoint>> Checkpoints::load() {
  auto found = names();
  if (!found) return std::move(found).error();
  for (auto name = found->rbegin(); name != found->rend(); ++name) {
    auto checkpoint = read(*name);
    if (checkpoint) return std::optional(*std::move(checkpoint));
    const bool other = checkpoint.error().kind == ErrorKind::usage;
    say_(checkpoint.error().where + ": " + checkpoint.error().what +
         (other ? ": begins from the start" : ": going on from the one before"));
    if (other) break;
  }
  return std::optional<Checkpoint>();
}

}  // namespace sluice::train
