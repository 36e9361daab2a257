#include "stages/simulate/source/source.h"

#include <algorithm>

#include "stages/simulate/hepmc/reader.h"

namespace sluice::simulate {

namespace {

constexpr std::int64_t standard_count = 100;

class FileSource final : public Source {
 public:
  FileSource(std::string path, HepMcReader reader, SourceRange range)
      : path_(std::move(path)), reader_(std::move(reader)), range_(range) {}

  Status read(std::size_t most, std::vector<SourceEvent>& batch, stage::Context& context) override {
    batch.clear();
    if (auto passed = pass_over(); !passed) return passed;
    while (batch.size() < most && (!range_.count || taken_ < *range_.count)) {
      auto next = reader_.next();
      if (!next) return std::move(next).error();
      if (!*next) break;
      const auto number = static_cast<std::uint64_t>(range_.first + taken_++);
      ReadEvent& event = **next;
      if (!event.problem.empty()) {
        auto skipped = context.skip(event.problem, path_ + ":" + std::to_string(event.line));
        if (!skipped) return skipped;
        continue;
      }
      batch.push_back({number, std::move(event.event)});
    }
    if (taken_ > 0) return Ok{};
    return Error{"there are no events in it" +
                     (range_.first > 0 ? " from number " + std::to_string(range_.first) + " on" : ""),
                 path_, "events are counted from 0", ErrorKind::data};
  }

  std::int64_t expected() const override { return range_.count.value_or(0); }

 private:
  Status pass_over() {
    for (; passed_ < range_.first; ++passed_) {
      auto more = reader_.skip();
      if (!more) return std::move(more).error();
      if (!*more) break;
    }
    return Ok{};
  }

  std::string path_;
  HepMcReader reader_;
  SourceRange range_;
  std::int64_t passed_ = 0;
  std::int64_t taken_ = 0;
};

class ProcessSource final : public Source {
 public:
  ProcessSource(std::unique_ptr<Generator> generator, std::uint64_t seed, SourceRange range)
      : generator_(std::move(generator)),
        seed_(seed),
        first_(range.first),
        count_(range.count.value_or(standard_count)) {}

  Status read(std::size_t most, std::vector<SourceEvent>& batch, stage::Context& /*context*/) override {
    batch.clear();
    for (; batch.size() < most && made_ < count_; ++made_)
      batch.push_back({static_cast<std::uint64_t>(first_ + made_), {}, generator_.get(), seed_});
    return Ok{};
  }

  std::int64_t expected() const override { return count_; }

 private:
  std::unique_ptr<Generator> generator_;
  std::uint64_t seed_;
  std::int64_t first_;
  std::int64_t count_;
  std::int64_t made_ = 0;
};

}  // namespace

Result<std::unique_ptr<Source>> open_file(const std::string& path, SourceRange range) {
  auto reader = HepMcReader::open(path);
  if (!reader) return std::move(reader).error();
  return std::unique_ptr<Source>(std::make_unique<FileSource>(path, *std::move(reader), range));
}

Result<std::unique_ptr<Source>> open_process(const std::string& process, const GunSettings& gun,
                                             std::uint64_t seed, SourceRange range) {
  auto generator = make_generator(process, gun);
  if (!generator) return std::move(generator).error();
  return std::unique_ptr<Source>(std::make_unique<ProcessSource>(*std::move(generator), seed, range));
}

}  // namespace sluice::simulate
