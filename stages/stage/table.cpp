#include "stages/stage/table.h"

#include "engine/base/disk.h"

namespace sluice::stage {

DataFile data_file_at(const std::string& path, std::string_view suffix) {
  std::string name = file_name(path);
  if (name.ends_with(suffix)) name.resize(name.size() - suffix.size());
  return {name, path};
}

void ParameterSettings::set_help(std::string_view text) { parameter().help = text; }

void ParameterSettings::set_unit(std::string_view text) { parameter().unit = text; }

void ParameterSettings::set_required() {
  parameter().required = true;
  parameter().has_standard = false;
  parameter().standard.clear();
}

void ParameterSettings::set_minimum(const Scalar& least) { parameter().minimum = least; }

void ParameterSettings::set_maximum(const Scalar& most) { parameter().maximum = most; }

void ParameterSettings::set_choices(std::vector<std::string> choices) {
  parameter().type = Type::choice;
  parameter().choices = std::move(choices);
}

}  // namespace sluice::stage
