#include "tests/sim/simulation.h"

#include <cerrno>
#include <optional>

#include "engine/plan/plan.h"
#include "engine/run/driver.h"
#include "engine/store/lock.h"
#include "engine/workflow/load.h"
#include "tests/sim/cluster.h"
#include "tests/sim/slurm_site.h"

namespace sluice::sim {

namespace {

constexpr std::int64_t day_ns = 24 * 3600 * ns_per_s;
constexpr int most_drivers = 400;
constexpr int drivers_with_faults = 60;  ///< afterwards the world is kind, so that every life ends

struct Crash {};

/// Fan-out, gather, a chain, a diamond, folders, a tolerant stage and a final one.
constexpr const char* workflow_text = R"(
sluice = 1
name = "simulated"

[stage.make]
command = ["/bin/true", "make", "{i}"]
each    = { i = "1..4" }
outputs = { out = "make/{i}" }
retry   = { attempts = 3 }

[stage.twist]
command = ["/bin/true", "twist", "{i}", "--", "{inputs.in}"]
each    = "make"
inputs  = { in = "make.out" }
outputs = { out = "twist/{i}", folder = "folders/{i}" }

[stage.join]
command = ["/bin/true", "join", "--", "{inputs.all}", "{inputs.user}"]
inputs  = { all = "twist.out", user = "file:user.txt" }
outputs = { folder = "joined" }
retry   = { attempts = 2, delay = "1 min" }

[stage.close]
command = ["/bin/true", "close", "--", "{inputs.first}"]
inputs  = { first = "make.out" }
outputs = { out = "closed" }
)";

class Silent final : public run::Observer {
 public:
  void started(const run::StartedNotice&) override {}
  void settled(const run::SettledNotice&) override {}
  void retrying(const run::RetryNotice&) override {}
  void message(run::MessageLevel, std::string_view) override {}
};

/// Nobody else is alive, and every driver is a new process.
class LonelyProcesses final : public Processes {
 public:
  ProcessId self() override { return {"host", "boot", pid, 1}; }
  Liveness liveness(const ProcessId& process) override {
    return process.pid == pid ? Liveness::alive : Liveness::dead;
  }
  Result<Captured> capture(const std::vector<std::string>& argv, int) override {
    return Error{"there are no programs here", argv.front(), ""};
  }
  std::int64_t pid = 1;
};

class Life {
 public:
  Life(std::uint64_t seed, Where where) : random_(seed), site_(make_site(where)) {
    disk_.now_ns = [this] { return time_.wall_ns(); };
    disk_.put("/bin/true", "the program", true);
    disk_.put("/run/user.txt", users_file());
    disk_.put("/run/workflow.toml", workflow_text);
    disk_.before_change = [this](const std::string&, const std::string&) { return disturb(); };
    site_->before_submit = [this] { (void)disturb(); };
    site_->programs().fails = 0.05;
    site_->programs().forgets_output = 0.02;
    // A submission to Slurm writes more files than one to a machine.
    crash_probability_ =
        where == Where::slurm ? pick({0.0, 0.002, 0.01, 0.04}) : pick({0.0, 0.002, 0.02, 0.1});
    full_probability_ = pick({0.0, 0.0, 0.01});
    edits_left_ = std::uniform_int_distribution<int>(-2, 3)(random_);
  }

  Verdict live() {
    workflow::LoadOptions options;
    options.path = "/run/workflow.toml";
    Diagnostics diagnostics;
    const auto describe = [](const std::string& path) -> Result<json::object> {
      return Error{"no stage", path, ""};
    };
    auto graph = workflow::load(options, disk_, describe, diagnostics);
    if (!graph) return {"the workflow does not load: " + diagnostics.render(), 0, 0, 0};
    graph_ = &*graph;
    while (verdict_.broken.empty() && !(succeeded_ && !edited_ && all_told()) &&
           verdict_.drivers < most_drivers)
      one_driver();
    if (verdict_.broken.empty() && !succeeded_)
      verdict_.broken = "no end after " + std::to_string(most_drivers) + " drivers";
    if (verdict_.broken.empty()) verdict_.broken = check_the_end();
    verdict_.attempts = site_->attempts();
    return verdict_;
  }

