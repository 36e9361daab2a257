#include "stages/stage/flags.h"

#include <algorithm>
#include <boost/program_options.hpp>

#include "engine/base/arguments_file.h"
#include "engine/base/diagnostics.h"
#include "engine/base/text.h"

namespace sluice::stage {

namespace {

namespace po = boost::program_options;

Error usage(const std::string& flag, std::string what, std::string hint = {}) {
  return {std::move(what), flag, std::move(hint), ErrorKind::usage};
}

/// The words with the lines of @FILEs in their place. Behind a flag, @ is nothing special.
std::vector<std::string> with_argument_files(std::span<const std::string> words, Disk& disk,
                                             std::vector<Error>& errors) {
  std::vector<std::string> all;
  bool in_front = true;
  for (const std::string& word : words) {
    in_front = in_front && word.starts_with('@');
    if (!in_front) {
      all.push_back(word);
      continue;
    }
    const std::string path = word.substr(1);
    const auto text = disk.read(path);
    const auto lines = text ? parse_arguments_file(*text, path) : text.error();
    if (lines)
      all.insert(all.end(), lines->begin(), lines->end());
    else
      errors.push_back(lines.error());
  }
  return all;
}

/// One token for a flag and all words behind it: "--input.events=\0a.h5\0b.h5". Program_options removes
/// tokens from the front of a vector, which for a gather of 100,000 files would be ten thousand million
/// moves.
std::vector<std::string> folded(const std::vector<std::string>& words, std::vector<Error>& errors) {
  std::vector<std::string> tokens;
  for (const std::string& word : words) {
    if (word == "-h") {
      tokens.emplace_back("--help");
    } else if (word.size() > 2 && word.starts_with("--") && word[2] != '=') {
      const std::size_t equals = word.find('=');
      tokens.push_back(word.substr(0, equals));
      if (equals != std::string::npos) tokens.back() += std::string("=") + '\0' + word.substr(equals + 1);
    } else if (tokens.empty() || word.starts_with("--")) {
      errors.push_back(usage("", "the word '" + printable(word) + "' belongs to no flag",
                             "write --FLAG VALUE; arguments from a file are @FILE, in front"));
    } else {
      if (tokens.back().find('=') == std::string::npos) tokens.back() += '=';
      tokens.back() += '\0' + word;
    }
  }
  return tokens;
}

std::vector<std::string> unfolded(const std::string& token) {
  std::vector<std::string> words;
  for (std::size_t begin = 1; begin <= token.size();) {
    const std::size_t end = std::min(token.find('\0', begin), token.size());
    words.push_back(token.substr(begin, end - begin));
    begin = end + 1;
  }
  return words;
}

/// A flag takes what follows it; how many words it may take is checked with its value.
class AnyWords final : public po::value_semantic {
 public:
  std::string name() const override { return ""; }
  unsigned min_tokens() const override { return 0; }
  unsigned max_tokens() const override { return 1; }
  bool is_composing() const override { return false; }
  bool is_required() const override { return false; }
  void parse(boost::any&, const std::vector<std::string>&, bool) const override {}
  bool apply_default(boost::any&) const override { return false; }
  void notify(const boost::any&) const override {}
};

}  // namespace

Flags read_flags(std::span<const std::string> words, const std::vector<std::string>& names, Disk& disk,
                 std::vector<Error>& errors) {
  const auto tokens = folded(with_argument_files(words, disk, errors), errors);
  po::options_description known;
  for (const std::string& name : names)
    known.add_options()(name.c_str(), new AnyWords(), "");  // takes ownership
  const int style = po::command_line_style::allow_long | po::command_line_style::long_allow_adjacent;
  const auto parsed = po::command_line_parser(tokens).options(known).style(style).allow_unregistered().run();

  Flags flags;
  for (const auto& option : parsed.options) {
    const std::string flag = "--" + option.string_key;
    if (option.unregistered) {
      const std::string meant = nearest(option.string_key, names);
      errors.push_back(usage(printable(flag), "there is no such flag",
                             meant.empty() ? "" : "did you mean --" + meant + "?"));
      continue;
    }
    auto behind = option.value.empty() ? std::vector<std::string>() : unfolded(option.value.front());
    if (!flags.emplace(option.string_key, std::move(behind)).second)
      errors.push_back(
          usage(flag, "the flag is given twice", "a list is written behind one flag: " + flag + " A B C"));
  }
  return flags;
}

}  // namespace sluice::stage
