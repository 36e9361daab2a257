// The parameter table of a stage, bound to the fields of a plain struct:
//
//   struct Options {
//     std::int64_t events = 200;        // the field's value is the default
//     stage::OutputPath histogram;
//   };
//   stage::Table<Options> table("sluice-toss", "tosses a coin");
//   table.parameter("events", &Options::events).range(1, 1'000'000).help("tosses");
//   table.output("histogram", &Options::histogram, stage::Kind::file).help("counts, as CSV");
//
// No name is ever written twice, and no value is looked up by its name.
#pragma once

#include <functional>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "stages/stage/description.h"
#include "stages/stage/fields.h"
#include "stages/stage/values.h"

namespace sluice::stage {

/// What may be said about a parameter of any type. (Not in the template: every stage would compile it again.)
class ParameterSettings {
 public:
  ParameterSettings(Description& description, std::size_t index) : description_(description), index_(index) {}

 protected:
  Parameter& parameter() { return description_.parameters[index_]; }
  void set_help(std::string_view text);
  void set_unit(std::string_view text);
  void set_required();
  void set_minimum(const Scalar& least);
  void set_maximum(const Scalar& most);
  void set_choices(std::vector<std::string> choices);

 private:
  Description& description_;
  std::size_t index_;
};

/// What may be said about a parameter after its name.
template <typename Item>
class ParameterEntry : private ParameterSettings {
 public:
  using ParameterSettings::ParameterSettings;

  ParameterEntry& help(std::string_view text) { return set_help(text), *this; }
  ParameterEntry& unit(std::string_view text) { return set_unit(text), *this; }
  ParameterEntry& extending() { return parameter().extending = true, *this; }
  /// Has to be given: the field's value is no default.
  ParameterEntry& required() { return set_required(), *this; }
  ParameterEntry& at_least(Item least) { return set_minimum(Field<Item>::out(least)), *this; }
  ParameterEntry& at_most(Item most) { return set_maximum(Field<Item>::out(most)), *this; }
  ParameterEntry& range(Item least, Item most) { return at_least(least).at_most(most); }
  /// A text that is one of these.
  ParameterEntry& one_of(std::vector<std::string> choices) { return set_choices(std::move(choices)), *this; }
};

/// What may be said about an input or an output after its name.
template <typename Port>
class PortEntry {
 public:
  PortEntry(std::vector<Port>& ports, std::size_t index) : ports_(ports), index_(index) {}

  PortEntry& help(std::string_view text) {
    ports_[index_].help = text;
    return *this;
  }
  /// A path may then be empty, and so may a list.
  PortEntry& optional() {
    ports_[index_].optional = true;
    return *this;
  }

 private:
  std::vector<Port>& ports_;
  std::size_t index_;
};

template <typename Options>
class Table {
 public:
  Table(std::string name, std::string summary);

  /// Raised whenever the same input and parameters give other bytes: then, and only then, what earlier
  /// versions have computed is computed again.
  Table& results_version(std::string version) {
    return set(&Description::results_version, std::move(version));
  }
  /// The stage keeps checkpoints: it looks at Context::should_stop and writes to Context::state.
  Table& resumable() { return set(&Description::resumable, true); }
  Table& coordinator() { return set(&Description::coordinator, true); }
  /// The stage skips bad events with Context::skip; --strict makes the first one fatal.
  Table& strict() { return set(&Description::strict, true); }

  template <typename T>
  ParameterEntry<typename FieldShape<T>::Item> parameter(std::string name, T Options::*field);
  /// Texts that stand for the values of an enum.
  template <typename Enum>
  ParameterEntry<std::string> choice(std::string name, Enum Options::*field,
                                     std::vector<std::pair<std::string, Enum>> choices);
  /// A file of a data folder: "clic" is FOLDER/clic.toml.
  ParameterEntry<std::string> data_file(std::string name, DataFile Options::*field, std::string folder,
                                        std::string suffix);

  PortEntry<Input> input(std::string name, std::string Options::*field, Kind kind);
  PortEntry<Input> input(std::string name, std::vector<std::string> Options::*field, Kind kind);
  PortEntry<Output> output(std::string name, OutputPath Options::*field, Kind kind);

  const Description& description() const { return description_; }
  /// The struct that a command line means.
  Options bind(const Values& values) const;

 private:
  using Binder = std::function<void(const Values&, Options&)>;

  template <typename T>
  Table& set(T Description::*member, T value) {
    description_.*member = std::move(value);
    return *this;
  }
  std::size_t add(Parameter parameter, Binder binder);
  PortEntry<Input> add_input(Input input, Binder binder);

