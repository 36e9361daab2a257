#include "stages/hpo/study/journal.h"

#include <array>
#include <charconv>
#include <cmath>

#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "engine/base/record_line.h"

namespace sluice::hpo {

namespace {

constexpr std::array<const char*, 6> endings = {"milestone", "completed",  "passed",
                                                "stopped",   "infeasible", "lost"};

Error damaged(const std::string& where, std::size_t line, const std::string& what) {
  return {what, where + ":" + std::to_string(line), "give the study another folder, or restore the file",
          ErrorKind::data, 0};
}

/// Numbers as texts that give the same bits back; "nan" and "inf" too. (A JSON parser may be off by the last
/// bit.)
std::string exact(double number) {
  std::array<char, 32> text = {};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number).ptr};
}

std::optional<std::vector<double>> numbers_of(std::string_view text) {
  std::vector<double> numbers;
  const char* place = text.data();
  const char* const end = place + text.size();
  while (place < end) {
    double number = 0;
    const auto [stop, error] = std::from_chars(place, end, number);
    if (error != std::errc() || (stop < end && *stop != ' ')) return std::nullopt;
    numbers.push_back(number);
    place = stop < end ? stop + 1 : end;
  }
  return numbers;
}

std::string text_of(const Point& point) {
  std::string text;
  for (const double value : point) text += (text.empty() ? "" : " ") + exact(value);
  return text;
}

/// Steps and losses in turn.
std::string text_of(const std::vector<Measure>& curve) {
  std::string text;
  for (const Measure& measure : curve)
    text += (text.empty() ? "" : " ") + std::to_string(measure.step) + " " + exact(measure.loss);
  return text;
}

std::optional<WorkResult> result_from(const json::object& object) {
  WorkResult result;
  const auto ending = json_string(object, "ending");
  const auto curve = numbers_of(json_string(object, "curve").value_or("?"));
  if (!ending || !curve || curve->size() % 2 != 0) return std::nullopt;
  std::size_t index = 0;
  while (index < endings.size() && *ending != endings[index]) ++index;
  if (index == endings.size()) return std::nullopt;
  result.ending = static_cast<Ending>(index);
  constexpr double most_step = 0x1p53;
  for (std::size_t i = 0; i < curve->size(); i += 2) {
    if (!(std::abs((*curve)[i]) <= most_step)) return std::nullopt;
    result.curve.push_back({static_cast<std::int64_t>((*curve)[i]), (*curve)[i + 1]});
  }
  if (const auto text = json_string(object, "cost")) {
    const auto cost = numbers_of(*text);
    if (!cost || cost->size() != 2) return std::nullopt;
    result.cost = {(*cost)[0], (*cost)[1]};
  }
  result.why = json_string(object, "why").value_or("");
  return result;
}

bool exists(const Space& space, const Point& point) {
  return point.size() == space.parameters.size() && same(settle(space, point), point);
}

bool same_decision(const std::optional<Work>& work, const json::object& object) {
  return work && work->number == json_int(object, "work") && work->job.trial == json_int(object, "trial") &&
         work->job.from == json_int(object, "from") && work->job.until == json_int(object, "until") &&
         work->job.scale == json_int(object, "scale");
}

bool has_whole_line(std::string_view bytes) {
  return read_lines(bytes, [](std::string_view) {}).good > 0;
}

std::int64_t time_of(const json::object& line) { return json_int(line, "at").value_or(0); }

