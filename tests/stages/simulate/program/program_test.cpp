// sluice-simulate as a whole program: its files, its determinism, and its messages on a bad day.
#include <gtest/gtest.h>

#include <csignal>
#include <fstream>

#include "engine/base/disk.h"
#include "engine/base/process.h"
#include "stages/edm4hep/reader.h"
#include "tests/support/child_process.h"
#include "tests/support/temporary_folder.h"

namespace sluice::simulate {
namespace {

const std::string program = SLUICE_BIN_DIR "/sluice-simulate";
const std::string shared_folder = SLUICE_SOURCE_DIR "/../shared";

class SimulateTest : public testing::Test {
 protected:
  Captured run(std::vector<std::string> flags) {
    flags.insert(flags.begin(), program);
    return *RealProcesses().capture(flags, 120);
  }
  std::string simulated(const std::string& name, std::vector<std::string> flags) {
    flags.insert(flags.end(), {"--output.events", folder / name});
    const Captured result = run(flags);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return content(folder / name);
  }
  std::string content(const std::string& path) { return RealDisk().read(path).value_or("(none)"); }
  /// Exit code and message of a run that has to fail.
  void fails(std::vector<std::string> flags, int code, const std::string& message) {
    flags.insert(flags.end(), {"--output.events", folder / "out.root"});
    const Captured result = run(flags);
    EXPECT_EQ(result.exit_code, code);
    EXPECT_EQ(result.err, message);
    EXPECT_FALSE(RealDisk().stat(folder / "out.root")->exists());
  }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder / name) << text;
    return folder / name;
  }

  tests::TemporaryFolder folder;
};

TEST_F(SimulateTest, ThreadsChangeNothing) {
  const std::vector<std::string> flags = {"--process", "ee_qq_91.2", "--events", "20", "--threads"};
  auto one = flags;
  one.emplace_back("1");
  auto many = flags;
  many.emplace_back("5");
  EXPECT_EQ(simulated("one.root", one), simulated("many.root", many));
}

TEST_F(SimulateTest, AnEventIsTheSameAloneAndAmongOthers) {
  simulated("all.root", {"--process", "ee_tautau_91.2", "--events", "6"});
  simulated("last.root", {"--process", "ee_tautau_91.2", "--events", "1", "--first_event", "5"});
  auto all = edm4hep::Reader::open(folder / "all.root");
  auto last = edm4hep::Reader::open(folder / "last.root");
  ASSERT_TRUE(all && last);
  const std::vector<edm4hep::Request> names = {edm4hep::want<float>("ECALBarrel.energy"),
                                               edm4hep::want<float>("PandoraPFOs.energy"),
                                               edm4hep::want<double>("MCParticles.momentum.x")};
  const auto sixth = all->read(names, {5, 6});
  const auto alone = last->read(names, {0, 1});
  ASSERT_TRUE(sixth && alone);
  const auto floats = [](const auto& column) { return std::vector<float>(column.begin(), column.end()); };
  EXPECT_EQ(floats((*sixth)[0].template of<float>(0)), floats((*alone)[0].template of<float>(0)));
  EXPECT_EQ(floats((*sixth)[1].template of<float>(0)), floats((*alone)[1].template of<float>(0)));
  EXPECT_GT((*alone)[2].objects(), 4U);
}

TEST_F(SimulateTest, SimulatesPythiasFiles) {
  const std::string file = shared_folder + "/hepmc3/ee_tautau_91.hepmc3.gz";
  if (!RealDisk().stat(file)->exists()) GTEST_SKIP() << "needs " << file;
  simulated("tau.root", {"--input.hepmc", file, "--first_event", "290"});
  const auto reader = edm4hep::Reader::open(folder / "tau.root");
  ASSERT_TRUE(reader) << to_string(reader.error());
  EXPECT_EQ(reader->entries(), 10U);
}

/// data/pythia/generate.py with a stand-in for Pythia, which makes one Z to two photons' worth of record.
TEST_F(SimulateTest, ReadsWhatThePythiaScriptWrites) {
  write("pythia8mc.py", R"(
class Particle:
    def __init__(self, code, status, mothers, p, x=(0, 0, 0, 0)):
        self.values = dict(id=code, status=status, px=p[0], py=p[1], pz=p[2], e=p[3], m=0.0, xProd=x[0], yProd=x[1],
                           zProd=x[2], tProd=x[3], motherList=mothers, isFinal=status > 0)
    def __getattr__(self, name):
        return lambda: self.values[name]
class Event(list):
    def size(self):
        return len(self)
class Pythia:
    def __init__(self, *arguments): pass
    def readString(self, text): return True
    def init(self): return True
    def next(self): return True
    event = Event([Particle(90, -11, [], (0, 0, 0, 91)), Particle(11, -12, [], (0, 0, 45.5, 45.5)),
                   Particle(-11, -12, [], (0, 0, -45.5, 45.5)), Particle(23, -22, [1, 2], (0, 0, 0, 91)),
                   Particle(22, 23, [3], (45.5, 0, 0, 45.5)), Particle(22, 23, [3], (-45.5, 0, 0, 45.5))])
)");
  const Captured made =
      *RealProcesses().capture({"/usr/bin/env", "PYTHONPATH=" + folder.path(), "PYTHONDONTWRITEBYTECODE=1",
                                "python3", SLUICE_SOURCE_DIR "/data/pythia/generate.py", "ee_qq_91",
                                "--events", "3", "--output", folder / "made.hepmc.gz"},
                               60);
  ASSERT_EQ(made.exit_code, 0) << made.err;
  simulated("made.root", {"--input.hepmc", folder / "made.hepmc.gz", "--strict"});
  auto reader = edm4hep::Reader::open(folder / "made.root");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->entries(), 3U);
}

