#include "tests/stages/import/sample/sample.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/edm4hep/writer.h"
#include "stages/stage/random.h"

namespace sluice::import::tests {

namespace {

using edm4hep::ObjectRef;

constexpr double field_t = 4;
constexpr double calorimeter_mm = 1500;

struct Made {
  double px, py, pz, e;
  float charge;
  std::int32_t pdg;
};

/// Random numbers of one event, one after the other.
class Numbers {
 public:
  Numbers(std::uint64_t seed, int event) : seed_(seed), event_(static_cast<std::uint64_t>(event) << 32U) {}
  double uniform() {
    const auto bits = stage::random4(seed_, event_ + next_++);
    return (static_cast<double>(bits[0]) + 0.5) / 4294967296.0;
  }
  double between(double low, double high) { return low + (high - low) * uniform(); }

 private:
  std::uint64_t seed_;
  std::uint64_t event_;
  std::uint64_t next_ = 0;
};

std::vector<Made> make_particles(Numbers& numbers, int count) {
  std::vector<Made> particles;
  for (int i = 0; i < count; ++i) {
    const double kind = numbers.uniform();
    Made made{};
    made.pdg = kind < 0.3 ? 22 : kind < 0.45 ? 130 : kind < 0.73 ? 211 : -211;
    made.charge = made.pdg == 211 ? 1.0F : made.pdg == -211 ? -1.0F : 0.0F;
    const double p = 0.3 * std::exp(numbers.between(0, 4));
    const double phi = numbers.between(-3.1415, 3.1415);
    const double cosine = numbers.between(-0.9, 0.9);
    const double sine = std::sqrt(1 - cosine * cosine);
    const double mass = made.pdg == 22 ? 0 : made.pdg == 130 ? 0.498 : 0.1396;
    made.px = p * sine * std::cos(phi);
    made.py = p * sine * std::sin(phi);
    made.pz = p * cosine;
    made.e = std::sqrt(p * p + mass * mass);
    particles.push_back(made);
  }
  return particles;
}

/// Columns of one collection while an event is made.
template <typename T>
using Column = std::vector<T>;

class EventMaker {
 public:
  EventMaker(const edm4hep::FileSchema& schema, const SampleOptions& options)
      : schema_(schema), options_(options) {}

  void fill(int number, edm4hep::Event& event);

 private:
  void fill_record(edm4hep::Event& event);
  void fill_tracks(edm4hep::Event& event);
  void fill_hits_and_clusters(edm4hep::Event& event, Numbers& numbers);
  void fill_links(edm4hep::Event& event, const char* name, const std::vector<ObjectRef>& from,
                  const std::vector<ObjectRef>& to, const std::vector<float>& weights);
  void fill_candidates(edm4hep::Event& event);

  ObjectRef ref(const char* collection, std::size_t index) const {
    return {static_cast<std::int32_t>(index), schema_.id(collection)};
  }

