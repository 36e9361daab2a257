#include <boost/program_options.hpp>

namespace po = boost::program_options;

int main() {
  const char* const argv[] = {"proof", "--events", "200"};
  po::options_description options;
  options.add_options()("events", po::value<int>());
  po::variables_map values;
  po::store(po::parse_command_line(3, argv, options), values);
  return values["events"].as<int>() == 200 ? 0 : 1;
}
