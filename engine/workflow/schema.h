// Every key that a workflow or a site file may hold, table by table: the one list that readers are checked
// against, that "unknown key" errors quote, and that docs/reference/workflow.md is made from. A key that is
// not here can't be read, so none can be forgotten here.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::workflow {

struct SchemaKey {
  std::string_view name;
  std::string_view type;
  std::string_view standard;  ///< what holds without it; empty: nothing
  std::string_view meaning;
  /// Taken only to say why it can't stand there: not in hints, not in the reference.
  bool refused = false;
};

struct Schema {
  std::string_view title;    ///< "A stage"
  std::string_view written;  ///< where it stands: "[stage.NAME]"
  std::span<const SchemaKey> keys;

  const SchemaKey* find(std::string_view key) const;
  std::vector<std::string> names() const;  ///< those that may be used
};

const Schema& top_schema();
const Schema& stage_schema();
const Schema& trials_schema();
const Schema& report_schema();
const Schema& resources_schema();
const Schema& retry_schema();
const Schema& site_schema();
const Schema& site_stage_schema();

/// In the order in which somebody would read about them.
std::span<const Schema* const> schemas();

/// All of it as Markdown: the text of docs/reference/workflow.md.
std::string schema_reference();

}  // namespace sluice::workflow
