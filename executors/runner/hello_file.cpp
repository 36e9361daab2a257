#include "executors/runner/hello_file.h"

#include <sys/random.h>

#include <array>
#include <stdexcept>
#include <vector>

#include "engine/base/json.h"

namespace sluice::executors {

std::string hello_path(const std::string& folder) { return join_path(folder, "hello.json"); }
std::string beat_path(const std::string& folder) { return join_path(folder, "beat"); }

Status write_hello(Disk& disk, const std::string& folder, const RunnerHello& hello) {
  const json::object object{
      {"runner", hello.runner},     {"socket", hello.socket},
      {"host", hello.process.host}, {"boot_id", hello.process.boot_id},
      {"pid", hello.process.pid},   {"start_ticks", static_cast<std::int64_t>(hello.process.start_ticks)},
      {"version", hello.version},   {"proto", hello.protocol}};
  return disk.write(hello_path(folder), pretty_json(object), Sync::no);
}

Result<RunnerHello> read_hello(Disk& disk, const std::string& folder) {
  const std::string path = hello_path(folder);
  auto text = disk.read(path);
  if (!text) return std::move(text).error();
  auto value = parse_json(*text, path);
  if (!value) return std::move(value).error();
  const json::object* object = value->if_object();
  const auto pid = object != nullptr ? json_int(*object, "pid") : std::nullopt;
  const auto socket = object != nullptr ? json_string(*object, "socket") : std::nullopt;
  if (!pid || !socket) return Error{"not the card of a runner", path, "", ErrorKind::data};
  RunnerHello hello;
  hello.runner = file_name(folder);
  hello.socket = *socket;
  hello.process.host = json_string(*object, "host").value_or("");
  hello.process.boot_id = json_string(*object, "boot_id").value_or("");
  hello.process.pid = *pid;
  hello.process.start_ticks = static_cast<std::uint64_t>(json_int(*object, "start_ticks").value_or(0));
  hello.version = json_string(*object, "version").value_or("");
  hello.protocol = static_cast<int>(json_int(*object, "proto").value_or(0));
  return hello;
}

std::string random_name(int bytes) {
  std::vector<unsigned char> random(static_cast<std::size_t>(bytes));
  if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size()))
    throw std::runtime_error("the kernel gives no random numbers");
  static constexpr char digits[] = "0123456789abcdef";
  std::string name;
  for (const unsigned char byte : random) {
    name += digits[byte >> 4U];
    name += digits[byte & 15U];
  }
  return name;
}

}  // namespace sluice::executors
