"""A trial of a sweep, in Python: one file, standard library only (the protocol: docs/trial-protocol.md).

    from sluice_trial import Trial

    trial = Trial()                                  # finds everything from --trial and the environment
    model = make_model(**trial.parameters)
    if trial.resumed: model.load(trial.path("model.pt"))
    for epoch in trial.epochs():                     # from the last checkpoint to the milestone
        loss = model.train_one_epoch()
        trial.report(epoch, val_loss=loss)
        with trial.checkpoint(epoch) as path:        # atomic; ends the program if another attempt took over
            model.save(path("model.pt"))
    trial.done()
"""
import contextlib
import json
import math
import os
import shutil
import signal
import sys
import time
import zlib

AGAIN = 75  # the exit code that asks to be run again from the checkpoint


class Trial:
    def __init__(self, argv=None):
        argv = sys.argv if argv is None else argv
        self.folder = argv[argv.index("--trial") + 1]
        self.run = int(os.environ.get("SLUICE_TRIAL_RUN") or self._newest_run())
        spec = self._read("spec.json")
        wish = self._read(f"run.{self.run:04}.json")
        self.number, self.seed, self.parameters = spec["trial"], spec["seed"], spec["parameters"]
        self.until, self.resources = wish["until"], wish.get("resources", {})
        self.scale = self.resources.get("scale", 1)  # so many times the ranks of a new trial
        self.state = os.environ.get("SLUICE_STATE_DIR", os.path.join(self.folder, "checkpoint"))
        os.makedirs(self.state, exist_ok=True)
        self._metrics, self._seq, self._beats, self._control = {}, 0, 0, 0
        self._stop = False
        self.step = self._saved_step()
        self.resumed = self.step > 0
        for number in (signal.SIGTERM, signal.SIGUSR2):
            signal.signal(number, lambda *_: setattr(self, "_stop", True))

    def epochs(self):
        """Epochs still to train. Between two of them it obeys commands and signals."""
        while self.step < self.until:
            if self._stop:
                sys.exit(AGAIN)
            if self._obey() == "stop":
                self.done("stopped")
                sys.exit(0)
            yield self.step + 1

    def report(self, step, **metrics):
        self._seq += 1
        self._metrics = {name: value if math.isfinite(value) else None for name, value in metrics.items()}
        line = {"v": 1, "seq": self._seq, "step": step, "t": time.time(), "metrics": self._metrics}
        self._append(f"metrics.{self.run:04}.jsonl", json.dumps(line))
        self._beats += 1
        self._write(f"beat.{self.run:04}", {"v": 1, "count": self._beats, "step": step})
        if any(value is None for value in self._metrics.values()):
            self.failed("nan", f"a metric is no number at step {step}")
            sys.exit(0)

    def path(self, name):
        """A file of the last checkpoint."""
        return os.path.join(self.state, f"step-{self.step:08}", name)

    @contextlib.contextmanager
    def checkpoint(self, step):
        """Gives a function from names to paths; what is written there counts once the block has ended."""
        folder = os.path.join(self.state, f".next-{os.getpid()}")
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        yield lambda name: os.path.join(folder, name)
        self._check_fence()
        final, old = os.path.join(self.state, f"step-{step:08}"), self.step
        shutil.rmtree(final, ignore_errors=True)
        os.rename(folder, final)
        self._write(os.path.join(self.state, "step.json"), {"step": step})
        self.step = step
        if old and old != step:
            shutil.rmtree(os.path.join(self.state, f"step-{old:08}"), ignore_errors=True)

    def done(self, result="milestone"):
        """The last thing a run does; "completed" if there is nothing left to train."""
        self._status({"result": result, "step": self.step, "metrics": self._metrics})

    def failed(self, reason, message=""):
        """reason: "nan", "out-of-memory" or "exception". Ends with exit code 0: a failure is a result."""
        self._status({"result": "failed", "step": self.step, "metrics": self._metrics, "reason": reason, "message": message})

    def learning_rate_factor(self, adaptive=True):
        """For a batch that grows with the ranks: the square root for Adam and its kin, linear for SGD."""
        return math.sqrt(self.scale) if adaptive else self.scale

    def warm_up_factor(self, steps, warm):
        """After a change of ranks, `steps` steps ago: from one half up to 1, and never above."""
        return 1.0 if warm <= 0 else min(max(steps / warm, 0.5), 1.0)

    # ---- details ----

    def _status(self, more):
        self._check_fence()  # what another attempt writes counts
        self._write(f"status.{self.run:04}.json", {"v": 1, "trial": self.number, "run": self.run, **more})

    def _newest_run(self):
        return max(int(name[4:-5]) for name in os.listdir(self.folder) if name.startswith("run.") and name.endswith(".json"))

    def _read(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return json.load(file)

    def _write(self, name, thing):
        path = os.path.join(self.folder, name)
        temporary = f"{path}.tmp-{os.getpid()}"
        with open(temporary, "w") as file:
            json.dump(thing, file)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, path)

    def _append(self, name, text):
        path = os.path.join(self.folder, name)
        torn = os.path.exists(path) and os.path.getsize(path) > 0 and open(path, "rb").read()[-1:] != b"\n"
        with open(path, "a") as file:
            file.write(("\n" if torn else "") + f"{text}\t{zlib.crc32(text.encode()):08x}\n")

    def _saved_step(self):
        path = os.path.join(self.state, "step.json")
        if not os.path.exists(path):
            return 0
        with open(path) as file:
            return json.load(file)["step"]

    def _check_fence(self):
        fence = os.environ.get("SLUICE_FENCE")
        if fence and open(fence).read().strip() != os.environ.get("SLUICE_FENCE_TOKEN", ""):
            sys.exit("another attempt goes on from here")

    def _obey(self):
        try:
            control = self._read("control.json")
        except (FileNotFoundError, ValueError):
            return None
        if control.get("run") != self.run or control.get("seq", 0) <= self._control:
            return None
        self._control = control["seq"]
        if control.get("command") == "run_until":
            self.until = max(self.until, control.get("until", 0))
        return control.get("command")
