#include "engine/workflow/each.h"

#include <algorithm>
#include <unordered_map>

#include "engine/base/text.h"
#include "engine/workflow/file_pattern.h"
#include "engine/workflow/names.h"
#include "engine/workflow/range.h"
#include "engine/workflow/table_reader.h"

namespace sluice::workflow {

namespace {

constexpr std::size_t most_keys = 16;
constexpr std::string_view files_prefix = "files:";

class EachReader {
 public:
  EachReader(const EachContext& context, Diagnostics& diagnostics)
      : context_(context), diagnostics_(diagnostics) {}

  Each read(const TomlValue& value) {
    if (value.is_array() && value.items.empty())
      refuse(value.range, "'each' is empty", "leave it out for a single task");
    if (value.is_array())
      for (std::size_t i = 0; i < value.items.size(); ++i) read_part(value.items[i], i == 0);
    else
      read_part(value, true);
    if (each_.own.size() > most_keys) refuse(value.range, "more than " + std::to_string(most_keys) + " keys");
    return std::move(each_);
  }

 private:
  void refuse(SourceRange range, std::string problem, std::string hint = {}) {
    diagnostics_.error(range, std::move(problem), std::move(hint));
    each_.broken = true;
  }

  void read_part(const TomlValue& part, bool first) {
    if (part.is_text() && first) {
      each_.follows = part.text;
      each_.follows_range = part.range;
    } else if (part.is_text()) {
      refuse(part.range, "a stage to follow stands first", "each = [\"simulate\", { fold = \"1..5\" }]");
    } else if (!part.is_table()) {
      refuse(part.range, "'each' can't be " + std::string(kind_name(part.kind)),
             "write a table of keys, { shard = \"1..4\" }, or the name of a stage to follow");
    } else if (part.members.empty()) {
      refuse(part.range, "'each' has no keys", "leave it out for a single task");
    } else {
      for (const TomlMember& member : part.members) read_key(member);
    }
  }

  void read_key(const TomlMember& member) {
    if (!check_name(member.key, "key", member.key_range, diagnostics_)) each_.broken = true;
    if (const Param* param = context_.params.peek(member.key)) {
      refuse(member.key_range, "the key '" + member.key + "' has the name of a parameter",
             "give it another name");
      diagnostics_.note(param->range, "the parameter is here");
    }
    for (const auto& domain : each_.own)
      if (domain->key == member.key) refuse(member.key_range, "the key '" + member.key + "' stands twice");
    auto domain = std::make_shared<Domain>();
    domain->key = member.key;
    if (!read_values(member.value, *domain)) each_.broken = true;
    each_.own.push_back(std::move(domain));
    each_.own_ranges.push_back(member.key_range);
  }

  bool read_values(const TomlValue& value, Domain& domain) {
    if (value.is_array()) return read_list(value, domain);
    if (!value.is_text()) {
      refuse(value.range,
             "a key runs through a list, a range or files, not " + std::string(kind_name(value.kind)),
             "write a list, [1, 2], or a range, \"1..4\"");
      return false;
    }
    const auto filled = fill(value, scope(), diagnostics_);
    if (!filled) return false;
    if (filled->constant->is_list) return set_values(value.range, *filled->constant, domain);
    const std::string text = filled->text();
    return text.starts_with(files_prefix) ? read_files(value, text.substr(files_prefix.size()), domain)
                                          : read_range(value, text, domain);
  }

  Scope scope() const {
    Scope scope;
    scope.params = &context_.params;
    return scope;
  }

  bool read_list(const TomlValue& value, Domain& domain) {
    Value list{Type::text, true, {}};
    for (const TomlValue& item : value.items) {
      const auto filled = fill(item, scope(), diagnostics_);
      if (!filled) return false;
      if (filled->constant->is_list) {
        refuse(item.range, "a list can't stand inside a list", "let it stand alone, without [ ]");
        return false;
      }
      const Scalar& scalar = filled->constant->items.front();
      if (list.items.empty()) list.type = type_of(scalar);
      if (type_of(scalar) != list.type) {
        refuse(item.range, "the list mixes types: this is " + std::string(type_name(type_of(scalar))) +
                               ", the first is " + std::string(type_name(list.type)));
        return false;
      }
      list.items.push_back(scalar);
    }
    return set_values(value.range, list, domain);
  }

  bool set_values(SourceRange range, const Value& list, Domain& domain) {
    if (list.items.empty()) {
      refuse(range, "the key '" + domain.key + "' has no values", "without a value there is no task");
      return false;
    }
    domain.type = list.type;
    domain.values = list.items;
    for (const Scalar& item : list.items) domain.texts.push_back(to_text(item));
    return check_texts(range, domain);
  }

