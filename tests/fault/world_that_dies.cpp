// The program `sluice` with a switch: SLUICE_DIE_AT=N kills it, as kill -9 would, just before its N-th side
// effect: a change of the disk, a commit of the store, a call into an executor. SLUICE_DIE_COUNT=FILE writes
// how many there were.
#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "engine/cli/world.h"

namespace sluice::cli {

namespace {

long side_effects = 0;

void write_count() {
  const char* path = std::getenv("SLUICE_DIE_COUNT");
  if (path == nullptr) return;
  if (std::FILE* file = std::fopen(path, "w")) {
    std::fprintf(file, "%ld\n", side_effects);
    std::fclose(file);
  }
}

void side_effect() {
  static const long last = [] {
    std::atexit(write_count);
    const char* text = std::getenv("SLUICE_DIE_AT");
    return text == nullptr ? 0L : std::atol(text);
  }();
  if (++side_effects == last) std::raise(SIGKILL);
}

class DyingDisk final : public Disk {
 public:
  Result<FileStat> stat(const std::string& path) override { return real_.stat(path); }
  Result<FileStat> stat_link(const std::string& path) override { return real_.stat_link(path); }
  Result<std::string> read(const std::string& path) override { return real_.read(path); }
  Result<std::vector<FolderEntry>> list(const std::string& path) override { return real_.list(path); }
  Result<Hash128> hash_file(const std::string& path) override { return real_.hash_file(path); }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return real_.free_bytes(path); }
  Status write(const std::string& path, std::string_view bytes, Sync sync) override {
    side_effect();
    return real_.write(path, bytes, sync);
  }
  Status make_folders(const std::string& path) override {
    side_effect();
    return real_.make_folders(path);
  }
  Status rename(const std::string& from, const std::string& to) override {
    side_effect();
    return real_.rename(from, to);
  }
  Status copy_file(const std::string& from, const std::string& to, bool executable) override {
    side_effect();
    return real_.copy_file(from, to, executable);
  }
  Status remove_tree(const std::string& path) override {
    side_effect();
    return real_.remove_tree(path);
  }
  Result<bool> remove_empty_folder(const std::string& path) override {
    side_effect();
    return real_.remove_empty_folder(path);
  }

 private:
  RealDisk real_;
};

class DyingExecutor final : public executors::Executor {
 public:
  explicit DyingExecutor(std::unique_ptr<executors::Executor> real) : real_(std::move(real)) {}
  Result<executors::Capabilities> hello() override { return real_->hello(); }
  void submit(std::span<const executors::AttemptSpec> attempts) override {
    // One by one, so that there is a point between any two of a batch.
    for (const auto& attempt : attempts) {
      side_effect();
      real_->submit({&attempt, 1});
    }
  }
  void poll(std::span<const executors::Token> tokens) override { real_->poll(tokens); }
  void cancel(std::span<const executors::Token> tokens, executors::CancelMode mode) override {
    side_effect();
    real_->cancel(tokens, mode);
  }
  void attach(std::span<const executors::Token> tokens) override {
    side_effect();
    real_->attach(tokens);
  }
  void shutdown(executors::ShutdownMode mode) override { real_->shutdown(mode); }

 private:
  std::unique_ptr<executors::Executor> real_;
};

}  // namespace

std::unique_ptr<Disk> make_disk() { return std::make_unique<DyingDisk>(); }
std::function<void(store::CommitPoint)> make_commit_hook() {
  return [](store::CommitPoint) { side_effect(); };
}
std::unique_ptr<executors::Executor> watched(std::unique_ptr<executors::Executor> executor) {
  return std::make_unique<DyingExecutor>(std::move(executor));
}

}  // namespace sluice::cli