 private:
  std::unique_ptr<Site> make_site(Where where) {
    if (where == Where::slurm) return std::make_unique<SlurmSite>(time_, disk_, random_);
    auto cluster = std::make_unique<Cluster>(time_, disk_, random_);
    cluster->rates = {0.05, 0.1, 0.1, 0.05, 0.05, 0.02};
    return cluster;
  }
  double pick(std::initializer_list<double> values) {
    return values.begin()[std::uniform_int_distribution<std::size_t>(0, values.size() - 1)(random_)];
  }
  bool chance(double probability) {
    return std::uniform_real_distribution<double>(0, 1)(random_) < probability;
  }

  /// Before every change of the disk, every commit and every submission of the driver.
  int disturb() {
    if (!driver_alive_) return 0;
    if (chance(crash_probability_)) throw Crash{};
    return chance(full_probability_) ? ENOSPC : 0;
  }

  /// No edit is taken back: between the start and the end of one task that would leave no trace but a time.
  std::string users_file() const { return "the user's file, edited " + std::to_string(edits_) + " times"; }

  /// The user does not wait for the run to end.
  void edit_some_time() {
    if (edits_left_ <= 0 || !chance(0.5)) return;
    --edits_left_;
    time_.after(random_delay(), [this] {
      ++edits_;
      edited_ = true;
      disk_.put("/run/user.txt", users_file());
    });
  }

  /// A run may succeed while Slurm is silent about attempts that nobody needs: the next driver asks again.
  bool all_told() {
    if (!site_->may_stay_silent()) return true;
    auto store = store::Store::open(memory_.path(), {});
    if (!store) return true;
    const auto live = (*store)->live_attempts();
    return !live || live->empty();
  }

  void one_driver() {
    ++verdict_.drivers;
    succeeded_ = edited_ = false;
    edit_some_time();
    ++processes_.pid;
    if (verdict_.drivers > drivers_with_faults) {
      site_->calm();
      crash_probability_ = full_probability_ = 0;
    }
    driver_alive_ = true;
    try {
      drive();
    } catch (const Crash&) {
      ++verdict_.crashes;
    }
    driver_alive_ = false;
    if (verdict_.broken.empty()) verdict_.broken = site_->programs().broken_promise();
    // Meanwhile what runs goes on.
    const std::int64_t pause = std::uniform_int_distribution<std::int64_t>(0, 60 * ns_per_s)(random_);
    const std::int64_t until = time_.mono_ns() + pause;
    while (time_.step(until)) {
    }
    time_.jump(until);
  }

  void drive() {
    store::Lock lock("", processes_, time_);
    store::StoreOptions options;
    options.uid = "sim";
    options.at_commit = [this](store::CommitPoint) { (void)disturb(); };
    auto taken = lock.take(memory_.path(), options);
    if (!taken) return fail(sluice::to_string(taken.error()));
    auto* got = std::get_if<store::Taken>(&*taken);
    if (got == nullptr) return fail("the lock of a dead driver was not taken over");
    store::Store& store = *got->store;
    plan::PlanOptions plan_options;
    plan_options.run_folder = "/run";
    plan_options.threads = 1;
    auto plan = plan::Plan::make(*graph_, store, disk_, time_, plan_options);
    if (!plan) return fail(sluice::to_string(plan.error()));

    Silent silent;
    run::Driver* driver = nullptr;
    std::vector<std::vector<executors::Event>> early;
    const auto front = site_->open([&](std::vector<executors::Event> events) {
      if (driver != nullptr)
        driver->on_events(0, std::move(events));
      else
        early.push_back(std::move(events));
    });
    const auto capabilities = front->hello();
    run::Driver real({disk_,
                      time_,
                      store,
                      *graph_,
                      **plan,
                      run::Layout("/run"),
                      {front.get()},
                      {*capabilities},
                      silent,
                      {},
                      {}});
    driver = &real;
    if (auto started = real.start(); !started) return;  // a full disk: the next driver tries again
    pump(real);
    if (!real.done()) return fail("the driver waits for nothing: " + where_it_hangs(real));
    succeeded_ = real.end() == run::RunEnd::succeeded;
    if (real.end() == run::RunEnd::broken || real.end() == run::RunEnd::fenced_off) fail(real.end_message());
    if (succeeded_) (void)lock.release(store);
  }

