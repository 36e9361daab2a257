#include "stages/hello_decay/histogram.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <numeric>

namespace sluice::hello {

namespace {

constexpr std::string_view columns = "low_us,high_us,count";
constexpr const char* not_ours = "is this a file that sluice-hello-decay wrote?";
constexpr std::size_t most_bins = 1'000'000;
constexpr std::int64_t most_muons = 1'000'000'000'000;
constexpr double longest_gate_us = 1e6;

template <typename Number>
std::string text_of(Number number) {
  std::array<char, 32> digits{};
  return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr};
}

template <typename Number>
bool read_number(std::string_view text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number);
  return problem == std::errc() && stop == end;
}

/// Takes a text apart line by line, and knows where it is.
struct Lines {
  std::string_view rest;
  std::string file;
  std::size_t number = 0;

  bool next(std::string_view& line) {
    if (rest.empty()) return false;
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++number;
    return true;
  }
  Error wrong(std::string what) const {
    return {std::move(what), file + ":" + std::to_string(number), not_ours, ErrorKind::data};
  }
};

template <typename Value>
Status read_header(Lines& lines, std::string_view key, Value& value) {
  const std::string start = "# " + std::string(key) + ": ";
  std::string_view line;
  if (!lines.next(line) || !line.starts_with(start))
    return lines.wrong("the line '" + start + "...' is missing");
  line.remove_prefix(start.size());
  if constexpr (std::is_same_v<Value, std::string>)
    value = line;
  else if (!read_number(line, value))
    return lines.wrong("'" + std::string(line) + "' is not a number");
  return Ok{};
}

Status read_headers(Lines& lines, Histogram& histogram) {
  if (auto status = read_header(lines, "absorber", histogram.absorber); !status) return status;
  if (auto status = read_header(lines, "seed", histogram.seed); !status) return status;
  if (auto status = read_header(lines, "stopped", histogram.stopped); !status) return status;
  if (auto status = read_header(lines, "noise", histogram.noise); !status) return status;
  if (auto status = read_header(lines, "gate_us", histogram.gate_us); !status) return status;
  std::size_t bins = 0;
  if (auto status = read_header(lines, "bins", bins); !status) return status;
  const bool sound = histogram.gate_us >= 1e-3 && histogram.gate_us <= longest_gate_us && bins > 0 &&
                     bins <= most_bins && histogram.stopped >= 0 && histogram.stopped <= most_muons;
  if (!sound) return lines.wrong("the muons, the gate or the bins above make no sense");
  histogram.counts.resize(bins);
  std::string_view line;
  if (!lines.next(line) || line != columns)
    return lines.wrong("the line '" + std::string(columns) + "' is missing");
  return Ok{};
}

}  // namespace

bool same_experiment(const Histogram& a, const Histogram& b) {
  return a.absorber == b.absorber && a.seed == b.seed && a.noise == b.noise && a.gate_us == b.gate_us &&
         a.counts.size() == b.counts.size();
}

std::string to_text(const Histogram& histogram) {
  std::string text = "# absorber: " + histogram.absorber + "\n# seed: " + text_of(histogram.seed) +
                     "\n# stopped: " + text_of(histogram.stopped) + "\n# noise: " + text_of(histogram.noise) +
                     "\n# gate_us: " + text_of(histogram.gate_us) +
                     "\n# bins: " + text_of(histogram.counts.size()) + "\n" + std::string(columns) + "\n";
  for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin)
    text += text_of(histogram.bin_width_us() * static_cast<double>(bin)) + "," +
            text_of(histogram.bin_width_us() * static_cast<double>(bin + 1)) + "," +
            text_of(histogram.counts[bin]) + "\n";
  return text;
}

Result<Histogram> parse_histogram(std::string_view text, const std::string& where) {
  Lines lines{text, where};
  if (!text.ends_with('\n'))
    return Error{"the file ends in the middle of a line", where, not_ours, ErrorKind::data};
  Histogram histogram;
  if (auto status = read_headers(lines, histogram); !status) return std::move(status).error();
  std::string_view line;
  for (std::int64_t& count : histogram.counts) {
    if (!lines.next(line))
      return lines.wrong("the file ends after this line, but " + text_of(histogram.counts.size()) +
                         " bins should follow");
    if (std::count(line.begin(), line.end(), ',') != 2)
      return lines.wrong("'" + std::string(line) + "' is not " + std::string(columns));
    const std::string_view last = line.substr(line.rfind(',') + 1);
    if (!read_number(last, count) || count < 0 || count > 2 * most_muons)
      return lines.wrong("'" + std::string(last) + "' is not a count");
  }
  if (lines.next(line)) return lines.wrong("there are more lines than bins");
  const auto recorded = std::accumulate(histogram.counts.begin(), histogram.counts.end(), std::int64_t{0});
  if (recorded > 2 * histogram.stopped)  // one decay and one false coincidence each
    return lines.wrong("there are more decays than " + text_of(histogram.stopped) + " muons can give");
  return histogram;
}

}  // namespace sluice::hello
