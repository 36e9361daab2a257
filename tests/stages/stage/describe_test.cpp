#include "stages/stage/describe.h"

#include <gtest/gtest.h>

#include "stages/stage/help.h"
#include "stages/stage/value.h"
#include "tests/stages/stage/every_feature.h"

namespace sluice::stage {
namespace {

Description described() {
  Description description = every_feature().description();
  description.version = "0.1.0";
  return description;
}

TEST(Describe, HasEveryFeature) {
  EXPECT_EQ(
      json::serialize(describe(described())),
      R"({"sluice_stage":1,"name":"sluice-every","version":"0.1.0","results_version":"7",)"
      R"("summary":"shows every feature of the stage kit","parameters":[)"
      R"({"name":"events","type":"int","default":200,"min":1,"max":1000000,"help":"events to make",)"
      R"("extending":true},)"
      R"({"name":"energy","type":"float","unit":"GeV","default":3.8E2,"min":1E1,"max":1.4E4,)"
      R"("help":"centre-of-mass energy"},)"
      R"({"name":"title","type":"string","default":"no title","help":"text on the plots"},)"
      R"({"name":"pileup","type":"bool","default":false,"help":"overlay other collisions"},)"
      R"({"name":"loss","type":"choice","default":"focal","choices":["focal","cross_entropy"],)"
      R"("help":"what training makes small"},)"
      R"({"name":"magnet","type":"choice","default":"solenoid","choices":["solenoid","dipole"],)"
      R"("help":"kind of magnet"},)"
      R"({"name":"cache","type":"bytes","default":"64 MB","min":"1 MB","max":"1 TiB",)"
      R"("help":"memory for the cache"},)"
      R"({"name":"limit","type":"duration","default":"90 min","min":"1 min","help":"time for the search"},)"
      R"({"name":"layers","type":"list<int>","default":[256,256,128],"min":1,"max":4096,)"
      R"("help":"widths of the layers"},)"
      R"({"name":"tags","type":"list<string>","default":[],"help":"words to file it under"},)"
      R"({"name":"cut","type":"float","unit":"mm","max":1E0,"help":"tracks farther away are left out"},)"
      R"({"name":"seed","type":"int","required":true,"min":0,"help":"another seed, other events"},)"
      R"({"name":"detector","type":"string","default":"clic","help":"detector to simulate",)"
      R"("data":{"folder":"detectors","suffix":".toml"}}],)"
      R"("inputs":[{"name":"events","kind":"file","list":true,"help":"event files"},)"
      R"({"name":"config","kind":"any","optional":true,"help":"settings to start from"}],)"
      R"("outputs":[{"name":"histogram","kind":"file","help":"counts, as CSV"},)"
      R"({"name":"dataset","kind":"folder","optional":true,"help":"shards and their index"}],)"
      R"("resumable":true})");
}

TEST(Help, HasEveryFeature) {
  EXPECT_EQ(help(described()),
            R"(sluice-every: shows every feature of the stage kit

  sluice-every --input.events FILE... --seed N --output.histogram FILE [--FLAG VALUE ...]

Inputs:
  --input.events FILE...  event files
  --input.config PATH     settings to start from [optional]

Outputs:
  --output.histogram FILE  counts, as CSV
  --output.dataset FOLDER  shards and their index [optional]

Parameters:
  --events N           events to make [default 200; 1 to 1000000; more of it goes on with earlier
                       work]
  --energy X           centre-of-mass energy [default 380 GeV; 10 GeV to 14000 GeV]
  --title TEXT         text on the plots [default no title]
  --pileup true|false  overlay other collisions [default false]
  --loss NAME          what training makes small [default focal; one of focal, cross_entropy]
  --magnet NAME        kind of magnet [default solenoid; one of solenoid, dipole]
  --cache BYTES        memory for the cache [default 64 MB; 1 MB to 1 TiB]
  --limit TIME         time for the search [default 90 min; at least 1 min]
  --layers N...        widths of the layers [default 256 256 128; 1 to 4096]
  --tags TEXT...       words to file it under [default: none]
  --cut X              tracks farther away are left out [in mm; at most 1 mm]
  --seed N             another seed, other events [required; at least 0]
  --detector NAME      detector to simulate [default clic; a file *.toml in data folder detectors,
                       or a path]

Every stage:
  --state FOLDER  where it keeps what it needs to go on; with it, TERM, USR2 or Ctrl-C stop at a
                  checkpoint
  --strict        stop at the first bad event instead of skipping and counting it
  --threads N     threads to use [default: all that this process may use]
  --describe      print this table as JSON
  --version       print the version
  --help          print this
  @FILE           in front of the flags: more arguments, one a line

Exit codes: 0 done, 64 bad usage, 65 bad input data, 70 a bug, 74 I/O, 75 stopped at a checkpoint:
run it again
)");
}

/// The lines of --help about one flag, joined.
std::string help_about(const std::string& text, const std::string& flag) {
  const auto begin = text.find("\n  " + flag + " ");
  if (begin == std::string::npos) return "";
  auto end = text.find("\n  -", begin + 1);
  end = std::min(end, text.find("\n\n", begin + 1));
  std::string joined;
  for (const char c : text.substr(begin, end - begin))
    if (!(c == ' ' && joined.ends_with(' '))) joined += c == '\n' ? ' ' : c;
  for (auto at = joined.find("  "); at != std::string::npos; at = joined.find("  ")) joined.erase(at, 1);
  return joined;
}

std::string as_help_writes(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  return value_text(value.is_double() ? Type::real : Type::integer,
                    value.is_double() ? Scalar(value.get_double()) : Scalar(value.get_int64()));
}

TEST(Help, SaysOfEachParameterWhatDescribeSays) {
  const std::string text = help(described());
  const json::object table = describe(described());
  for (const json::value& entry : table.at("parameters").get_array()) {
    const json::object& parameter = entry.get_object();
    const std::string flag = "--" + *json_string(parameter, "name");
    const std::string about = help_about(text, flag);
    ASSERT_NE(about, "") << flag;
    const auto says = [&](const std::string& fact) {
      EXPECT_NE(about.find(fact), std::string::npos) << flag << " lacks '" << fact << "':" << about;
    };
    for (const char* key : {"help", "unit", "min", "max"})
      if (const json::value* value = parameter.if_contains(key)) says(as_help_writes(*value));
    if (parameter.contains("required")) says("required");
    if (const json::array* choices = json_array(parameter, "choices"))
      for (const json::value& choice : *choices) says(as_help_writes(choice));
    if (const json::value* standard = parameter.if_contains("default");
        standard != nullptr && !standard->is_array())
      says("default " + as_help_writes(*standard));
  }
}

TEST(Description, RefusesATableThatContradictsItself) {
  struct Options {
    std::int64_t events = 0;
    double cut = 1;
    bool help = false;
    std::string magnet = "none";
    OutputPath out;
  };
  Table<Options> table("sluice-wrong", "is wrong in many ways");
  table.parameter("events", &Options::events).range(1, 10).help("too few by default");
  table.parameter("Cut", &Options::cut).help("has a capital letter");
  table.parameter("cut", &Options::cut);
  table.parameter("help", &Options::help).help("belongs to the kit");
  table.parameter("magnet", &Options::magnet).one_of({"solenoid"}).help("default is none of them");
  table.parameter("magnet", &Options::magnet).unit("T").help("a text has no unit");
  table.output("out", &Options::out, Kind::any).help("what is it?");
  EXPECT_EQ(mistakes(table.description()),
            (std::vector<std::string>{
                "parameter 'Cut': a name is made of a-z, 0-9 and _",
                "parameter 'cut' has no help",
                "parameter 'magnet' is declared twice",
                "parameter 'events': its default is refused: '0' is too small",
                "parameter 'help': that flag belongs to every stage",
                "parameter 'magnet': its default is refused: 'none' is not one of the choices",
                "parameter 'magnet': only numbers have a unit of their own",
                "output 'out' is a file or a folder, not any",
            }));
}

}  // namespace
}  // namespace sluice::stage
