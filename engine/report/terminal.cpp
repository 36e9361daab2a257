#include "engine/report/terminal.h"

#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace sluice::report {

namespace {

std::string_view value(const Environment& environment, const char* name) {
  const char* text = environment(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

/// As the C library chooses the character set of a locale, without changing the locale of this process.
bool locale_is_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const std::string_view locale = value(environment, name);
    if (locale.empty()) continue;
    const std::size_t dot = locale.find('.');
    if (dot == std::string_view::npos) return false;
    const std::string charset(locale.substr(dot + 1, locale.find('@') - dot - 1));
    return strcasecmp(charset.c_str(), "UTF-8") == 0 || strcasecmp(charset.c_str(), "UTF8") == 0;
  }
  return false;
}

int number_or(std::string_view text, int fallback) {
  const int number = std::atoi(std::string(text).c_str());
  return number > 0 ? number : fallback;
}

}  // namespace

Terminal make_terminal(bool is_terminal, int width, int height, const Environment& environment) {
  const std::string_view type = value(environment, "TERM");
  Terminal terminal;
  terminal.interactive = is_terminal && !type.empty() && type != "dumb";
  const std::string_view force = value(environment, "CLICOLOR_FORCE");
  const bool wanted = terminal.interactive || (!force.empty() && force != "0");
  terminal.colour = wanted && value(environment, "NO_COLOR").empty();
  terminal.utf8 = locale_is_utf8(environment);
  terminal.width = width > 0 ? width : number_or(value(environment, "COLUMNS"), terminal.width);
  terminal.height = height > 0 ? height : number_or(value(environment, "LINES"), terminal.height);
  return terminal;
}

Terminal terminal_of(int fd, const Environment& environment) {
  winsize size{};
  const bool is_terminal = isatty(fd) == 1;
  if (is_terminal && ioctl(fd, TIOCGWINSZ, &size) != 0) size = {};
  return make_terminal(is_terminal, size.ws_col, size.ws_row, environment);
}

}  // namespace sluice::report
