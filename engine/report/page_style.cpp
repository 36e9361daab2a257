#include "engine/report/page_style.h"

namespace sluice::report {

// States: Okabe and Ito's palette; stages: Paul Tol's "bright". Both are made for colour-blind readers. Every
// colour of a state comes with a word or a sign as well.
const char* const page_style = R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #ffffff; --ink: #1b1f24; --soft: #59636e; --line: #dfe3e8; --shade: #f5f7f9; --link: #0060a8;
  --done: #0072b2; --cached: #56b4e9; --running: #e69f00; --failed: #d55e00; --lost: #8a8f98; --waiting: #d5dae0;
  --done-fill: #c9e2f3; --cached-fill: #e3f2fb; --running-fill: #fbe9c0; --failed-fill: #f9d9c6; --lost-fill: #e6e8eb;
  --bad-ink: #a63c00; --good-ink: #00598c;
  --s0: #4477aa; --s1: #66ccee; --s2: #228833; --s3: #ccbb44; --s4: #ee6677; --s5: #aa3377; --s6: #9a9a9a;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1318; --card: #161b22; --ink: #e6e9ee; --soft: #9aa4b0; --line: #2b333d; --shade: #1c222b; --link: #6cb8f5;
    --done: #3d9fdb; --cached: #2f6c93; --running: #f0b429; --failed: #f0743a; --lost: #7b828c; --waiting: #343c47;
    --done-fill: #143a54; --cached-fill: #142f40; --running-fill: #4a3a0c; --failed-fill: #52260f; --lost-fill: #2c323a;
    --bad-ink: #ff9a66; --good-ink: #7cc4f0;
    --s0: #6699cc; --s1: #55bbdd; --s2: #44aa55; --s3: #ccbb44; --s4: #ee7785; --s5: #cc66aa; --s6: #8a8a8a;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", Arial, sans-serif; }
main, .top { max-width: 1200px; margin: 0 auto; padding: 0 24px; }
.top { padding-top: 32px; }
.kicker { margin: 0; color: var(--soft); font-size: 13px; letter-spacing: .04em; }
h1 { margin: 2px 0 6px; font-size: 30px; line-height: 1.2; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { margin: 0 0 12px; font-size: 19px; line-height: 1.3; }
h3 { margin: 20px 0 6px; font-size: 15px; }
p { margin: 0 0 10px; }
a { color: var(--link); }
.sub, .quiet { color: var(--soft); }
.sub { overflow-wrap: anywhere; }
.pill { display: inline-block; vertical-align: middle; margin-left: 8px; padding: 2px 12px; border: 1.5px solid;
  border-radius: 999px; font-size: 14px; font-weight: 600; line-height: 1.5; letter-spacing: 0; white-space: nowrap; }
.pill.good { color: var(--good-ink); background: var(--done-fill); }
.pill.bad { color: var(--bad-ink); background: var(--failed-fill); }
.pill.busy { color: var(--ink); background: var(--running-fill); border-color: var(--running); }
.pill.off { color: var(--ink); background: var(--lost-fill); border-color: var(--lost); }
section { margin: 28px 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(130px, 1fr)); gap: 12px; margin: 18px 0 8px; }
.figures div { padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.figures dt { color: var(--soft); font-size: 13px; }
.figures dd { margin: 0; font-size: 21px; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; }
.figures small { display: block; color: var(--soft); font-size: 12px; font-weight: 400; }
.numbers { grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); }
.numbers div { border-color: var(--done); border-width: 1.5px; }
.numbers dd { font-size: 26px; }
.stage-page { margin-top: 10px; border: 1px solid var(--line); border-radius: 8px; overflow: hidden; }
.bar { display: flex; gap: 1px; overflow: hidden; height: 12px; border-radius: 6px; background: var(--shade); }
.bar i { display: block; min-width: 3px; }
.bar.small { width: 120px; height: 9px; border-radius: 4px; }
i.done { background: var(--done); } i.cached { background: var(--cached); } i.running { background: var(--running); }
i.failed { background: var(--failed); } i.lost { background: var(--lost); } i.waiting { background: var(--waiting); }
ul.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 8px 0 0; padding: 0; list-style: none; color: var(--soft);
  font-size: 13px; }