  bool read_range(const TomlValue& value, const std::string& text, Domain& domain) {
    auto range = parse_range(text, context_.most_tasks);
    if (!range) {
      std::string hint = range.error().hint;
      if (text.find("..") == std::string::npos)
        hint = "write a list, [\"" + text + "\"], or a range, \"1..4\"";
      refuse(value.range, range.error().what, hint);
      return false;
    }
    domain.type = Type::integer;
    domain.values.assign(range->begin(), range->end());
    domain.texts.reserve(range->size());
    for (const Scalar& item : domain.values) domain.texts.push_back(to_text(item));
    return true;
  }

  bool read_files(const TomlValue& value, const std::string& pattern, Domain& domain) {
    auto paths = find_files(context_.disk, context_.folder, pattern);
    if (!paths) {
      refuse(value.range, paths.error().what, paths.error().hint);
      return false;
    }
    std::sort(paths->begin(), paths->end(), [](const std::string& a, const std::string& b) {
      return std::pair(stem(a), a) < std::pair(stem(b), b);
    });
    domain.paths = *std::move(paths);
    for (const std::string& path : domain.paths) {
      domain.texts.push_back(stem(path));
      domain.values.emplace_back(domain.texts.back());
    }
    return check_texts(value.range, domain);
  }

  static std::string text_problem(const Domain& domain, std::size_t i) {
    if (domain.has_paths() && (!is_utf8(domain.paths[i]) || has_control(domain.paths[i])))
      return "holds a control character or is not UTF-8";
    return domain.type == Type::text ? key_text_problem(domain.texts[i]) : std::string();
  }

  /// Every text names a task, so it must fit into a name and be there once.
  bool check_texts(SourceRange range, const Domain& domain) {
    std::unordered_map<std::string_view, std::size_t> seen;
    seen.reserve(domain.texts.size());
    for (std::size_t i = 0; i < domain.texts.size(); ++i) {
      const std::string& text = domain.texts[i];
      if (const std::string problem = text_problem(domain, i); !problem.empty()) {
        const std::string what =
            domain.has_paths() ? "the file name " + domain.paths[i] : "the value '" + text + "'";
        refuse(range, what + " " + problem, "the values of a key name its tasks");
        return false;
      }
      const auto [first, is_new] = seen.emplace(text, i);
      if (is_new) continue;
      if (domain.has_paths())
        refuse(range,
               "two files give the key the same value '" + text + "': " + domain.paths[first->second] +
                   " and " + domain.paths[i],
               "rename one of them");
      else
        refuse(range, "the value " + shown(domain.values[i]) + " stands twice");
      return false;
    }
    return true;
  }

  const EachContext& context_;
  Diagnostics& diagnostics_;
  Each each_;
};

bool has_key(const Fanout& fanout, const std::string& key) {
  return std::any_of(fanout.domains.begin(), fanout.domains.end(),
                     [&](const auto& domain) { return domain->key == key; });
}

}  // namespace

Each read_each(const TomlValue& value, const EachContext& context, Diagnostics& diagnostics) {
  return EachReader(context, diagnostics).read(value);
}

Fanout combine(const Each& each, const Fanout* followed, std::uint64_t most_tasks, SourceRange range,
               Diagnostics& diagnostics) {
  Fanout fanout;
  if (followed != nullptr) fanout = *followed;
  fanout.broken = fanout.broken || each.broken;
  for (std::size_t i = 0; i < each.own.size() && !fanout.broken; ++i) {
    const std::shared_ptr<const Domain>& domain = each.own[i];
    if (followed != nullptr && has_key(*followed, domain->key)) {
      diagnostics.error(each.own_ranges[i],
                        "the stage '" + each.follows + "' has the key '" + domain->key + "' already");
      fanout.broken = true;
      break;
    }
    const std::size_t count = domain->values.size();
    if (fanout.rows * count > most_tasks) {
      diagnostics.error(range, "more than " + std::to_string(most_tasks) + " tasks",
                        "that is the most a workflow can have");
      fanout.broken = true;
      break;
    }
    std::vector<std::uint32_t> choices;
    choices.reserve(fanout.rows * count * (fanout.domains.size() + 1));
    for (std::size_t row = 0; row < fanout.rows; ++row) {
      const auto before = fanout.row(row);
      for (std::uint32_t choice = 0; choice < count; ++choice) {
        choices.insert(choices.end(), before.begin(), before.end());
        choices.push_back(choice);
      }
    }
    fanout.choices = std::move(choices);
    fanout.rows *= count;
    fanout.domains.push_back(domain);
  }
  return fanout;
}

}  // namespace sluice::workflow