  const edm4hep::FileSchema& schema_;
  const SampleOptions& options_;
  std::vector<Made> particles_;
};

void EventMaker::fill(int number, edm4hep::Event& event) {
  Numbers numbers(options_.seed, number);
  particles_ = make_particles(numbers, options_.particles);
  fill_record(event);
  fill_tracks(event);
  fill_hits_and_clusters(event, numbers);
  fill_candidates(event);
}

void EventMaker::fill_record(edm4hep::Event& event) {
  const std::size_t count = particles_.size();
  edm4hep::Block& record = event["MCParticles"];
  record.resize(count + 1);  // the first one is the mother of all
  std::vector<std::uint32_t> parents = {0};
  std::vector<ObjectRef> refs;
  record.column<std::int32_t>("PDG")[0] = 23;
  record.column<std::int32_t>("generatorStatus")[0] = 2;
  for (std::size_t i = 0; i < count; ++i) {
    const Made& made = particles_[i];
    record.column<std::int32_t>("PDG")[i + 1] = made.pdg;
    record.column<std::int32_t>("generatorStatus")[i + 1] = 1;
    record.column<std::int32_t>("simulatorStatus")[i + 1] = 1 << 24;
    record.column<float>("charge")[i + 1] = made.charge;
    record.column<double>("mass")[i + 1] =
        std::sqrt(std::max(0.0, made.e * made.e - made.px * made.px - made.py * made.py - made.pz * made.pz));
    record.column<double>("momentum.x")[i + 1] = made.px;
    record.column<double>("momentum.y")[i + 1] = made.py;
    record.column<double>("momentum.z")[i + 1] = made.pz;
    parents.push_back(static_cast<std::uint32_t>(i));
    refs.push_back(ref("MCParticles", 0));
  }
  parents.push_back(static_cast<std::uint32_t>(count));
  record.set_relation("parents", parents, refs);
}

void EventMaker::fill_tracks(edm4hep::Event& event) {
  std::vector<std::size_t> charged;
  for (std::size_t i = 0; i < particles_.size(); ++i)
    if (particles_[i].charge != 0) charged.push_back(i);
  edm4hep::Block& tracks = event["SiTracks_Refitted"];
  tracks.resize(charged.size());
  std::vector<std::uint32_t> offsets;
  for (std::size_t i = 0; i <= charged.size(); ++i) offsets.push_back(static_cast<std::uint32_t>(2 * i));
  edm4hep::Block& states = tracks.set_vector("trackStates", offsets);
  std::vector<ObjectRef> from;
  std::vector<ObjectRef> to;
  for (std::size_t i = 0; i < charged.size(); ++i) {
    const Made& made = particles_[charged[i]];
    const double pt = std::hypot(made.px, made.py);
    tracks.column<float>("chi2")[i] = 12;
    tracks.column<std::int32_t>("ndf")[i] = 10;
    for (const std::size_t state : {2 * i, 2 * i + 1}) {
      states.column<std::int32_t>("location")[state] = state % 2 == 0 ? 1 : 2;
      states.column<float>("phi")[state] = static_cast<float>(std::atan2(made.py, made.px));
      states.column<float>("omega")[state] = static_cast<float>(made.charge * 2.99792458e-4 * field_t / pt);
      states.column<float>("tanLambda")[state] = static_cast<float>(made.pz / pt);
      states.column<float>("referencePoint.x")[state] = state % 2 == 0 ? 0.0F : 31.0F;
    }
    from.push_back(ref("SiTracks_Refitted", i));
    to.push_back(ref("MCParticles", charged[i] + 1));
  }
  fill_links(event, "SiTracksMCTruthLink", from, to, std::vector<float>(from.size(), 1));
}

void EventMaker::fill_hits_and_clusters(edm4hep::Event& event, Numbers& numbers) {
  const std::size_t per_particle = static_cast<std::size_t>(options_.hits_of_particle);
  const std::size_t count = particles_.size();
  edm4hep::Block& hits = event["ECALBarrel"];
  hits.resize(count * per_particle);
  edm4hep::Block& clusters = event["PandoraClusters"];
  clusters.resize(count);
  std::vector<std::uint32_t> offsets = {0};
  std::vector<ObjectRef> members;
  std::vector<ObjectRef> from;
  std::vector<ObjectRef> to;
  std::vector<float> weights;
  const auto energy = hits.column<float>("energy");
  for (std::size_t i = 0; i < count; ++i) {
    const Made& made = particles_[i];
    const double p = std::sqrt(made.px * made.px + made.py * made.py + made.pz * made.pz);
    const double left = made.e * numbers.between(0.7, 1.1);
    for (std::size_t k = 0; k < per_particle; ++k) {
      const std::size_t hit = i * per_particle + k;
      energy[hit] = static_cast<float>(left / static_cast<double>(per_particle));
      const std::array<double, 3> direction = {made.px / p, made.py / p, made.pz / p};
      const std::array<const char*, 3> axes = {"position.x", "position.y", "position.z"};
      for (std::size_t axis = 0; axis < 3; ++axis)
        hits.column<float>(axes[axis])[hit] =
            static_cast<float>(direction[axis] * (calorimeter_mm + 5.05 * static_cast<double>(k % 40)) +
                               numbers.between(-15, 15));
      members.push_back(ref("ECALBarrel", hit));
      from.push_back(ref("ECALBarrel", hit));
      to.push_back(ref("MCParticles", i + 1));
      weights.push_back(0.5F * energy[hit]);
      if (k % 10 != 0) continue;  // every tenth cell is shared
      from.push_back(ref("ECALBarrel", hit));
      to.push_back(ref("MCParticles", (i + 1) % count + 1));
      weights.push_back(0.2F * energy[hit]);
    }
    offsets.push_back(static_cast<std::uint32_t>(members.size()));
    clusters.column<float>("energy")[i] = static_cast<float>(left);
    clusters.column<float>("position.x")[i] = static_cast<float>(made.px / p * calorimeter_mm);
    clusters.column<float>("position.y")[i] = static_cast<float>(made.py / p * calorimeter_mm);
    clusters.column<float>("position.z")[i] = static_cast<float>(made.pz / p * calorimeter_mm);
    clusters.column<float>("iTheta")[i] = static_cast<float>(std::acos(made.pz / p));
  }
  clusters.set_relation("hits", offsets, members);
  fill_links(event, "CalohitMCTruthLink", from, to, weights);
}

void EventMaker::fill_links(edm4hep::Event& event, const char* name, const std::vector<ObjectRef>& from,
                            const std::vector<ObjectRef>& to, const std::vector<float>& weights) {
  edm4hep::Block& links = event[name];
  links.resize(from.size());
  links.set<float>("weight", weights);
  links.set_relation("from", from);
  links.set_relation("to", to);
}

void EventMaker::fill_candidates(edm4hep::Event& event) {
  edm4hep::Block& candidates = event["PandoraPFOs"];
  const std::size_t count = particles_.size();
  candidates.resize(count);
  std::vector<std::uint32_t> track_offsets = {0};
  std::vector<std::uint32_t> cluster_offsets = {0};
  std::vector<ObjectRef> tracks;
  std::vector<ObjectRef> clusters;
  for (std::size_t i = 0; i < count; ++i) {
    const Made& made = particles_[i];
    candidates.column<std::int32_t>("PDG")[i] = made.pdg == 130 ? 2112 : made.pdg;
    candidates.column<float>("energy")[i] = static_cast<float>(made.e);
    candidates.column<float>("charge")[i] = made.charge;
    candidates.column<float>("momentum.x")[i] = static_cast<float>(made.px);
    candidates.column<float>("momentum.y")[i] = static_cast<float>(made.py);
    candidates.column<float>("momentum.z")[i] = static_cast<float>(made.pz);
    if (made.charge != 0) tracks.push_back(ref("SiTracks_Refitted", tracks.size()));
    clusters.push_back(ref("PandoraClusters", i));
    track_offsets.push_back(static_cast<std::uint32_t>(tracks.size()));
    cluster_offsets.push_back(static_cast<std::uint32_t>(clusters.size()));
  }
  candidates.set_relation("tracks", track_offsets, tracks);
  candidates.set_relation("clusters", cluster_offsets, clusters);
}

edm4hep::FileSchema sample_schema() {
  edm4hep::FileSchema schema;
  schema.add("MCParticles", "edm4hep::MCParticle");
  schema.add("SiTracks_Refitted", "edm4hep::Track");
  schema.add("ECALBarrel", "edm4hep::CalorimeterHit");
  schema.add("PandoraClusters", "edm4hep::Cluster");
  schema.add("PandoraPFOs", "edm4hep::ReconstructedParticle");
  schema.add("CalohitMCTruthLink", "edm4hep::CaloHitMCParticleLink");
  schema.add("SiTracksMCTruthLink", "edm4hep::TrackMCParticleLink");
  return schema;
}

}  // namespace

Status write_sample(const std::string& path, const SampleOptions& options) {
  const edm4hep::FileSchema schema = sample_schema();
  auto writer = edm4hep::Writer::create(path, schema);
  if (!writer) return std::move(writer).error();
  EventMaker maker(schema, options);
  edm4hep::Event event(schema);
  for (int i = 0; i < options.events; ++i) {
    maker.fill(i, event);
    if (auto written = writer->write(event); !written) return written;
    event.clear();
  }
  return writer->close();
}

}  // namespace sluice::import::tests
