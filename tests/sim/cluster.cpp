#include "tests/sim/cluster.h"

namespace sluice::sim {

namespace {

constexpr std::int64_t minute_ns = 60 * ns_per_s;

}  // namespace

std::unique_ptr<executors::Executor> Cluster::open(executors::EventSink sink) {
  return std::make_unique<Front>(*this, std::move(sink));
}

void Cluster::calm() {
  rates = {};
  programs_.fails = programs_.forgets_output = 0;
}

bool Cluster::chance(double probability) {
  return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
}

std::int64_t Cluster::delay_ns() {
  if (chance(rates.late)) return std::uniform_int_distribution<std::int64_t>(0, 10 * minute_ns)(random_);
  return std::uniform_int_distribution<std::int64_t>(0, 5 * ns_per_ms)(random_);
}

/// On its way to whoever is the driver when it arrives; a driver that is gone by then never hears of it.
void Cluster::tell(executors::Event event) {
  const int copies = chance(rates.doubled) ? 2 : 1;
  for (int copy = 0; copy < copies; ++copy)
    time_.after(delay_ns(), [this, event, front = front_] {
      if (front != nullptr && front == front_) front_->sink_({event});
    });
}

void Cluster::start(const executors::AttemptSpec& spec) {
  programs_.begin(spec.token);
  Job& job = jobs_[spec.token];
  job.spec = spec;
  const auto duration = std::uniform_int_distribution<std::int64_t>(ns_per_ms, 30 * ns_per_s)(random_);
  time_.after(duration, [this, token = spec.token] { end(token); });
}

void Cluster::end(const executors::Token& token) {
  Job& job = jobs_.at(token);
  if (!job.running) return;
  job.running = false;
  programs_.end(token);
  job.end.token = token;
  job.end.node = "node";
  if (job.cancelled) {
    job.end.record = executors::ExitRecord{};
    job.end.record->token = token;
    job.end.record->signal = 15;
    job.end.record->cause = executors::Cause::cancelled;
  } else if (chance(rates.node_lost)) {
    job.end.verdict = executors::Verdict::node_failure;
  } else {
    job.end.record = programs_.run(job.spec);
  }
  if (!chance(rates.silent)) tell(job.end);
}

Result<executors::Capabilities> Cluster::Front::hello() {
  executors::Capabilities capabilities;
  capabilities.name = "simulated";
  capabilities.cpu_slots = 3;
  capabilities.max_batch = 2;
  return capabilities;
}

void Cluster::Front::submit(std::span<const executors::AttemptSpec> attempts) {
  for (const auto& spec : attempts) {
    if (cluster_.before_submit) cluster_.before_submit();
    if (cluster_.jobs_.contains(spec.token)) {
      ++cluster_.doubly_started_;
      continue;
    }
    if (cluster_.chance(cluster_.rates.refused)) {
      cluster_.tell(executors::Rejected{spec.token, false, "busy"});
      continue;
    }
    cluster_.start(spec);
    cluster_.tell(executors::Accepted{spec.token, "job-" + spec.token});
    if (cluster_.chance(cluster_.rates.unreachable)) {
      cluster_.tell(executors::Unreachable{"no answer"});
      cluster_.time_.after(15 * minute_ns, [cluster = &cluster_, front = this] {
        if (cluster->front_ == front) front->sink_({executors::Reachable{}});
      });
    }
  }
  if (cluster_.before_submit) cluster_.before_submit();
}

void Cluster::Front::cancel(std::span<const executors::Token> tokens, executors::CancelMode) {
  for (const auto& token : tokens) {
    const auto job = cluster_.jobs_.find(token);
    if (job == cluster_.jobs_.end() || !job->second.running) continue;
    job->second.cancelled = true;
    cluster_.programs_.end(token);
    cluster_.time_.after(ns_per_s, [cluster = &cluster_, token] { cluster->end(token); });
  }
}

void Cluster::Front::attach(std::span<const executors::Token> tokens) {
  for (const auto& token : tokens) {
    const auto job = cluster_.jobs_.find(token);
    if (job == cluster_.jobs_.end()) {
      cluster_.tell(executors::Attached{token, executors::Presence::absent, ""});
      continue;
    }
    if (cluster_.chance(cluster_.rates.late)) {
      cluster_.tell(executors::Attached{token, executors::Presence::ambiguous, ""});
      continue;
    }
    cluster_.tell(executors::Attached{token, executors::Presence::present, "job-" + token});
    if (!job->second.running) cluster_.tell(job->second.end);
  }
}

}  // namespace sluice::sim
