#include "stages/sweep/load_study.h"

#include "stages/hpo/space/read_space.h"

namespace sluice::sweep {

Result<hpo::StudySettings> load_study(const std::string& text, const std::string& name,
                                      const json::object* description) {
  Diagnostics diagnostics;
  const auto root = parse_toml(diagnostics.add_source(name, text), diagnostics);
  hpo::StudySettings settings;
  if (root) settings = hpo::read_study(*root, diagnostics);
  if (root && description != nullptr && !diagnostics.has_errors())
    hpo::check_space(settings.space, root->find("space")->value, *description, diagnostics);
  if (!diagnostics.has_errors()) return settings;
  std::string said = diagnostics.render();
  if (!said.empty()) said.pop_back();
  return Error{"the study file has mistakes:\n" + said, "", "", ErrorKind::data, 0};
}

}  // namespace sluice::sweep
