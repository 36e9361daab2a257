// A trial of a sweep, for C++ programs that are no stages: this one header, C++17 and POSIX (the protocol:
// docs/trial-protocol.md).
//
//   sluice::Trial trial(argc, argv);                       // finds everything from --trial and the
//   environment Model model(trial.number("lr"), trial.text("loss")); if (trial.step() > 0)
//   model.load(trial.path("model")); while (const auto epoch = trial.next_epoch()) {         // from the last
//   checkpoint to the milestone
//     trial.report(*epoch, {{"val_loss", model.train_one_epoch()}});
//     model.save(trial.new_path("model"));
//     trial.commit(*epoch);                                // atomic; throws if another attempt took over
//   }
//   return trial.done();
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sluice {

class Trial {
 public:
  Trial(int argc, char** argv) {
    for (int i = 1; i + 1 < argc; ++i)
      if (std::string(argv[i]) == "--trial") folder_ = argv[i + 1];
    if (folder_.empty()) throw std::runtime_error("--trial FOLDER is missing");
    run_ = std::stoi(variable("SLUICE_TRIAL_RUN", "1"));
    state_ = variable("SLUICE_STATE_DIR", folder_ + "/checkpoint");
    std::filesystem::create_directories(state_);
    spec_ = flat(read(folder_ + "/spec.json"));
    until_ = std::stoll(flat(read(folder_ + "/" + numbered("run", ".json"))).at("until"));
    const std::string saved = read(state_ + "/step");
    step_ = saved.empty() ? 0 : std::stoll(saved);
    std::signal(SIGTERM, [](int) { asked_to_stop() = true; });
    std::signal(SIGUSR2, [](int) { asked_to_stop() = true; });
  }

  std::int64_t trial() const { return std::stoll(spec_.at("trial")); }
  std::int64_t seed() const { return std::stoll(spec_.at("seed")); }
  std::int64_t step() const { return step_; }    ///< of the last checkpoint; 0: none
  std::int64_t until() const { return until_; }  ///< the milestone
  bool has(const std::string& name) const { return spec_.count("parameters." + name) != 0; }
  double number(const std::string& name) const { return std::stod(spec_.at("parameters." + name)); }
  bool flag(const std::string& name) const { return spec_.at("parameters." + name) == "true"; }
  std::string text(const std::string& name) const { return spec_.at("parameters." + name); }

  /// Nothing at the milestone. Ends the program with 75 when a signal asks for it: it will be run again; and
  /// with 0 when the sweep commands it to stop.
  std::optional<std::int64_t> next_epoch() {
    if (asked_to_stop()) std::exit(75);
    if (step_ >= until_) return std::nullopt;
    if (is_told_to_stop()) {
      done("stopped");
      std::exit(0);
    }
    return step_ + 1;
  }

  void report(std::int64_t step, const std::vector<std::pair<std::string, double>>& metrics) {
    metrics_ = to_json(metrics);
    const std::string line = "{\"v\":1,\"seq\":" + std::to_string(++seq_) +
                             ",\"step\":" + std::to_string(step) + ",\"metrics\":" + metrics_ + "}";
    std::array<char, 16> sum = {};
    std::snprintf(sum.data(), sum.size(), "\t%08x\n", crc32(line));
    append(folder_ + "/" + numbered("metrics", ".jsonl"), line + sum.data());
  }

  /// A file of the last checkpoint, and one of the next.
  std::string path(const std::string& name) const { return checkpoint(step_) + "/" + name; }
  std::string new_path(const std::string& name) const {
    std::filesystem::create_directories(next());
    return next() + "/" + name;
  }
  /// What was written to new_path counts from here on.
  void commit(std::int64_t step) {
    check_fence();
    const std::int64_t before = step_;
    std::filesystem::create_directories(next());
    std::filesystem::remove_all(checkpoint(step));
    std::filesystem::rename(next(), checkpoint(step));
    replace(state_ + "/step", std::to_string(step));
    step_ = step;
    if (before > 0 && before != step) std::filesystem::remove_all(checkpoint(before));
  }

  /// The last thing a run does; returns the exit code. "completed": there is nothing left to train.
  int done(const std::string& result = "milestone") { return status("\"result\":\"" + result + "\""); }
  /// "nan", "out-of-memory" or "exception": a failure that the trial knows of is a result.
  int failed(const std::string& reason) {
    return status("\"result\":\"failed\",\"reason\":\"" + reason + "\"");
  }

 private:
  static std::atomic<bool>& asked_to_stop() {
    static std::atomic<bool> asked{false};
    return asked;
  }
  static std::string variable(const char* name, const std::string& otherwise) {
    const char* value = std::getenv(name);
    return value == nullptr ? otherwise : value;
  }
  bool is_told_to_stop() const {
    const std::string text = read(folder_ + "/control.json");
    if (text.empty()) return false;
    const auto control = flat(text);
    return control.at("command") == "stop" && control.at("run") == std::to_string(run_);
  }
  static std::string read(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
  }
  std::string numbered(const std::string& name, const std::string& suffix) const {
    std::array<char, 16> number = {};
    std::snprintf(number.data(), number.size(), ".%04d", run_);
    return name + number.data() + suffix;
  }
  std::string checkpoint(std::int64_t step) const { return state_ + "/step-" + std::to_string(step); }
  std::string next() const { return state_ + "/.next-" + std::to_string(::getpid()); }

  static void write_all(int file, const std::string& text, const std::string& path) {
    const bool good =
        file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    if (!good) throw std::runtime_error("can't write " + path);
  }
  static void replace(const std::string& path, const std::string& text) {
    const std::string temporary = path + ".tmp-" + std::to_string(::getpid());
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    write_all(file, text, temporary);
    ::fsync(file);
    ::close(file);
    std::filesystem::rename(temporary, path);
  }
  static void append(const std::string& path, const std::string& line) {
    const std::string before = read(path);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    write_all(file, (before.empty() || before.back() == '\n' ? "" : "\n") + line, path);
    ::close(file);
  }
  void check_fence() const {
    const std::string fence = variable("SLUICE_FENCE", "");
    if (fence.empty()) return;
    std::istringstream words(read(fence));
    std::string token;
    words >> token;
    if (token != variable("SLUICE_FENCE_TOKEN", ""))
      throw std::runtime_error("another attempt goes on from here");
  }
  int status(const std::string& result) {
    check_fence();
    replace(folder_ + "/" + numbered("status", ".json"),
            "{\"v\":1,\"trial\":" + spec_.at("trial") + ",\"run\":" + std::to_string(run_) + "," + result +
                ",\"step\":" + std::to_string(step_) + ",\"metrics\":" + metrics_ + "}");
    return 0;
  }

  static std::string to_json(const std::vector<std::pair<std::string, double>>& metrics) {
    std::string text = "{";
    for (const auto& [name, value] : metrics) {
      std::array<char, 32> number = {};
      std::snprintf(number.data(), number.size(), "%.17g", value);
      text +=
          (text.size() > 1 ? ",\"" : "\"") + name + "\":" + (std::isfinite(value) ? number.data() : "null");
    }
    return text + "}";
  }
  static std::uint32_t crc32(const std::string& text) {
    std::uint32_t sum = ~0U;
    for (const char c : text) {
      sum ^= static_cast<unsigned char>(c);
      for (int bit = 0; bit < 8; ++bit) sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? 0xEDB88320U : 0U);
    }
    return ~sum;
  }

  /// Members of a JSON object by their path ("parameters.lr"): texts without quotes, everything else as it is
  /// written.
  static std::map<std::string, std::string> flat(const std::string& text) {
    std::map<std::string, std::string> members;
    std::size_t place = 0;
    read_object(text, place, "", members);
    return members;
  }
  static void read_object(const std::string& text, std::size_t& place, const std::string& prefix,
                          std::map<std::string, std::string>& members) {
    expect(text, place, '{');
    while (skip_blanks(text, place) != '}') {
      const std::string name = prefix + read_text(text, place);
      expect(text, place, ':');
      if (skip_blanks(text, place) == '{')
        read_object(text, place, name + ".", members);
      else
        members[name] = read_value(text, place);
      if (skip_blanks(text, place) == ',') ++place;
    }
    ++place;
  }
  static char skip_blanks(const std::string& text, std::size_t& place) {
    while (place < text.size() && std::string(" \t\r\n").find(text[place]) != std::string::npos) ++place;
    if (place >= text.size()) throw std::runtime_error("a file of the trial is torn or missing");
    return text[place];
  }
  static void expect(const std::string& text, std::size_t& place, char wanted) {
    if (skip_blanks(text, place) != wanted)
      throw std::runtime_error("a file of the trial is not as expected");
    ++place;
  }
  static std::string read_text(const std::string& text, std::size_t& place) {
    expect(text, place, '"');
    std::string result;
    for (; place < text.size() && text[place] != '"'; ++place) {
      if (text[place] == '\\' && place + 1 < text.size()) ++place;
      result += text[place];
    }
    ++place;
    return result;
  }
  static std::string read_value(const std::string& text, std::size_t& place) {
    if (text[place] == '"') return read_text(text, place);
    const std::size_t begin = place;
    for (int depth = 0; place < text.size(); ++place) {
      if (text[place] == '[') ++depth;
      if (text[place] == ']' && depth-- == 0) break;
      if (depth == 0 && (text[place] == ',' || text[place] == '}')) break;
    }
    return text.substr(begin, place - begin);
  }

  std::string folder_;
  std::string state_;
  int run_ = 1;
  std::int64_t until_ = 0;
  std::int64_t step_ = 0;
  std::int64_t seq_ = 0;
  std::string metrics_ = "{}";
  std::map<std::string, std::string> spec_;
};

}  // namespace sluice
