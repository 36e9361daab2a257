#include "engine/report/draw.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "engine/base/disk.h"

namespace sluice::report {

namespace {

constexpr int drawing_takes_at_most_s = 60;

/// A file with this text that is gone when the object is.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr || *folder == '\0' ? "/tmp" : folder) + "/sluice-graph-XXXXXX";
    const int fd = ::mkstemp(path_.data());
    if (fd < 0) return;
    exists_ = true;
    std::size_t written = 0;
    while (written < text.size()) {
      const ssize_t count = ::write(fd, text.data() + written, text.size() - written);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      written += static_cast<std::size_t>(count);
    }
    is_whole_ = written == text.size();
    ::close(fd);
  }
  ~TemporaryFile() {
    if (exists_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  bool is_whole() const { return is_whole_; }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  bool exists_ = false;
  bool is_whole_ = false;
};

}  // namespace

Result<std::string> draw_svg(Processes& processes, const std::string& dot_text,
                             const std::string& search_path) {
  const std::string program = find_program("dot", search_path);
  if (program.empty())
    return Error{
        "Graphviz is not installed, so there is no picture of the graph", "dot",
        "install it (Debian: apt-get install graphviz), or take the text: sluice graph --format text",
        ErrorKind::io};
  const TemporaryFile input(dot_text);
  if (!input.is_whole()) return io_error("can't write a temporary file", input.path(), errno);
  auto answer = processes.capture({program, "-Tsvg", input.path()}, drawing_takes_at_most_s);
  if (!answer) return std::move(answer).error();
  if (answer->exit_code != 0)
    return Error{"Graphviz could not draw the graph: " + answer->err, program,
                 "take the text: sluice graph --format text", ErrorKind::io};
  return std::move(answer->out);
}

std::string svg_element(const std::string& svg_file) {
  const std::size_t begin = svg_file.find("<svg");
  const std::size_t end = svg_file.rfind("</svg>");
  if (begin == std::string::npos || end == std::string::npos || end < begin) return "";
  return svg_file.substr(begin, end + 6 - begin);
}

}  // namespace sluice::report
