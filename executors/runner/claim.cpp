#include "executors/runner/claim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "engine/base/clock.h"
#include "engine/base/process.h"
#include "engine/base/record_line.h"
#include "executors/attempt_json.h"

namespace sluice::executors {

namespace {

struct ClaimText {
  JobStart start;
  std::string host;
};

std::string claim_text(const Token& token, const JobStart& start) {
  const ProcessId self = RealProcesses().self();
  return seal_line(json::serialize(json::object{{"token", token},
                                                {"job", start.job},
                                                {"restart", start.restart},
                                                {"host", self.host},
                                                {"boot_id", self.boot_id},
                                                {"pid", self.pid},
                                                {"start_ticks", static_cast<std::int64_t>(self.start_ticks)},
                                                {"claimed_ns", RealClock().wall_ns()}}));
}

Result<ClaimText> read_claim(const std::string& path) {
  auto bytes = RealDisk().read(path);
  if (!bytes) return std::move(bytes).error();
  const auto text = open_line(*bytes);
  const auto value = text ? parse_own_json(*text, path) : Result<json::value>(Error{"damaged", path, ""});
  if (!value || !value->is_object())
    return Error{"a claim that can't be read", path, "somebody else may have the attempt: it is left alone",
                 ErrorKind::data};
  const json::object& object = value->get_object();
  return ClaimText{
      {json_string(object, "job").value_or(""), static_cast<int>(json_int(object, "restart").value_or(0))},
      json_string(object, "host").value_or("an unknown node")};
}

enum class Made { by_us, by_another, failed };

/// By link, so that the claim is whole from its first instant. A network file system may answer "exists" to
/// its own repeated request: the number of links tells.
Made make_exclusively(const std::string& finished, const std::string& path) {
  if (::link(finished.c_str(), path.c_str()) == 0) return Made::by_us;
  const int link_error = errno;
  struct stat found {};
  if (::stat(finished.c_str(), &found) == 0 && found.st_nlink == 2) return Made::by_us;
  if (link_error == EEXIST) return Made::by_another;
  if (link_error != EPERM && link_error != EOPNOTSUPP && link_error != ENOSYS) {
    errno = link_error;
    return Made::failed;
  }
  // A file system without hard links.
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) return errno == EEXIST ? Made::by_another : Made::failed;
  ::close(fd);
  return ::rename(finished.c_str(), path.c_str()) == 0 ? Made::by_us : Made::failed;
}

Result<Claim> decide(const std::string& finished, const std::string& folder, const JobStart& start) {
  const std::string path = claim_path(folder);
  const Made made = make_exclusively(finished, path);
  if (made == Made::by_us) return Claim{true, ""};
  if (made == Made::failed) return io_error("can't claim the attempt", path, errno);
  if (const auto there = RealDisk().stat(path); there && there->kind == FileKind::folder)
    return Claim{false, ""};  // barred (executors/evidence.h)
  auto first = read_claim(path);
  if (!first) return std::move(first).error();
  const std::string owner =
      "job " + first->start.job + ", start " + std::to_string(first->start.restart) + ", on " + first->host;
  if (first->start.job != start.job || first->start.restart >= start.restart) return Claim{false, owner};
  const std::string again = path + "." + start.job + "." + std::to_string(start.restart);
  const Made made_again = make_exclusively(finished, again);
  if (made_again == Made::failed) return io_error("can't claim the attempt", again, errno);
  return Claim{made_again == Made::by_us, owner};
}

}  // namespace

Result<Claim> claim_attempt(const std::string& folder, const Token& token, const JobStart& start) {
  RealDisk disk;
  const std::string finished = claim_path(folder) + ".tmp-" + host_name() + "-" + std::to_string(::getpid());
  if (auto written = disk.write(finished, claim_text(token, start), Sync::yes); !written)
    return std::move(written).error();
  auto claim = decide(finished, folder, start);
  ::unlink(finished.c_str());
  return claim;
}

}  // namespace sluice::executors
