// Process v2 with the launcher that does not copy the parent's page tables.
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/vfork_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <string>
#include <vector>

namespace process = boost::process::v2;

int main() {
  boost::asio::io_context loop;
  const std::vector<std::string> arguments = {"-c", "exit 7"};
  process::process child = process::posix::vfork_launcher()(loop, "/bin/sh", arguments);
  return child.wait() == 7 ? 0 : 1;
}