.legend li { display: flex; align-items: center; gap: 6px; }
.legend i, .swatch { width: 11px; height: 11px; border-radius: 2px; }
nav { margin: 14px 0 0; padding: 8px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
nav a { margin-right: 18px; text-decoration: none; white-space: nowrap; }
nav a:hover, nav a:focus { text-decoration: underline; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th { padding: 6px 8px; border-bottom: 1.5px solid var(--line); color: var(--soft); font-size: 12.5px; font-weight: 600;
  text-align: left; vertical-align: bottom; white-space: nowrap; }
td { padding: 7px 8px; border-bottom: 1px solid var(--line); vertical-align: top; }
td.n, th.n { text-align: right; white-space: nowrap; }
td.n small { white-space: normal; min-width: 76px; }
td small { display: block; color: var(--soft); font-size: 12px; }
td.name { font-weight: 600; min-width: 150px; overflow-wrap: anywhere; }
td.name small { font-weight: 400; }
tr.part td.name { padding-left: 24px; font-weight: 400; }
tr.sum td { border-top: 1.5px solid var(--line); border-bottom: 0; font-weight: 600; }
.bad-number { color: var(--bad-ink); font-weight: 600; }
ul { margin: 0 0 10px; padding-left: 22px; }
code, pre, .mono { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code, .mono { overflow-wrap: anywhere; }
pre { margin: 0; padding: 10px 14px; overflow-x: auto; border: 1px solid var(--line); border-radius: 8px;
  background: var(--shade); white-space: pre; tab-size: 4; }
.failure { margin: 0 0 14px; padding: 12px 16px; border: 1px solid var(--line); border-left: 4px solid var(--failed);
  border-radius: 8px; background: var(--card); }
.failure h3 { margin: 0 0 2px; overflow-wrap: anywhere; }
.failure p { margin: 0 0 8px; overflow-wrap: anywhere; }
details { margin: 10px 0; }
summary { cursor: pointer; font-weight: 600; }
summary + * { margin-top: 8px; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
svg text { fill: var(--ink); font-family: inherit; }
.graph svg { display: block; max-width: 100%; height: auto; margin: 0 auto; }
.graph .node path, .graph .node polygon { fill: var(--card); stroke: var(--lost); }
.graph .mood_done path { fill: var(--done-fill); stroke: var(--done); }
.graph .mood_cached path { fill: var(--cached-fill); stroke: var(--cached); }
.graph .mood_running path { fill: var(--running-fill); stroke: var(--running); }
.graph .mood_failed path { fill: var(--failed-fill); stroke: var(--failed); }
.graph .mood_lost path { fill: var(--lost-fill); stroke: var(--lost); stroke-dasharray: 4 2; }
.graph .mood_partly path { fill: var(--card); stroke: var(--done); }
.graph .edge path { stroke: var(--soft); } .graph .edge polygon { fill: var(--soft); stroke: var(--soft); }
.timeline { display: block; min-width: 640px; width: 100%; height: auto; font-size: 11px; }
.timeline .grid { stroke: var(--line); stroke-width: 1; }
.timeline .tick { fill: var(--soft); text-anchor: middle; }
.timeline .place { fill: var(--soft); text-anchor: end; }
.s0 { fill: var(--s0); } .s1 { fill: var(--s1); } .s2 { fill: var(--s2); } .s3 { fill: var(--s3); } .s4 { fill: var(--s4); }
.s5 { fill: var(--s5); } .s6 { fill: var(--s6); }
.merged { fill: none; }
.merged.s0 { stroke: var(--s0); } .merged.s1 { stroke: var(--s1); } .merged.s2 { stroke: var(--s2); }
.merged.s3 { stroke: var(--s3); } .merged.s4 { stroke: var(--s4); } .merged.s5 { stroke: var(--s5); }
.merged.s6 { stroke: var(--s6); }
.again { opacity: .6; }
.now { opacity: .5; }
.bad { fill: url(#hatch); stroke: var(--ink); stroke-width: 1; }
.hatch-line { stroke: var(--ink); stroke-width: 2; }
footer { margin: 36px 0 28px; color: var(--soft); font-size: 13px; }
@media (max-width: 640px) {
  main, .top { padding-left: 14px; padding-right: 14px; }
  h1 { font-size: 24px; }
  .pill { margin-left: 0; }
  .figures { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  dl.facts { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.facts dd { margin-bottom: 8px; }
}
@media print {
  :root {
    --paper: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #cccccc; --shade: #f5f5f5; --link: #000000;
    --done: #0072b2; --cached: #56b4e9; --running: #e69f00; --failed: #d55e00; --lost: #8a8f98; --waiting: #d5dae0;
    --done-fill: #c9e2f3; --cached-fill: #e3f2fb; --running-fill: #fbe9c0; --failed-fill: #f9d9c6; --lost-fill: #e6e8eb;
    --bad-ink: #a63c00; --good-ink: #00598c;
    --s0: #4477aa; --s1: #66ccee; --s2: #228833; --s3: #ccbb44; --s4: #ee6677; --s5: #aa3377; --s6: #9a9a9a;
  }
  @page { margin: 14mm; size: A4; }
  body { font-size: 10pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, .top { max-width: none; padding: 0; }
  nav { display: none; }
  .wide, pre { overflow: visible; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  table { font-size: 8.5pt; }
  th, td { padding: 3px 5px; }
  .bar.small { width: 70px; }
  .timeline { min-width: 0; }
  .stage-page { border: 0; overflow: visible; }
  tr, .failure, .figures div, svg { break-inside: avoid; }
  h2 { break-after: avoid; }
}
)css";

const char* const page_patterns =
    R"svg(<svg width="0" height="0" style="position:absolute" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch-line" x1="0" y1="0" x2="0" y2="5"/></pattern></defs></svg>
)svg";

}  // namespace sluice::report
