#!/usr/bin/env python3
"""A straightforward importer of CLIC-like EDM4hep files in Python: what sluice-import is measured against.

  peer_import.py IN.root OUT.h5

Reads with uproot, clusters with fastjet, writes with h5py (the same compression and checksums), and does the same work:
features of tracks, clusters and hits, truth, labels, candidates, jets, missing momentum. Sums over hits and links are
numpy's; what has to be decided particle by particle is a Python loop, as in other importers of this kind.
"""
import math
import sys

import fastjet
import h5py
import numpy as np
import uproot

FIELD = 4.0
HITS = {"ECALBarrel": 0, "ECALEndcap": 0, "ECALOther": 0, "HCALBarrel": 1, "HCALEndcap": 1, "HCALOther": 1, "MUON": 2,
        "LumiCal_Hits": 2, "VXDTrackerHits": 3, "VXDEndcapTrackerHits": 3, "ITrackerHits": 3, "ITrackerEndcapHits": 3,
        "OTrackerHits": 3, "OTrackerEndcapHits": 3}
CHARGED, NEUTRAL, PHOTON, ELECTRON, MUON = 1, 2, 3, 4, 5


def murmur(name):
    """podio's collection id: MurmurHash3, x86, 32 bit, seed 0."""
    data, h = name.encode(), 0
    mul = lambda a, b: (a * b) & 0xFFFFFFFF
    rot = lambda a, r: ((a << r) | (a >> (32 - r))) & 0xFFFFFFFF
    for i in range(0, len(data) // 4 * 4, 4):
        h = (mul(rot(h ^ mul(rot(mul(int.from_bytes(data[i:i + 4], "little"), 0xCC9E2D51), 15), 0x1B873593), 13), 5)
             + 0xE6546B64) & 0xFFFFFFFF
    tail = data[len(data) // 4 * 4:]
    if tail:
        h ^= mul(rot(mul(int.from_bytes(tail, "little"), 0xCC9E2D51), 15), 0x1B873593)
    h ^= len(data)
    h = mul(h ^ (h >> 16), 0x85EBCA6B)
    h = mul(h ^ (h >> 13), 0xC2B2AE35)
    return h ^ (h >> 16)


class File:
    def __init__(self, path):
        self.tree = uproot.open(path)["events"]
        self.keys = set(self.tree.keys())
        self.cache = {}

    def __contains__(self, name):
        return name in self.keys

    def column(self, branch):
        if branch not in self.cache:
            self.cache[branch] = self.tree[branch].array(library="np")
        return self.cache[branch]

    def get(self, collection, member, event):
        return self.column(f"{collection}/{collection}.{member}")[event]

    def ref(self, collection, relation, event):
        name = f"_{collection}_{relation}"
        return (self.column(f"{name}/{name}.index")[event], self.column(f"{name}/{name}.collectionID")[event])


def direction(x, y, z):
    transverse = np.hypot(x, y)
    length = np.hypot(transverse, z)
    with np.errstate(all="ignore"):
        eta = np.where(transverse > 0, np.arcsinh(z / transverse), 0.0)
        return (np.where(length > 0, transverse / length, 0.0), eta, np.where(transverse > 0, y / transverse, 0.0),
                np.where(transverse > 0, x / transverse, 0.0))


def class_of(pdg, charge):
    kind = abs(int(pdg))
    return {22: PHOTON, 11: ELECTRON, 13: MUON}.get(kind, CHARGED if charge != 0 else NEUTRAL)


def jets_of(momenta):
    if not len(momenta):
        return [], []
    particles = []
    for i, (x, y, z, e) in enumerate(momenta):
        particle = fastjet.PseudoJet(float(x), float(y), float(z), float(e))
        particle.set_user_index(i)
        particles.append(particle)
    definition = fastjet.JetDefinition(fastjet.ee_genkt_algorithm, 0.4, -1.0)
    sequence = fastjet.ClusterSequence(particles, definition)
    rows, jet_of = [], [-1] * len(momenta)
    for number, jet in enumerate(fastjet.sorted_by_pt(sequence.inclusive_jets(5.0))):
        for constituent in jet.constituents():
            jet_of[constituent.user_index()] = number
        _, eta, _, _ = direction(jet.px(), jet.py(), jet.pz())
        rows.append([jet.pt(), float(eta), math.atan2(jet.py(), jet.px()), jet.e()])
    return rows, jet_of


def momentum_rows(p, charge):
    p = np.asarray(p, dtype=np.float64).reshape(-1, 4)
    _, eta, sin_phi, cos_phi = direction(p[:, 0], p[:, 1], p[:, 2])
    return np.column_stack([np.hypot(p[:, 0], p[:, 1]), eta, sin_phi, cos_phi, p[:, 3], charge])


def surrogates(status, parents, children, stable, has):
    candidates = set()
    for i in stable:
        here = i
        if has[i]:
            continue
        for _ in range(8):
            if not parents[here]:
                break
            here = parents[here][0]
            if status[here] != 1 and has[here]:
                candidates.add(here)
                break

    def below(i):
        todo, seen = list(children[i]), set()
        while todo:
            k = todo.pop()
            if k not in seen:
                seen.add(k)
                todo += children[k]
        return seen

    good = [c for c in candidates if not any(status[k] == 1 and has[k] for k in below(c))]
    return sorted(c for c in good if not any(k in good for k in below(c)))


class Event:
    def __init__(self, file, event, ids):
        self.f, self.n, self.ids = file, event, ids
        self.rows = {}

    def read(self):
        f, n = self.f, self.n
        hits = []
        self.base = {}
        count = 0
        for name, subdetector in HITS.items():
            if f"{name}/{name}.position.x" not in f:
                continue
            member = "energy" if f"{name}/{name}.energy" in f else "eDep"
            energy = f.get(name, member, n)
            self.base[self.ids[name]] = count
            count += len(energy)
            hits.append(np.column_stack([energy, f.get(name, "position.x", n), f.get(name, "position.y", n),
                                         f.get(name, "position.z", n), f.get(name, "time", n), f.get(name, "type", n),
                                         np.full(len(energy), subdetector)]).astype(np.float64))
        self.hits = np.concatenate(hits) if hits else np.zeros((0, 7))
        m = "MCParticles"
        self.pdg, self.status = f.get(m, "PDG", n), f.get(m, "generatorStatus", n)
        self.bits, self.charge = f.get(m, "simulatorStatus", n).astype(np.uint32), f.get(m, "charge", n)
        p = np.column_stack([f.get(m, f"momentum.{c}", n) for c in "xyz"] + [f.get(m, "mass", n)]).astype(np.float64)
        self.p = p.copy()
        self.p[:, 3] = np.sqrt((p ** 2).sum(axis=1))
        self.parents = [[] for _ in self.pdg]
        self.children = [[] for _ in self.pdg]
        for relation in ("parents", "daughters"):
            begin, end = f.get(m, f"{relation}_begin", n), f.get(m, f"{relation}_end", n)
            index, _ = f.ref(m, relation, n)
            for i in range(len(begin)):
                for k in index[begin[i]:end[i]]:
                    mother, child = (int(k), i) if relation == "parents" else (i, int(k))
                    if child not in self.children[mother]:
                        self.children[mother].append(child)
                        self.parents[child].append(mother)

    def hit_rows(self, index, collection):
        return np.array([self.base[c] + i if c in self.base else -1 for i, c in zip(index, collection)], dtype=np.int64)

    def answerable(self, stable):
        owner = [-1] * len(self.pdg)
        for sources in (stable, [i for i in range(len(self.pdg)) if self.status[i] != 0]):
            queue = []
            for i in sources:
                if owner[i] < 0:
                    owner[i] = i
                    queue.append(i)
            for here in queue:
                for child in self.children[here]:
                    if owner[child] < 0:
                        owner[child] = owner[here]
                        queue.append(child)
        return [i if o < 0 else o for i, o in enumerate(owner)]

    def tracks_and_clusters(self):
        f, n = self.f, self.n
        name = "SiTracks_Refitted"
        begin, end = f.get(name, "trackStates_begin", n), f.get(name, "trackStates_end", n)
        states = f"_{name}_trackStates"
        state = {k: f.column(f"{states}/{states}.{k}")[n]
                 for k in ("location", "D0", "phi", "omega", "Z0", "tanLambda", "time", "referencePoint.x", "referencePoint.y")}
        chi2, ndf = f.get(name, "chi2", n), f.get(name, "ndf", n)
        beside = f"{name}_dQdx/{name}_dQdx.dQdx.value"
        dedx = f.column(beside)[n] if beside in f else np.zeros(len(begin))
        dedx_error = f.column(beside.replace("value", "error"))[n] if beside in f else np.zeros(len(begin))
        tracks = []
        for i in range(len(begin)):
            slots = list(range(begin[i], end[i]))
            at = next((k for k in slots if state["location"][k] == 1), slots[0])
            first = next((k for k in slots if state["location"][k] == 2), slots[0])
            tan = float(state["tanLambda"][at])
            pt = 2.99792458e-4 * abs(FIELD / state["omega"][at]) if state["omega"][at] else 0.0
            tracks.append([1, pt, math.asinh(tan), math.sin(state["phi"][at]), math.cos(state["phi"][at]),
                           pt * math.sqrt(1 + tan * tan), chi2[i], ndf[i], dedx[i], dedx_error[i],
                           math.hypot(state["referencePoint.x"][first], state["referencePoint.y"][first]), tan,
                           state["D0"][at], state["omega"][at], state["Z0"][at], state["time"][at]])
        name = "PandoraClusters"
        energy, theta = f.get(name, "energy", n), f.get(name, "iTheta", n)
        x, y, z = (f.get(name, f"position.{c}", n).astype(np.float64) for c in "xyz")
        begin, end = f.get(name, "hits_begin", n), f.get(name, "hits_end", n)
        rows = self.hit_rows(*f.ref(name, "hits", n))
        sine, eta, sin_phi, cos_phi = direction(x, y, z)
        clusters = []
        self.cluster_of_hit = np.full(len(self.hits), -1)
        for i in range(len(energy)):
            mine = rows[begin[i]:end[i]]
            mine = mine[mine >= 0]
            self.cluster_of_hit[mine] = i
            hits = self.hits[mine]
            weight = np.where(hits[:, 0] > 0, hits[:, 0], 0)
            total = weight.sum()
            sigma = np.zeros(3)
            if total > 0:
                mean = (hits[:, 1:4] * weight[:, None]).sum(axis=0) / total
                sigma = np.sqrt((weight[:, None] * (hits[:, 1:4] - mean) ** 2).sum(axis=0) / total)
            by = [hits[hits[:, 6] == s, 0].sum() for s in range(3)]
            clusters.append([2, energy[i] * sine[i], eta[i], sin_phi[i], cos_phi[i], energy[i], x[i], y[i], z[i], theta[i],
                             *by, len(mine), *sigma])
        self.rows["tracks/features"] = np.array(tracks, dtype=np.float32).reshape(-1, 16)
        self.rows["clusters/features"] = np.array(clusters, dtype=np.float32).reshape(-1, 17)
        hits = self.hits
        sine, eta, sin_phi, cos_phi = direction(hits[:, 1], hits[:, 2], hits[:, 3])
        self.rows["hits/features"] = np.column_stack(
            [np.where(hits[:, 6] == 3, 1, 2), hits[:, 0] * sine, eta, sin_phi, cos_phi, hits[:, 0], hits[:, 1:4],
             hits[:, 4], hits[:, 6], hits[:, 5]]).astype(np.float32)

    def links(self):
        """Weights of particles in hits, clusters and tracks, as dictionaries."""
        f, n = self.f, self.n
        hit, mc, weight = [], [], []
        for name in ("CalohitMCTruthLink",):
            row = self.hit_rows(*f.ref(name, "from", n))
            good = row >= 0
            hit.append(row[good])
            mc.append(f.ref(name, "to", n)[0][good])
            weight.append(f.get(name, "weight", n)[good])
        hit, mc, weight = np.concatenate(hit), np.concatenate(mc), np.concatenate(weight).astype(np.float64)
        for relation, sim in (("VXDTrackerHitRelations", "VertexBarrelCollection"),
                              ("VXDEndcapTrackerHitRelations", "VertexEndcapCollection"),
                              ("InnerTrackerBarrelHitsRelations", "InnerTrackerBarrelCollection"),
                              ("InnerTrackerEndcapHitsRelations", "InnerTrackerEndcapCollection"),
                              ("OuterTrackerBarrelHitsRelations", "OuterTrackerBarrelCollection"),
                              ("OuterTrackerEndcapHitsRelations", "OuterTrackerEndcapCollection")):
            if f"_{relation}_from" not in f:
                continue
            row = self.hit_rows(*f.ref(relation, "from", n))
            to, _ = f.ref(relation, "to", n)
            particle, _ = f.ref(sim, "particle", n)
            hit = np.concatenate([hit, row])
            mc = np.concatenate([mc, particle[to]])
            weight = np.concatenate([weight, np.ones(len(row))])
        total = np.zeros(len(self.hits))
        np.add.at(total, hit, weight)
        return hit, mc, weight / total[hit] * self.hits[hit, 0], f.ref("SiTracksMCTruthLink", "from", n)[0], \
            f.ref("SiTracksMCTruthLink", "to", n)[0], f.get("SiTracksMCTruthLink", "weight", n)

    def truth(self):
        stable = [i for i in range(len(self.pdg)) if self.status[i] == 1 and abs(self.pdg[i]) not in (12, 14, 16)]
        owner = self.answerable(stable)
        hit, mc, gev, track, track_mc, track_weight = self.links()
        has = [False] * len(self.pdg)
        for i in set(mc.tolist()) | set(track_mc.tolist()):
            has[owner[i]] = True
        extra = surrogates(self.status, self.parents, self.children, stable, has)
        particles = sorted(stable + extra)
        row_of = {p: i for i, p in enumerate(particles)}
        hits = [dict() for _ in particles]
        clusters = [dict() for _ in particles]
        tracks = [dict() for _ in particles]
        for h, m, w in zip(hit.tolist(), mc.tolist(), gev.tolist()):
            i = row_of.get(owner[m])
            if i is None or not w > 0:
                continue
            hits[i][h] = hits[i].get(h, 0.0) + w
            c = int(self.cluster_of_hit[h])
            if c >= 0:
                clusters[i][c] = clusters[i].get(c, 0.0) + w
        for t, m, w in zip(track.tolist(), track_mc.tolist(), track_weight.tolist()):
            i = row_of.get(owner[m])
            if i is not None:
                tracks[i][t] = tracks[i].get(t, 0.0) + w
        in_hits = [sum(d.values()) for d in hits]
        in_clusters = [sum(d.values()) for d in clusters]
        largest = [max(d.values(), default=0.0) for d in tracks]
        energy = self.p[particles, 3]
        visible = [p in extra or in_hits[i] > 0.1 * energy[i] or (in_hits[i] > 0.5 and self.charge[p] != 0)
                   or largest[i] >= 0.2 for i, p in enumerate(particles)]
        order = sorted((i for i in range(len(particles)) if visible[i]), key=lambda i: -energy[i])

        def best(weights, used):
            free = [(-w, e) for e, w in weights.items() if e not in used]
            return min(free)[1] if free else -1

        def hardest(weights, used):
            free = [(-w, -momentum[e], e) for e, w in weights.items() if e not in used and w > 0]
            return min(free)[2] if free else -1

        def whole(weights, c):  # not a splinter of a shower that is elsewhere
            return c if c >= 0 and weights[c] >= 0.5 * max(weights.values()) else -1

        omega, momentum = self.rows["tracks/features"][:, 13], self.rows["tracks/features"][:, 5]
        used_tracks, used_clusters, used_hits = set(), {}, set()
        targets, fate, target_of = [], [0] * len(particles), [-1] * len(particles)
        for i in order:
            p = particles[i]
            charge, of_class = self.charge[p], class_of(self.pdg[p], self.charge[p])
            t = hardest(tracks[i], used_tracks)
            c = -1 if t >= 0 else whole(clusters[i], best(clusters[i], used_clusters))
            if t >= 0:
                used_tracks.add(t)
                fate[i] = 1
                charge = charge if charge != 0 else (1 if omega[t] > 0 else -1)
                of_class = CHARGED if of_class in (PHOTON, NEUTRAL) else of_class
            elif c >= 0:
                used_clusters[c] = len(targets)
                fate[i] = 2
                charge, of_class = 0, PHOTON if of_class in (PHOTON, ELECTRON) else NEUTRAL
            else:
                continue
            target_of[i] = len(targets)
            targets.append({"class": of_class, "charge": charge, "p": self.p[p].copy(), "cluster_energy": in_clusters[i],
                            "track_weight": largest[i], "particle": i, "track": t, "cluster": c, "n": 1})
        dropped = [0.0, 0.0]
        for i in order:
            if target_of[i] >= 0:
                continue
            c = best(clusters[i], ())
            if c < 0:
                fate[i] = 6 if tracks[i] else 5
                dropped[fate[i] - 5] += energy[i]
                continue
            fate[i], target_of[i] = 4, used_clusters[c]
            host = targets[used_clusters[c]]
            host["p"] += self.p[particles[i]]
            host["cluster_energy"] += in_clusters[i]
            host["n"] += 1
        for target in targets:
            target["hit"] = best(hits[target["particle"]], used_hits)
            used_hits.add(target["hit"])
        self.label("tracks", tracks, visible, target_of, targets, "track")
        self.label("clusters", clusters, visible, target_of, targets, "cluster")
        self.label("hits", hits, visible, target_of, targets, "hit")
        self.rows["hits/labels"][:, 2] = self.cluster_of_hit
        jets, jet_of = jets_of([t["p"] for t in targets])
        self.rows["target_jets/values"] = np.array(jets, dtype=np.float32).reshape(-1, 4)
        self.rows["targets/values"] = np.column_stack(
            [momentum_rows([t["p"] for t in targets], [t["charge"] for t in targets]),
             [t["cluster_energy"] for t in targets], [t["track_weight"] for t in targets]]).astype(np.float32)
        self.rows["targets/labels"] = np.array(
            [[t["class"], t["particle"], t["track"], t["cluster"], t["hit"], j, t["n"]] for t, j in zip(targets, jet_of)],
            dtype=np.int32).reshape(-1, 7)
        self.rows["particles/values"] = np.column_stack(
            [momentum_rows(self.p[particles], self.charge[particles]), in_hits, in_clusters, largest]).astype(np.float32)
        self.rows["particles/labels"] = np.column_stack(
            [self.pdg[particles], self.status[particles], self.bits[particles].astype(np.int32), particles, fate,
             target_of]).astype(np.int32)
        propagated = (self.bits & 0x0F000000) != 0
        chosen = [i for i in stable if propagated[i] or not propagated.any()]
        if propagated.any():
            chosen = sorted(chosen + surrogates(self.status, self.parents, self.children, stable, propagated))
        jets, _ = jets_of(self.p[chosen])
        self.rows["generator_jets/values"] = np.array(jets, dtype=np.float32).reshape(-1, 4)
        missing = float(np.hypot(*self.p[chosen, :2].sum(axis=0)))
        self.rows["events/energies"] = np.array([[sum(energy[i] for i in order), sum(t["p"][3] for t in targets), *dropped,
                                                  missing]])

    def label(self, name, weights, visible, target_of, targets, carrier):
        count = len(self.rows[f"{name}/features"])
        labels = np.full((count, 3), -1, dtype=np.int32)
        labels[:, 0] = 0
        most = [0.0] * count
        for i, elements in enumerate(weights):
            if visible[i]:
                for element, weight in elements.items():
                    if weight > most[element]:
                        most[element], labels[element, 1] = weight, target_of[i]
        for number, target in enumerate(targets):
            if target[carrier] >= 0:
                labels[target[carrier], :2] = target["class"], number
        self.rows[f"{name}/labels"] = labels

    def candidates(self):
        f, n, name = self.f, self.n, "PandoraPFOs"
        pdg, charge = f.get(name, "PDG", n), f.get(name, "charge", n)
        p = np.column_stack([f.get(name, f"momentum.{c}", n) for c in "xyz"] + [f.get(name, "energy", n)])
        lists = {}
        for relation in ("tracks", "clusters"):
            begin, end = f.get(name, f"{relation}_begin", n), f.get(name, f"{relation}_end", n)
            index, _ = f.ref(name, relation, n)
            lists[relation] = [index[b:e].tolist() for b, e in zip(begin, end)]
        labels = []
        for i in range(len(pdg)):
            of_class = class_of(pdg[i], charge[i])
            for relation, allowed in (("tracks", {PHOTON: CHARGED, NEUTRAL: CHARGED}),
                                      ("clusters", {ELECTRON: PHOTON, CHARGED: NEUTRAL, MUON: NEUTRAL})):
                free = [k for k in lists[relation][i] if self.rows[f"{relation}/labels"][k, 2] < 0]
                if free:
                    self.rows[f"{relation}/labels"][free[0], 2] = i
                    of_class = allowed.get(of_class, of_class)
                    break
            labels.append([of_class, pdg[i], len(lists["tracks"][i]), len(lists["clusters"][i])])
        self.rows["candidates/values"] = momentum_rows(p, charge).astype(np.float32)
        self.rows["candidates/labels"] = np.array(labels, dtype=np.int32).reshape(-1, 4)


def main():
    source, output = sys.argv[1:]
    file = File(source)
    ids = {name: murmur(name) for name in HITS}
    tables = {}
    for n in range(file.tree.num_entries):
        event = Event(file, n, ids)
        event.read()
        event.tracks_and_clusters()
        event.truth()
        event.candidates()
        for name, rows in event.rows.items():
            tables.setdefault(name, []).append(rows)
    with h5py.File(output, "w") as out:
        for name, parts in tables.items():
            if name.endswith(("/features", "/values")):
                ends = np.cumsum([0] + [len(part) for part in parts])
                out.create_dataset(name.split("/")[0] + "/offsets", data=ends.astype(np.uint64))
            rows = np.concatenate(parts)
            chunk = (max(1, (128 << 10) // (rows.shape[1] * rows.itemsize)), rows.shape[1])
            out.create_dataset(name, data=rows, chunks=chunk, maxshape=(None, rows.shape[1]), compression="gzip",
                               compression_opts=1, shuffle=True, fletcher32=True)


if __name__ == "__main__":
    main()
