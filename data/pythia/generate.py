#!/usr/bin/env python3
"""Makes HepMC3 files with Pythia 8, for sluice-simulate --input.hepmc: for those who want its physics instead of that of
the built-in generator.

  pip install pythia8mc            # Python 3.9 or later; Pythia is free software under the GNU GPL
  python3 generate.py ee_ttbar_380 --events 1000 --seed 1 --output ee_ttbar_380.hepmc.gz

A process is ee_KIND_ENERGY, as in sluice-simulate: qq, ttbar, tautau, WW (to quarks), ZH, and the energy in GeV.
"""
import argparse
import gzip
import sys

KINDS = {
    "qq": ["WeakSingleBoson:ffbar2gmZ = on", "23:onMode = off", "23:onIfAny = 1 2 3 4 5"],
    "tautau": ["WeakSingleBoson:ffbar2gmZ = on", "23:onMode = off", "23:onIfAny = 15"],
    "ttbar": ["Top:ffbar2ttbar(s:gmZ) = on"],
    "WW": ["WeakDoubleBoson:ffbar2WW = on", "24:onMode = off", "24:onIfAny = 1 2 3 4 5"],
    "ZH": ["HiggsSM:ffbar2HZ = on", "25:m0 = 125."],
}
# What lives longer than 10 mm is left to the detector.
COMMON = ["Beams:idA = 11", "Beams:idB = -11", "PDF:lepton = on", "PartonLevel:ISR = on", "PartonLevel:FSR = on",
          "ParticleDecays:limitTau0 = on", "ParticleDecays:tau0Max = 10", "Print:quiet = on", "Random:setSeed = on"]


def settings_of(process, seed):
    kind, _, energy = process.removeprefix("ee_").rpartition("_")
    try:
        energy = float(energy)
    except ValueError:
        kind = ""
    if not process.startswith("ee_") or kind not in KINDS:
        sys.exit(f"there is no process '{process}'\n  known: " + ", ".join(f"ee_{k}_ENERGY" for k in KINDS))
    return COMMON + [f"Random:seed = {seed}", f"Beams:eCM = {energy}"] + KINDS[kind]


def write_event(out, number, event):
    """Every particle with one vertex for each set of mothers, in HepMC3's text format."""
    vertices = {}
    lines = []
    numbers = {}
    for i in range(1, event.size()):
        particle = event[i]
        mothers = tuple(sorted(numbers[m] for m in particle.motherList() if m in numbers))
        origin = 0
        if mothers:
            if mothers not in vertices:
                vertices[mothers] = -(len(vertices) + 1)
                lines.append(f"V {vertices[mothers]} 0 [{','.join(map(str, mothers))}] @ {particle.xProd():.16e} "
                             f"{particle.yProd():.16e} {particle.zProd():.16e} {particle.tProd():.16e}")
            origin = vertices[mothers]
        numbers[i] = len(numbers) + 1
        status = 1 if particle.isFinal() else 4 if abs(particle.status()) == 12 else \
            2 if abs(particle.id()) > 100 or abs(particle.id()) == 15 else abs(particle.status())
        lines.append(f"P {numbers[i]} {origin} {particle.id()} {particle.px():.16e} {particle.py():.16e} "
                     f"{particle.pz():.16e} {particle.e():.16e} {particle.m():.16e} {status}")
    out.write(f"E {number} {len(vertices)} {len(numbers)}\nU GEV MM\nW 1\n" + "\n".join(lines) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("process")
    parser.add_argument("--events", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1, help="1 to 900000000")
    parser.add_argument("--output", required=True, help="a .gz is compressed")
    options = parser.parse_args()
    settings = settings_of(options.process, options.seed)
    try:
        import pythia8mc as pythia8
    except ImportError:
        sys.exit("pythia8mc is not installed: pip install pythia8mc")
    pythia = pythia8.Pythia("", False)
    for setting in settings:
        if not pythia.readString(setting):
            sys.exit(f"Pythia does not know: {setting}")
    if not pythia.init():
        sys.exit("Pythia can't start with these settings: is the energy high enough?")
    opener = gzip.open if options.output.endswith(".gz") else open
    with opener(options.output, "wt") as out:
        out.write("HepMC::Version 3.02.05\nHepMC::Asciiv3-START_EVENT_LISTING\nW Default\n")
        number = failures = 0
        while number < options.events:
            if pythia.next():
                write_event(out, number, pythia.event)
                number += 1
            elif (failures := failures + 1) > 100:
                sys.exit("Pythia failed a hundred times")
        out.write("HepMC::Asciiv3-END_EVENT_LISTING\n")


if __name__ == "__main__":
    main()
