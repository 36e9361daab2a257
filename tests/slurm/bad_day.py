"""What can go wrong on a cluster, done to the one that cluster-up has started (SLURM_CONF says where).

Each event is a function that strikes and gives one line about what it did; or nothing when the blow missed (the job had
ended by then), so that only what really hurt is counted.
"""
import os, re, signal, subprocess, time

HERE = os.path.dirname(os.path.abspath(__file__))
NODES = ["n1", "n2", "n3", "n4"]
TRIAL, TRAINING = r"\.trial-\d+", r"/train/\d+"
USR2 = 1 << (signal.SIGUSR2 - 1)


def slurm(*argv):
    """A command's output; empty while the controller is away."""
    try:
        return subprocess.run(argv, capture_output=True, text=True, timeout=60).stdout.strip()
    except subprocess.TimeoutExpired:
        return ""


def eventually(condition, patience):
    """What `condition` gives, as soon as that is something."""
    end = time.monotonic() + patience
    while True:
        found = condition()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def folder():
    return os.path.realpath(os.path.dirname(os.environ["SLURM_CONF"]))


def repair():
    """Daemons that have died are started, nodes that are down resumed, the partition opened; with the settings the cluster has."""
    with open(os.path.join(folder(), "run/settings")) as file:
        settings = file.read().split()
    subprocess.run([os.path.join(HERE, "cluster-up"), folder(), *settings], check=True, timeout=120,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    slurm("scontrol", "update", "partitionname=main", "state=up")


def daemon(name):
    with open(os.path.join(folder(), "run", name + ".process")) as file:
        return int(file.read().split()[0])


# ---- jobs

def running(what):
    """(job, its nodes) of a job of ours that runs a task whose token fits."""
    for line in slurm("squeue", "--me", "--noheader", "--states=RUNNING", "--partition=main", "--array",
                      "--format=%i|%N|%k").splitlines():
        job, nodes, comment = line.split("|", 2)
        if nodes and re.search(what, comment):
            return job, slurm("scontrol", "show", "hostnames", nodes).split()
    return None


def states_of(job):
    """The states in which Slurm's own list of ended jobs has it."""
    number = re.search(r"JobId=(\d+)", slurm("scontrol", "--oneliner", "show", "job", job) or f"JobId={job}").group(1)
    with open(os.path.join(folder(), "log/ended.log")) as file:
        return re.findall(rf"^JobId={number} .*?JobState=(\S+)", file.read(), re.MULTILINE)


def restarted(job):
    return re.search(r"\bRestarts=[1-9]", slurm("scontrol", "--oneliner", "show", "job", job))


def was(state, job):
    """It ended so, or was thrown back into the queue."""
    return eventually(lambda: restarted(job) or states_of(job), 20) and (restarted(job) or state in states_of(job))


def processes():
    """(pid, parent, command line, environment) of all."""
    for name in os.listdir("/proc"):
        try:
            with open(f"/proc/{name}/stat") as stat, open(f"/proc/{name}/cmdline", "rb") as words, \
                    open(f"/proc/{name}/environ", "rb") as environment:
                parent = int(stat.read().rsplit(")", 1)[1].split()[1])
                yield int(name), parent, words.read().split(b"\0"), environment.read().split(b"\0")
        except (OSError, ValueError, IndexError):
            continue


def program_of(job):
    """The process that the runner of a job has started."""
    everything = list(processes())
    for pid, _, words, _ in everything:
        if words[0].endswith(b"sluice-runner") and job.encode() in words:
            return next((child for child, parent, _, _ in everything if parent == pid), None)
    return None


def of_environment(marks):
    """Those whose environment has all marks, and the slurmstepd that they run under."""
    everything = {pid: (parent, words, environment) for pid, parent, words, environment in processes()}
    found = {pid for pid, (_, _, environment) in everything.items() if marks <= set(environment)}
    parents = {everything[pid][0] for pid in found}
    return found | {pid for pid in parents if pid in everything and b"slurmstepd" in everything[pid][1][0]}


def signals(which, pid):
    """A mask of a process: those that wait for it, those that it handles; none when it has gone."""
    try:
        with open(f"/proc/{pid}/status") as file:
            return int(re.search(rf"^{which}:\s*(\w+)", file.read(), re.MULTILINE).group(1), 16)
    except (OSError, AttributeError):
        return 0


# ---- events: (run, job, nodes of the job) -> what was done, or nothing

def down(_, job, nodes):
    """An administrator, or a health check, takes a node out at once: what runs on it is killed."""
    slurm("scontrol", "update", f"nodename={nodes[0]}", "state=down", "reason=test")
    hit = was("NODE_FAIL", job)
    slurm("scontrol", "update", f"nodename={nodes[0]}", "state=resume")
    return hit and f"node {nodes[0]} went down under job {job}, a trial"


def drain(_, job, nodes):
    """A node takes nothing new; what runs on it goes on."""
    slurm("scontrol", "update", f"nodename={nodes[0]}", "state=drain", "reason=test")
    state = slurm("sinfo", "--noheader", f"--nodes={nodes[0]}", "--partition=main", "--format=%T")
    eventually(lambda: states_of(job), 20)
    slurm("scontrol", "update", f"nodename={nodes[0]}", "state=resume")
    return state == "draining" and f"node {nodes[0]} was drained under job {job}, a trial, until that had ended"


def preempt(_, job, nodes):
    """A job of higher priority wants the place of ours."""
    slurm("sbatch", "--partition=urgent", f"--nodelist={nodes[0]}", "--cpus-per-task=4", "--time=1",
          "--output=/dev/null", "--wrap=sleep 2")
    return was("PREEMPTED", job) and f"an urgent job took node {nodes[0]} from job {job}, a trial"


def limit(_, job, __):
    """The warning before the time limit arrives. (The program is held until then: Slurm looks twice a minute.)"""
    program = eventually(lambda: program_of(job), 5)
    if not program or not eventually(lambda: signals("SigCgt", program) & USR2, 5):
        return None
    os.kill(program, signal.SIGSTOP)
    slurm("scontrol", "update", f"jobid={job}", "timelimit=1")
    hit = eventually(lambda: (signals("ShdPnd", program) | signals("SigPnd", program)) & USR2, 60)
    os.kill(program, signal.SIGCONT)
    return hit and f"the time limit of job {job}, a trial, came near"


def death(_, job, nodes):
    """A node is gone without a word, with all that ran on it, in the middle of a training over two nodes.

    mpirun on the other node sees it first and fails; where Slurm then calls the job FAILED, that costs the task one of its
    tries, so it is done once a run."""
    node = nodes[-1]
    marks = {f"SLURMD_NODENAME={node}".encode(), f"SLURM_CONF={os.environ['SLURM_CONF']}".encode()}
    doomed = eventually(lambda: of_environment(marks), 5)
    if not doomed:
        return None  # mpirun has not reached that node yet
    for pid in [daemon(node), *doomed]:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
    hit = eventually(lambda: restarted(job) or states_of(job), 60)
    eventually(lambda: slurm("sinfo", "--noheader", f"--nodes={node}", "--partition=main", "--format=%T")
               .startswith("down"), 60)
    repair()
    return hit and f"node {node} died under job {job}, a training over two nodes"


def silence(_, __, ___):
    """The controller does not answer for a while."""
    os.kill(daemon("controller"), signal.SIGSTOP)
    time.sleep(15)
    os.kill(daemon("controller"), signal.SIGCONT)
    return "the controller was silent for 15 s"


def restart(_, __, ___):
    """The controller is stopped, as for an upgrade, and started again.

    Not by kill -9: what it has not written down (five seconds at most) it would start a second time, and the nodes then
    have such jobs cancelled as duplicates, which nobody can tell from a person's scancel."""
    os.kill(daemon("controller"), signal.SIGTERM)
    time.sleep(10)
    repair()
    return "the controller was stopped, and started again after 10 s"


def closed(run, _, __):
    """The partition takes no jobs for a while, as before maintenance."""
    words = "Required partition not available"
    before = run.log().count(words)
    slurm("scontrol", "update", "partitionname=main", "state=inactive")
    hit = eventually(lambda: run.is_over() or run.log().count(words) > before, 30) and not run.is_over()
    time.sleep(3)
    slurm("scontrol", "update", "partitionname=main", "state=up")
    return hit and "the partition was closed: sbatch was refused"


def driver(run, _, __):
    """kill -9 of the driver, which is started again."""
    run.kill_driver()
    return "the driver was killed"


# What has to be running for it.
EVENTS = {driver: None, drain: TRIAL, down: TRIAL, preempt: TRIAL, limit: TRIAL, death: TRAINING, silence: None,
          restart: None, closed: None}
