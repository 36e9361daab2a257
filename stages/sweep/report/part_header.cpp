#include <cmath>

#include "engine/base/html_text.h"
#include "engine/base/text.h"
#include "engine/base/units.h"
#include "stages/sweep/report/parts.h"
#include "stages/sweep/report/text.h"

namespace sluice::sweep {

namespace {

using html::escape;

std::string figure(const std::string& name, const std::string& value, const std::string& more) {
  return "<div>" + html::element("dt", "", name) + "<dd>" + escape(value) +
         (more.empty() ? "" : html::element("small", "", more)) + "</dd></div>\n";
}

std::string fact(const std::string& name, const std::string& value) {
  return html::element("dt", "", name) + html::element("dd", "", value) + "\n";
}

std::string list_of(const hpo::Parameter& parameter) {
  std::string text;
  for (std::size_t i = 0; i < parameter.values.size(); ++i)
    text += (i == 0 ? "" : ", ") + value_text(parameter, static_cast<double>(i));
  return text;
}

std::string clause_text(const hpo::Space& space, const hpo::Clause& clause) {
  const hpo::Parameter& other = space.parameters[clause.parameter];
  if (!clause.any_of.empty()) {
    std::string text;
    for (const double value : clause.any_of) text += (text.empty() ? "" : " or ") + value_text(other, value);
    return other.name + " is " + text;
  }
  std::string text = other.name;
  const auto bound = [&](double value) {
    return other.is_number() ? short_number(value) : value_text(other, std::round(value));
  };
  if (std::isfinite(clause.minimum)) text += " from " + bound(clause.minimum);
  if (std::isfinite(clause.maximum)) text += " up to " + bound(clause.maximum);
  return text;
}

std::string range_text(const hpo::Space& space, const hpo::Parameter& parameter) {
  std::string text;
  switch (parameter.kind) {
    case hpo::Kind::real:
    case hpo::Kind::integer:
      text = short_number(parameter.low) + " to " + short_number(parameter.high);
      if (parameter.log) text += ", logarithmic";
      if (parameter.kind == hpo::Kind::integer) text += ", whole";
      if (parameter.kind == hpo::Kind::real && parameter.step > 0)
        text += ", in steps of " + short_number(parameter.step);
      break;
    case hpo::Kind::choice: text = "one of " + list_of(parameter); break;
    case hpo::Kind::ordinal: text = "one of " + list_of(parameter) + ", in this order"; break;
    case hpo::Kind::constant: text = "always " + list_of(parameter); break;
  }
  for (const hpo::Clause& clause : parameter.when) text += "; where " + clause_text(space, clause);
  return text;
}

}  // namespace

std::string header_part(const View& view, const std::string& title) {
  std::int64_t infeasible = 0;
  std::int64_t failed = 0;
  for (const hpo::Observation& trial : view.trials()) {
    infeasible += trial.state == hpo::TrialState::infeasible ? 1 : 0;
    failed += trial.state == hpo::TrialState::lost ? 1 : 0;
  }
  const hpo::Observation* best = view.study().best();
  std::string html = "<header class=\"top\"><p class=\"kicker\">Study of hyperparameters</p>\n<h1>" +
                     escape(title) + " <span class=\"pill " +
                     (view.is_done() ? "good\">✓ complete" : "busy\">▶ under way") + "</span></h1>\n";
  if (best != nullptr)
    html += "<p class=\"sub\">Best: trial " + std::to_string(best->trial) + ", " +
            escape(point_text(view.space(), best->point)) + "</p>\n";
  html += "<dl class=\"figures\">\n";
  html +=
      figure("Trials", std::to_string(view.trials().size()), "of " + std::to_string(view.settings().trials));
  html += best == nullptr ? figure("Best " + view.settings().metric, "none yet", "")
                          : figure("Best " + view.settings().metric, short_number(view.value(*best)),
                                   "at step " + std::to_string(best->measures.back().step));
  const std::int64_t whole = view.settings().schedule.most * static_cast<std::int64_t>(view.trials().size());
  const std::int64_t steps = view.steps_trained();
  html += figure(
      "Steps trained", std::to_string(steps),
      whole > 0
          ? short_number(std::round(1000.0 * static_cast<double>(steps) / static_cast<double>(whole)) / 10) +
                " % of training each to its end"
          : "");
  if (view.seconds() > 0)
    html += figure("Took", format_seconds(view.seconds()), "first decision to last result");
  html += figure("Without a result", std::to_string(infeasible + failed),
                 infeasible + failed == 0
                     ? ""
                     : std::to_string(infeasible) + " infeasible, " + std::to_string(failed) + " failed");
  html += "</dl>\n";
  if (const std::string rungs = rungs_text(view); !rungs.empty())
    html += "<p class=\"quiet\">Came to: " + escape(rungs) + ".</p>\n";
  return html + "</header>\n";
}

std::string settings_part(const View& view) {
  const hpo::StudySettings& settings = view.settings();
  std::string html = "<dl class=\"facts\">\n";
  html += fact("objective",
               settings.metric + (settings.maximise ? ", the more the better" : ", the less the better"));
  html += fact("search", name_of(settings.search.method));
  html +=
      fact("schedule",
           name_of(settings.schedule.method) + ", steps " + std::to_string(settings.schedule.least) + " to " +
               std::to_string(settings.schedule.most) + ", eta " + std::to_string(settings.schedule.eta));
  html += fact("seed", std::to_string(settings.seed) + (settings.deterministic ? ", deterministic" : ""));
  html += fact("at a time", plural(settings.parallel, "trial"));
  for (const hpo::Parameter& parameter : settings.space.parameters)
    html += fact(parameter.name, range_text(settings.space, parameter));
  for (const auto& clauses : settings.space.forbidden) {
    std::string text;
    for (const hpo::Clause& clause : clauses)
      text += (text.empty() ? "" : " together with ") + clause_text(settings.space, clause);
    html += fact("never", text);
  }
  return html + "</dl>\n";
}

}  // namespace sluice::sweep