  void pump(run::Driver& driver) {
    const std::int64_t limit = time_.mono_ns() + day_ns;
    const std::int64_t interrupt_at = chance(0.1) ? time_.mono_ns() + random_delay() : 0;
    bool interrupted = false;
    while (!driver.done() && time_.mono_ns() < limit) {
      if (interrupt_at != 0 && !interrupted && time_.mono_ns() >= interrupt_at) {
        interrupted = true;
        if (chance(0.5))
          driver.detach();
        else
          driver.interrupt();
        continue;
      }
      const auto wake = driver.wake_at_ms();
      const std::int64_t wake_ns = wake ? *wake * ns_per_ms : limit;
      if (!time_.empty() && time_.next_ns() <= wake_ns) {
        time_.step(limit);
      } else if (wake) {
        time_.jump(wake_ns);
        driver.on_time();
      } else {
        return;
      }
    }
  }

  std::int64_t random_delay() {
    return std::uniform_int_distribution<std::int64_t>(0, 60 * ns_per_s)(random_);
  }

  static std::string where_it_hangs(const run::Driver& driver) {
    std::string text;
    for (schedule::Unit unit = 0; unit < driver.scheduler().unit_count(); ++unit)
      text += driver.unit_name(unit) + " " +
              std::string(schedule::to_string(driver.scheduler().state(unit))) + "; ";
    return text;
  }

  std::string expected(const std::string& stage, int i, const std::string& output) {
    std::vector<std::string> words{"/bin/true", stage};
    if (i != 0) words.push_back(std::to_string(i));
    std::vector<std::string> inputs;
    if (stage == "twist") inputs = {expected("make", i, "out")};
    if (stage == "close")
      for (int k = 1; k <= 4; ++k) inputs.push_back(expected("make", k, "out"));
    if (stage == "join") {
      for (int k = 1; k <= 4; ++k) inputs.push_back(expected("twist", k, "out"));
      inputs.push_back(users_file());
    }
    return program_output(words, inputs, output);
  }

  std::string check_file(const std::string& path, const std::string& bytes) {
    auto found = disk_.read("/run/" + path);
    if (!found) return path + " is missing at the end";
    return *found == bytes ? "" : path + " has another content than an uninterrupted run gives";
  }

  std::string check_the_end() {
    if (site_->doubly_started() != 0) return "a token was submitted twice";
    for (const auto& [task, count] : site_->programs().successes())
      if (count > 1 + (task.starts_with("join") ? edits_ : 0))
        return task + " was run to success " + std::to_string(count) + " times: finished work was lost";
    for (int i = 1; i <= 4; ++i) {
      const std::string n = std::to_string(i);
      for (const auto& wrong : {check_file("make/" + n, expected("make", i, "out")),
                                check_file("twist/" + n, expected("twist", i, "out")),
                                check_file("folders/" + n + "/part", expected("twist", i, "folder"))})
        if (!wrong.empty()) return wrong;
    }
    if (auto wrong = check_file("joined/part", expected("join", 0, "folder")); !wrong.empty()) return wrong;
    if (auto wrong = check_file("closed", expected("close", 0, "out")); !wrong.empty()) return wrong;
    return check_nothing_to_do();
  }

  std::string check_nothing_to_do() {
    auto store = store::Store::open(memory_.path(), {});
    if (!store) return sluice::to_string(store.error());
    plan::PlanOptions options;
    options.run_folder = "/run";
    options.threads = 1;
    auto plan = plan::Plan::make(*graph_, **store, disk_, time_, options);
    if (!plan) return sluice::to_string(plan.error());
    const auto counts = (*plan)->counts();
    if (counts.up_to_date != graph_->task_count()) return "after success there is still something to do";
    if (auto live = (*store)->live_attempts(); !live || !live->empty())
      return "after success an attempt is still recorded as live";
    return "";
  }

  void fail(std::string what) {
    if (verdict_.broken.empty()) verdict_.broken = std::move(what);
  }

  std::mt19937_64 random_;
  VirtualTime time_;
  tests::MemoryDisk disk_;
  std::unique_ptr<Site> site_;
  store::MemoryStore memory_;
  LonelyProcesses processes_;
  const workflow::TaskGraph* graph_ = nullptr;
  double crash_probability_ = 0;
  double full_probability_ = 0;
  bool driver_alive_ = false;
  bool succeeded_ = false;
  int edits_left_ = 0;
  int edits_ = 0;
  bool edited_ = false;  ///< since this driver began: its success may be that of the content before
  Verdict verdict_;
};

}  // namespace

Verdict simulate(std::uint64_t seed, Where where) { return Life(seed, where).live(); }

}  // namespace sluice::sim