/// What is wrong with the line, or nothing.
std::string apply(Study& study, const json::object& object, Replay& replayed) {
  if (object.contains("ending")) {
    const auto work = json_int(object, "work");
    auto result = result_from(object);
    if (!work || !result) return "is no result";
    study.result(*work, std::move(*result));
    ++replayed.results;
    if (*work >= 0 && *work < replayed.works)
      replayed.times[static_cast<std::size_t>(*work)].ended_ms = time_of(object);
    return {};
  }
  if (const auto run = json_int(object, "again")) {
    const auto work = json_int(object, "work");
    if (!work || *work < 0 || *work >= replayed.works || study.again(*work).run != *run)
      return "is no other run of a work";
    return {};
  }
  if (const auto trials = json_int(object, "allow")) {
    if (*trials < 1) return "allows no trials";
    if (const auto parallel = json_int(object, "parallel"); parallel && *parallel > 0 && replayed.works == 0)
      study.set_parallel(*parallel);
    study.allow(*trials);
    replayed.allowed = *trials;
    return {};
  }
  Point point;
  if (const auto text = json_string(object, "point")) {
    auto read = numbers_of(*text);
    if (!read || !exists(study.settings().space, *read)) return "has no configuration of this space";
    point = std::move(*read);
  }
  if (!same_decision(study.next_known(point), object)) return "is not what the study decides at this place";
  ++replayed.works;
  replayed.times.push_back({time_of(object), 0});
  return {};
}

}  // namespace

std::string journal_head(const StudySettings& settings, std::string_view study_text) {
  const json::object head = {
      {"sluice_study", 1}, {"seed", settings.seed}, {"study", to_hex(hash_bytes(study_text))}};
  return seal_line(json::serialize(head));
}

std::string journal_allow(std::int64_t trials, std::int64_t parallel) {
  return seal_line(json::serialize(json::object{{"allow", trials}, {"parallel", parallel}}));
}

std::string journal_line(const Space& space, const Work& work, std::int64_t at_ms) {
  json::object object = {{"work", work.number},
                         {"trial", work.job.trial},
                         {"from", work.job.from},
                         {"until", work.job.until},
                         {"scale", work.job.scale}};
  if (work.job.fresh) {
    object["point"] = text_of(work.point);
    object["parameters"] = to_json(space, work.point);  // for people
  }
  if (at_ms > 0) object["at"] = at_ms;
  return seal_line(json::serialize(object));
}

std::string journal_line(std::int64_t work, const WorkResult& result, std::int64_t at_ms) {
  json::object object = {{"work", work},
                         {"ending", endings[static_cast<std::size_t>(result.ending)]},
                         {"curve", text_of(result.curve)}};
  if (result.cost.seconds > 0)
    object["cost"] = exact(result.cost.seconds) + " " + exact(result.cost.gpu_seconds);
  if (!result.why.empty()) object["why"] = result.why;
  if (at_ms > 0) object["at"] = at_ms;
  return seal_line(json::serialize(object));
}

std::string journal_again(const Work& work, const std::string& why) {
  return seal_line(json::serialize(json::object{{"work", work.number}, {"again", work.run}, {"why", why}}));
}

std::string_view journal_up_to(std::string_view bytes, std::int64_t trials) {
  std::size_t begin = 0;
  while (begin < bytes.size()) {
    const std::size_t end = bytes.find('\n', begin);
    if (end == std::string_view::npos) break;
    if (const auto text = open_line(bytes.substr(begin, end - begin)); text) {
      const auto value = parse_json(*text, "");
      if (value && value->is_object() && json_int(value->as_object(), "allow").value_or(0) > trials)
        return bytes.substr(0, begin);
    }
    begin = end + 1;
  }
  return bytes;
}

Result<Replay> replay(Study& study, std::string_view head, std::string_view bytes, const std::string& where) {
  Replay replayed;
  std::size_t line = 0;
  while (replayed.consumed < bytes.size()) {
    const std::size_t begin = replayed.consumed;
    const std::size_t end = bytes.find('\n', begin);
    if (end == std::string_view::npos) break;
    ++line;
    const auto text = open_line(bytes.substr(begin, end - begin));
    if (!text) {
      if (has_whole_line(bytes.substr(end + 1))) return damaged(where, line, "this line is damaged");
      break;  // the end of what was written when the machine died
    }
    if (line == 1) {
      if (bytes.substr(begin, end + 1 - begin) != head)
        return damaged(where, line,
                       "was written for another study: the study file, or the seed, has changed");
    } else {
      const auto value = parse_json(*text, where);
      const std::string wrong = value && value->is_object() ? apply(study, value->as_object(), replayed)
                                                            : std::string("is no JSON object");
      if (!wrong.empty()) return damaged(where, line, wrong);
    }
    replayed.consumed = end + 1;
  }
  return replayed;
}

}  // namespace sluice::hpo