  Description description_;
  std::vector<Binder> binders_;
};

// ---- details ----

template <typename Options>
Table<Options>::Table(std::string name, std::string summary) {
  description_.name = std::move(name);
  description_.summary = std::move(summary);
  description_.results_version = "1";
}

template <typename Options>
std::size_t Table<Options>::add(Parameter parameter, Binder binder) {
  description_.parameters.push_back(std::move(parameter));
  binders_.push_back(std::move(binder));
  return description_.parameters.size() - 1;
}

template <typename Options>
template <typename T>
ParameterEntry<typename FieldShape<T>::Item> Table<Options>::parameter(std::string name, T Options::*field) {
  using Shape = FieldShape<T>;
  using Item = typename Shape::Item;
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.type = Field<Item>::type;
  parameter.list = Shape::list;
  parameter.has_standard = !Shape::optional;
  const Options standard{};
  if constexpr (Shape::list) {
    for (const Item& item : standard.*field) parameter.standard.push_back(Field<Item>::out(item));
  } else if constexpr (!Shape::optional) {
    parameter.standard.push_back(Field<Item>::out(standard.*field));
  }
  const std::size_t index = description_.parameters.size();
  add(std::move(parameter), [field, index](const Values& values, Options& options) {
    const std::vector<Scalar>& items = values.parameters[index];
    if constexpr (Shape::list) {
      (options.*field).clear();
      for (const Scalar& item : items) (options.*field).push_back(Field<Item>::in(item));
    } else if (!items.empty()) {
      options.*field = Field<Item>::in(items.front());
    }
  });
  return {description_, index};
}

template <typename Options>
template <typename Enum>
ParameterEntry<std::string> Table<Options>::choice(std::string name, Enum Options::*field,
                                                   std::vector<std::pair<std::string, Enum>> choices) {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.type = Type::choice;
  parameter.has_standard = true;
  const Options standard{};
  for (const auto& [text, value] : choices) {
    parameter.choices.push_back(text);
    if (value == standard.*field) parameter.standard = {Scalar(text)};
  }
  const std::size_t index = description_.parameters.size();
  add(std::move(parameter),
      [field, index, choices = std::move(choices)](const Values& values, Options& options) {
        for (const auto& [text, value] : choices)
          if (Scalar(text) == values.parameters[index].front()) options.*field = value;
      });
  return {description_, index};
}

template <typename Options>
ParameterEntry<std::string> Table<Options>::data_file(std::string name, DataFile Options::*field,
                                                      std::string folder, std::string suffix) {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.data = DataFolder{std::move(folder), suffix};
  parameter.standard = {Scalar((Options{}.*field).name)};
  parameter.has_standard = true;
  const std::size_t index = description_.parameters.size();
  add(std::move(parameter),
      [field, index, suffix = std::move(suffix)](const Values& values, Options& options) {
        options.*field = data_file_at(values.data_paths[index], suffix);
      });
  return {description_, index};
}

template <typename Options>
PortEntry<Input> Table<Options>::add_input(Input input, Binder binder) {
  description_.inputs.push_back(std::move(input));
  binders_.push_back(std::move(binder));
  return {description_.inputs, description_.inputs.size() - 1};
}

template <typename Options>
PortEntry<Input> Table<Options>::input(std::string name, std::string Options::*field, Kind kind) {
  const std::size_t index = description_.inputs.size();
  return add_input({std::move(name), kind, false, false, ""},
                   [field, index](const Values& values, Options& options) {
                     if (!values.inputs[index].empty()) options.*field = values.inputs[index].front();
                   });
}

template <typename Options>
PortEntry<Input> Table<Options>::input(std::string name, std::vector<std::string> Options::*field,
                                       Kind kind) {
  const std::size_t index = description_.inputs.size();
  return add_input(
      {std::move(name), kind, true, false, ""},
      [field, index](const Values& values, Options& options) { options.*field = values.inputs[index]; });
}

template <typename Options>
PortEntry<Output> Table<Options>::output(std::string name, OutputPath Options::*field, Kind kind) {
  const std::size_t index = description_.outputs.size();
  description_.outputs.push_back({std::move(name), kind, false, ""});
  binders_.push_back([field, index](const Values& values, Options& options) {
    options.*field = values.output_paths[index];
  });
  return {description_.outputs, index};
}

template <typename Options>
Options Table<Options>::bind(const Values& values) const {
  Options options;
  for (const Binder& binder : binders_) binder(values, options);
  return options;
}

}  // namespace sluice::stage
