#include "stages/simulate/hepmc/reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "stages/simulate/hepmc/lines.h"
#include "stages/simulate/particles/pdg.h"

namespace sluice::simulate {

namespace {

constexpr double speed_of_light_mm_ns = 299.792458;
constexpr double farthest_mm = 1e6;
constexpr std::int64_t most_particles = 1'000'000;
constexpr const char* repair = "is the file complete? make it again, or cut it before this event";

/// Takes a line apart at its blanks.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  std::string_view next() {
    const std::size_t begin = std::min(rest_.find_first_not_of(" \t"), rest_.size());
    rest_.remove_prefix(begin);
    const std::size_t end = std::min(rest_.find_first_of(" \t"), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(end);
    return word;
  }
  template <typename Number>
  bool read(Number& number) {
    const std::string_view word = next();
    const auto [stop, problem] = std::from_chars(word.data(), word.data() + word.size(), number);
    return problem == std::errc() && stop == word.data() + word.size();
  }

 private:
  std::string_view rest_;
};

struct Vertex {
  std::vector<int> incoming;  ///< particle numbers of the file, from 1
  bool placed = false;
  Vec3 position;
  double time_mm = 0;
};

struct EventText {
  GeneratedEvent event;
  std::vector<Vertex> vertices;      ///< vertex -n of the file is at n - 1
  std::vector<std::int64_t> origin;  ///< of each particle: 0, a particle, or minus a vertex
  std::int64_t particles_expected = 0;
  double momentum_unit = 1;
  double length_unit = 1;
  std::string problem;
};

bool read_list(std::string_view text, std::vector<int>& numbers) {
  if (!text.starts_with('[') || !text.ends_with(']')) return false;
  text = text.substr(1, text.size() - 2);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    int number = 0;
    const auto [stop, problem] = std::from_chars(text.data(), text.data() + end, number);
    if (problem != std::errc() || stop != text.data() + end) return false;
    numbers.push_back(number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool read_place(Words& words, EventText& text, Vertex& vertex) {
  Vec3 at;
  double time = 0;
  if (!words.read(at.x) || !words.read(at.y) || !words.read(at.z) || !words.read(time)) return false;
  vertex.placed = true;
  vertex.position = at * text.length_unit;
  vertex.time_mm = time * text.length_unit;
  // Not finite is not nearer, either.
  if (!(vertex.position.norm() < farthest_mm && std::abs(vertex.time_mm) < farthest_mm))
    text.problem = "a vertex is more than a kilometre away";
  return true;
}

bool read_particle(Words words, EventText& text) {
  std::int64_t number = 0;
  std::int64_t origin = 0;
  Particle particle;
  double energy = 0;
  if (!words.read(number) || !words.read(origin) || !words.read(particle.pdg) ||
      !words.read(particle.momentum.x) || !words.read(particle.momentum.y) ||
      !words.read(particle.momentum.z) || !words.read(energy) || !words.read(particle.mass) ||
      !words.read(particle.status))
    return false;
  // What is read is trusted as an index from here on.
  const auto count = static_cast<std::int64_t>(text.event.particles.size());
  const auto vertices = static_cast<std::int64_t>(text.vertices.size());
  if (number != count + 1 || origin > count || -origin > vertices || count >= most_particles) return false;
  particle.momentum = particle.momentum * text.momentum_unit;
  particle.mass *= text.momentum_unit;
  if (!std::isfinite(particle.momentum.norm2()) || !std::isfinite(energy) || !std::isfinite(particle.mass))
    text.problem = "a particle's momentum is not finite";
  else if (particle.status == status_stable && (energy < 0 || particle.mass < -0.01))
    text.problem = "a particle's energy or mass is negative";
  else if (std::max({energy * text.momentum_unit, particle.mass, particle.momentum.norm()}) > 1e6)
    text.problem = "a particle's energy is above 1 PeV";
  particle.mass = std::max(particle.mass, 0.0);
  particle.charge = charge_of(particle.pdg);
  text.event.particles.push_back(std::move(particle));
  text.origin.push_back(origin);
  return true;
}

bool read_vertex(Words words, EventText& text) {
  std::int64_t number = 0;
  int status = 0;
  if (!words.read(number) || !words.read(status)) return false;
  // Vertices that move nothing are not written: numbers have gaps.
  if (number >= 0 || -number > most_particles) return false;
  text.vertices.resize(std::max(text.vertices.size(), static_cast<std::size_t>(-number)));
  Vertex& vertex = text.vertices[static_cast<std::size_t>(-number - 1)];
  vertex = {};
  if (!read_list(words.next(), vertex.incoming)) return false;
  for (const int one : vertex.incoming)
    if (one <= 0 || static_cast<std::size_t>(one) > text.event.particles.size()) return false;
  return words.next() != "@" || read_place(words, text, vertex);
}

bool read_units(Words words, EventText& text) {
  const std::string_view momentum = words.next();
  const std::string_view length = words.next();
  if ((momentum != "GEV" && momentum != "MEV") || (length != "MM" && length != "CM")) return false;
  text.momentum_unit = momentum == "MEV" ? 1e-3 : 1;
  text.length_unit = length == "CM" ? 10 : 1;
  return true;
}

bool read_event_line(Words words, EventText& text) {
  std::int64_t vertices = 0;
  return words.read(text.event.number) && words.read(vertices) && words.read(text.particles_expected) &&
         vertices >= 0 && text.particles_expected >= 0;
}

/// Parents and places: a vertex without a place is where its incoming particle was made.
void connect(EventText& text) {
  auto& particles = text.event.particles;
  for (std::size_t i = 0; i < particles.size(); ++i) {
    const std::int64_t origin = text.origin[i];
    if (origin == 0) continue;
    const Vertex* vertex = origin < 0 ? &text.vertices[static_cast<std::size_t>(-origin - 1)] : nullptr;
    if (vertex == nullptr) {
      particles[i].parents = {static_cast<int>(origin - 1)};
    } else {
      for (const int one : vertex->incoming)
        if (static_cast<std::size_t>(one) <= i) particles[i].parents.push_back(one - 1);
    }
    if (vertex != nullptr && vertex->placed) {
      particles[i].vertex = vertex->position;
      particles[i].time_ns = vertex->time_mm / speed_of_light_mm_ns;
    } else if (!particles[i].parents.empty()) {
      const auto parent = static_cast<std::size_t>(particles[i].parents.front());
      particles[i].vertex = particles[parent].vertex;
      particles[i].time_ns = particles[parent].time_ns;
    }
  }
}

}  // namespace

struct HepMcReader::State {
  explicit State(Lines open) : lines(std::move(open)) {}

  Lines lines;
  bool begun = false;
  bool has_event = false;  ///< `event_line` has been read and belongs to the next event
  std::string event_line;
  std::uint64_t event_number = 0;

  Error wrong(std::string what) const { return {std::move(what), lines.where(), repair, ErrorKind::data}; }
  Status begin();
  Result<bool> find_event();
  Status read_line(std::string_view line, EventText& text);
};

HepMcReader::HepMcReader(std::unique_ptr<State> state) : state_(std::move(state)) {}
HepMcReader::HepMcReader(HepMcReader&&) noexcept = default;
HepMcReader& HepMcReader::operator=(HepMcReader&&) noexcept = default;
HepMcReader::~HepMcReader() = default;

Result<HepMcReader> HepMcReader::open(const std::string& path) {
  auto lines = Lines::open(path);
  if (!lines) return std::move(lines).error();
  auto state = std::make_unique<State>(*std::move(lines));
  if (auto begun = state->begin(); !begun) return std::move(begun).error();
  return HepMcReader(std::move(state));
}

Status HepMcReader::State::begin() {
  std::string_view line;
  for (int i = 0; i < 10; ++i) {
    auto more = lines.next(line);
    if (!more) return std::move(more).error();
    if (!*more) break;
    if (line.starts_with("HepMC::Asciiv3-START_EVENT_LISTING")) return Ok{};
    if (line.starts_with("HepMC::IO_GenEvent"))
      return Error{"this is HepMC2's format, which can't be read", lines.where(),
                   "let the generator write HepMC3's (Asciiv3)", ErrorKind::data};
  }
  return Error{"this is no HepMC3 text file: the line HepMC::Asciiv3-START_EVENT_LISTING is missing",
               lines.path(), "see docs/simulation.md for what can be read", ErrorKind::data};
}

/// Goes to the next line that begins an event.
Result<bool> HepMcReader::State::find_event() {
  std::string_view line;
  while (!has_event) {
    auto more = lines.next(line);
    if (!more) return std::move(more).error();
    if (!*more) return false;
    if (!line.starts_with("E ")) continue;
    has_event = true;
    event_line = line.substr(2);
    event_number = lines.number();
  }
  return true;
}

Status HepMcReader::State::read_line(std::string_view line, EventText& text) {
  if (line.size() < 2 || line[1] != ' ')
    return line.empty() ? Status(Ok{}) : wrong("this line makes no sense");
  const Words words(line.substr(2));
  switch (line[0]) {
    case 'P':
      return read_particle(words, text) ? Status(Ok{}) : wrong("this is not a particle of this event");
    case 'V': return read_vertex(words, text) ? Status(Ok{}) : wrong("this is not a vertex of this event");
    case 'U': return read_units(words, text) ? Status(Ok{}) : wrong("units have to be GEV or MEV, MM or CM");
    case 'W': {
      Words weights = words;
      return weights.read(text.event.weight) ? Status(Ok{}) : wrong("this is not a weight");
    }
    case 'A': return Ok{};
    default: return wrong("this line makes no sense");
  }
}

Result<std::optional<ReadEvent>> HepMcReader::next() {
  State& state = *state_;
  auto found = state.find_event();
  if (!found) return std::move(found).error();
  if (!*found) return std::optional<ReadEvent>();
  const std::uint64_t begin = state.event_number;
  EventText text;
  state.has_event = false;
  if (!read_event_line(Words(state.event_line), text))
    return state.wrong("this line does not begin an event");
  std::string_view line;
  while (true) {
    auto more = state.lines.next(line);
    if (!more) return std::move(more).error();
    if (!*more || line.starts_with("HepMC::")) break;
    if (line.starts_with("E ")) {
      state.has_event = true;
      state.event_line = line.substr(2);
      state.event_number = state.lines.number();
      break;
    }
    if (auto read = state.read_line(line, text); !read) return std::move(read).error();
  }
  if (static_cast<std::int64_t>(text.event.particles.size()) != text.particles_expected)
    return Error{"the event that begins here should have " + std::to_string(text.particles_expected) +
                     " particles, but " + std::to_string(text.event.particles.size()) + " follow",
                 state.lines.path() + ":" + std::to_string(begin), repair, ErrorKind::data};
  connect(text);
  if (!std::isfinite(text.event.weight)) text.problem = "the weight is not finite";
  return std::optional<ReadEvent>({std::move(text.event), begin, std::move(text.problem)});
}

Result<bool> HepMcReader::skip() {
  auto found = state_->find_event();
  if (found && *found) state_->has_event = false;
  return found;
}

}  // namespace sluice::simulate
