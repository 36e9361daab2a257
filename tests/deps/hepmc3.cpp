#include <HepMC3/GenEvent.h>
#include <HepMC3/GenParticle.h>
#include <HepMC3/GenVertex.h>
#include <HepMC3/ReaderAscii.h>
#include <HepMC3/WriterAscii.h>

#include <memory>
#include <sstream>

int main() {
  HepMC3::GenEvent event(HepMC3::Units::GEV, HepMC3::Units::MM);
  auto vertex = std::make_shared<HepMC3::GenVertex>();
  vertex->add_particle_in(std::make_shared<HepMC3::GenParticle>(HepMC3::FourVector(0, 0, 5, 5), 23, 2));
  vertex->add_particle_out(std::make_shared<HepMC3::GenParticle>(HepMC3::FourVector(0, 0, 5, 5), 22, 1));
  event.add_vertex(vertex);
  std::stringstream stream;
  {
    HepMC3::WriterAscii writer(stream);
    writer.write_event(event);
  }
  HepMC3::ReaderAscii reader(stream);
  HepMC3::GenEvent again;
  return reader.read_event(again) && again.particles().size() == 2 ? 0 : 1;
}