TEST_F(SimulateTest, TheOtherDetectorWorksToo) {
  EXPECT_GT(
      simulated("cld.root", {"--process", "gun", "--gun_pdg", "211", "--detector", "cld", "--events", "5"})
          .size(),
      10'000U);
}

TEST_F(SimulateTest, NothingToSimulateIsUsage) {
  fails({}, 64,
        "sluice-simulate: there is nothing to simulate\n"
        "  give --process ee_qq_380 or --input.hepmc FILE\n"
        "sluice-simulate --help says more\n");
  const std::string file = write("e.hepmc", "");
  fails({"--process", "gun", "--input.hepmc", file}, 64,
        "sluice-simulate: --process, --input.hepmc: a process and a file of collisions: only one of them can "
        "be "
        "simulated\n  leave one of them out\nsluice-simulate --help says more\n");
}

TEST_F(SimulateTest, UnknownNamesAreExplained) {
  fails({"--process", "ee_ttba_380"}, 64,
        "sluice-simulate: --process: there is no process 'ee_ttba_380'\n"
        "  did you mean 'ee_ttbar_380'? the energy in GeV comes last\nsluice-simulate --help says more\n");
  const Captured result =
      run({"--process", "gun", "--detector", "clik", "--output.events", folder / "out.root"});
  EXPECT_EQ(result.exit_code, 64);
  EXPECT_NE(result.err.find("did you mean 'clic'?"), std::string::npos) << result.err;
}

TEST_F(SimulateTest, AWrongDetectorFileIsShown) {
  std::string text = content(SLUICE_SOURCE_DIR "/data/detectors/clic.toml");
  text.replace(text.find("field_t = 4.0"), 13, "field_t = nan");
  const std::string file = write("mine.toml", text);
  fails({"--process", "gun", "--detector", file}, 65,
        "sluice-simulate: " + file + ": this is no detector\n" + file +
            ":12:11: error: 'field_t' is not a finite number\n"
            "  field_t = nan  # [g]\n"
            "            ^~~\n"
            "  it has to be from 0.01 to 20\n"
            "1 error\n  see docs/simulation.md\n");
}

TEST_F(SimulateTest, ABrokenFileOfCollisionsIsNamedWithItsLine) {
  const std::string head = "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\n";
  const std::string file = write("broken.hepmc", head + "E 0 1 1\nU GEV MM\nP 1 0 22 1 2 three 4 0 1\n");
  fails({"--input.hepmc", file}, 65,
        "sluice-simulate: " + file +
            ":5: this is not a particle of this event\n"
            "  is the file complete? make it again, or cut it before this event\n");
  const std::string empty = write("empty.hepmc", head);
  fails({"--input.hepmc", empty}, 65,
        "sluice-simulate: " + empty + ": there are no events in it\n  events are counted from 0\n");
  fails({"--input.hepmc", empty, "--events", "0"}, 64,
        run({"--input.hepmc", empty, "--events", "0", "--output.events", folder / "out.root"}).err);
}

TEST_F(SimulateTest, ABadEventIsSkippedAndCountedOrFatal) {
  const std::string file =
      write("nan.hepmc",
            "HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\n"
            "E 0 0 1\nU GEV MM\nP 1 0 22 1 nan 3 4 0 1\nE 1 0 1\nU GEV MM\nP 1 0 22 9 0 3 9.4868 0 1\n");
  const Captured result = run({"--input.hepmc", file, "--output.events", folder / "out.root"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.err,
            "sluice-simulate: skipped 1: 1 x a particle's momentum is not finite (first: " + file + ":3)\n");
  EXPECT_EQ(edm4hep::Reader::open(folder / "out.root")->entries(), 1U);
  (void)RealDisk().remove_tree(folder / "out.root");
  fails({"--input.hepmc", file, "--strict"}, 65,
        "sluice-simulate: " + file +
            ":3: a particle's momentum is not finite\n"
            "  without --strict such events are skipped and counted\n");
}

TEST_F(SimulateTest, ADiskThatIsFullSaysSo) {
  EXPECT_EQ(run({"--process", "gun", "--events", "1", "--output.events", "/proc/events.root"}).exit_code, 74);
}

TEST_F(SimulateTest, TerminatedInTheMiddleItLeavesNoOutput) {
  tests::ChildProcess child(
      {program, "--process", "ee_ttbar_380", "--events", "100000", "--output.events", folder / "out.root"},
      {"SLUICE_PROGRESS=" + (folder / "progress")});
  ASSERT_TRUE(tests::eventually(
      [&] { return content(folder / "progress").find("\"done\":64") != std::string::npos; }));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 128 + SIGTERM);
  EXPECT_FALSE(RealDisk().stat(folder / "out.root")->exists());
}

}  // namespace
}  // namespace sluice::simulate
