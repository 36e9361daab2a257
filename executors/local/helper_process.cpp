#include "executors/local/helper_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <memory>
#include <utility>

#include "engine/base/disk.h"
#include "engine/base/process.h"

extern char** environ;  // NOLINT: POSIX names it

namespace sluice::executors {

namespace asio = boost::asio;

namespace {

/// The program is done when it has closed its output.
struct Helper : std::enable_shared_from_this<Helper> {
  explicit Helper(asio::io_context& io) : output(io) {}

  void read_more() {
    output.async_read_some(asio::buffer(buffer),
                           [self = shared_from_this()](const auto& error, std::size_t count) {
                             self->said.append(self->buffer.data(), count);
                             if (!error) return self->read_more();
                             self->finish();
                           });
  }

  void finish() {
    int status = 0;
    const bool reaped = ::waitpid(pid, &status, 0) == pid;
    // Somebody else may have collected it; a helper that fails says why, so silence is success.
    const bool good = reaped ? WIFEXITED(status) && WEXITSTATUS(status) == 0 : said.empty();
    while (!said.empty() && said.back() == '\n') said.pop_back();
    if (good) return done(Ok{});
    done(Error{said.empty() ? "it ended without a word" : said, program, "", ErrorKind::io});
  }

  asio::posix::stream_descriptor output;
  std::array<char, 4096> buffer{};
  std::string program;
  std::string said;
  pid_t pid = 0;
  std::function<void(Status)> done;
};

int spawn(const std::vector<std::string>& argv, int output, pid_t& pid) {
  std::vector<char*> words;
  for (const auto& word : argv) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
  posix_spawnattr_t attributes;
  ::posix_spawnattr_init(&attributes);
  // A group of its own: Ctrl-C at the driver's terminal is not meant for it.
  ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  ::posix_spawnattr_setpgroup(&attributes, 0);
  const int failed = ::posix_spawn(&pid, words[0], &actions, &attributes, words.data(), environ);
  ::posix_spawnattr_destroy(&attributes);
  ::posix_spawn_file_actions_destroy(&actions);
  return failed;
}

}  // namespace

void run_helper(asio::io_context& io, const std::vector<std::string>& argv,
                std::function<void(Status)> done) {
  int ends[2] = {-1, -1};
  int failed = open_pipe(ends[0], ends[1]);
  pid_t pid = 0;
  if (failed == 0) failed = spawn(argv, ends[1], pid);
  if (ends[1] >= 0) ::close(ends[1]);
  if (failed != 0) {
    if (ends[0] >= 0) ::close(ends[0]);
    asio::post(io, [done = std::move(done), program = argv.front(), failed] {
      done(io_error("can't start it", program, failed));
    });
    return;
  }
  auto helper = std::make_shared<Helper>(io);
  helper->output.assign(ends[0]);
  helper->program = argv.front();
  helper->pid = pid;
  helper->done = std::move(done);
  helper->read_more();
}

}  // namespace sluice::executors
