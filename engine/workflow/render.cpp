#include "engine/workflow/render.h"

namespace sluice::workflow {

void append_parts(const std::vector<Part>& parts, const Fanout& fanout, std::size_t row, std::string& text) {
  for (const Part& part : parts) {
    switch (part.kind) {
      case Part::Kind::text: text += part.text; break;
      case Part::Kind::key: text += fanout.domains[part.index]->texts[fanout.row(row)[part.index]]; break;
      case Part::Kind::key_path:
        text += fanout.domains[part.index]->paths[fanout.row(row)[part.index]];
        break;
      case Part::Kind::input:
      case Part::Kind::output: break;
    }
  }
}

std::string task_name(const StageDraft& stage, std::size_t row) {
  std::string name = stage.name;
  const auto choices = stage.fanout.row(row);
  for (std::size_t key = 0; key < choices.size(); ++key) {
    name += key == 0 ? '[' : ',';
    name += stage.keys[key].name;
    name += '=';
    name += stage.fanout.domains[key]->texts[choices[key]];
  }
  if (!choices.empty()) name += ']';
  return name;
}

}  // namespace sluice::workflow
