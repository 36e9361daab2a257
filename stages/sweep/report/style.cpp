#include "stages/sweep/report/style.h"

namespace sluice::sweep {

// States: Okabe and Ito's palette, made for colour-blind readers; every state has a shape as well. The five
// shades go from strong to faint, so that they keep their order in grey.
const char* const page_style = R"css(
:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #ffffff; --ink: #1b1f24; --soft: #59636e; --line: #dfe3e8; --grid: #eceff2; --link: #0060a8;
  --best: #009e73; --whole: #0072b2; --cut: #9aa7b4; --failed: #d55e00;
  --q0: #084081; --q1: #2b6cb0; --q2: #5b9bd1; --q3: #a3c7e6; --q4: #d5e1ec;
  --good-ink: #00598c; --good-fill: #c9e2f3; --busy-fill: #fbe9c0; --busy: #e69f00; --on-dark: #ffffff;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0f1318; --card: #161b22; --ink: #e6e9ee; --soft: #9aa4b0; --line: #2b333d; --grid: #1f262e; --link: #6cb8f5;
    --best: #2fd39f; --whole: #3d9fdb; --cut: #66717d; --failed: #f0743a;
    --q0: #cfe6ff; --q1: #86bdf0; --q2: #4c8fcb; --q3: #2d5f8e; --q4: #24405b;
    --good-ink: #7cc4f0; --good-fill: #143a54; --busy-fill: #4a3a0c; --busy: #f0b429; --on-dark: #10151b;
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
h2 { margin: 0 0 10px; font-size: 19px; line-height: 1.3; }
p { margin: 0 0 10px; }
a { color: var(--link); }
.sub, .quiet { color: var(--soft); }
.sub { overflow-wrap: anywhere; }
.quiet { font-size: 13px; }
.pill { display: inline-block; vertical-align: middle; margin-left: 8px; padding: 2px 12px; border: 1.5px solid;
  border-radius: 999px; font-size: 14px; font-weight: 600; line-height: 1.5; letter-spacing: 0; white-space: nowrap; }
.pill.good { color: var(--good-ink); background: var(--good-fill); }
.pill.busy { background: var(--busy-fill); border-color: var(--busy); }
section { margin: 28px 0; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin: 18px 0 8px; }
.figures div { padding: 10px 14px; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.figures dt { color: var(--soft); font-size: 13px; overflow-wrap: anywhere; }
.figures dd { margin: 0; font-size: 21px; font-weight: 600; line-height: 1.35; font-variant-numeric: tabular-nums; }
.figures small { display: block; color: var(--soft); font-size: 12px; font-weight: 400; }
nav { margin: 14px 0 0; padding: 8px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
nav a { margin-right: 18px; text-decoration: none; white-space: nowrap; }
nav a:hover, nav a:focus { text-decoration: underline; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 14px; }
th { padding: 6px 8px; border-bottom: 1.5px solid var(--line); color: var(--soft); font-size: 12.5px; font-weight: 600;
  text-align: left; vertical-align: bottom; white-space: nowrap; }
td { padding: 5px 8px; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.n, th.n { text-align: right; }
.best-row td { font-weight: 600; box-shadow: inset 0 -2px var(--best); }
.importance { width: auto; min-width: min(100%, 640px); }
.importance td { border: 0; padding: 3px 8px; }
.importance .bar { width: 60%; }
.importance i { display: block; height: 14px; border-radius: 2px; min-width: 2px; }
i.alone { background: var(--whole); }
i.pair { background: var(--cut); }
svg { display: block; width: 100%; height: auto; overflow: visible; }
.wide svg { min-width: 760px; }
svg text { fill: var(--ink); font-family: inherit; font-size: 12px; }
svg .tick { fill: var(--soft); font-size: 11.5px; }
svg .axis { font-size: 12.5px; }
.middle { text-anchor: middle; }
.end { text-anchor: end; }
.halo { paint-order: stroke; stroke: var(--paper); stroke-width: 3px; }
.frame { fill: none; stroke: var(--line); }
.grid { stroke: var(--grid); }
.rung { stroke: var(--cut); stroke-dasharray: 3 3; }
.pole { fill: var(--soft); }
polyline { fill: none; stroke-linejoin: round; }
.curve { stroke: var(--q2); stroke-width: 1; opacity: .6; }
.strand { stroke-width: 1.1; opacity: .75; }
polyline.best-line { stroke: var(--best); stroke-width: 2.5; opacity: 1; }
polyline:hover { stroke: var(--failed); stroke-width: 3; opacity: 1; }
circle { stroke: var(--paper); stroke-width: .5; }
circle.whole { fill: var(--whole); }
circle.cut { fill: var(--cut); }
circle.best { fill: var(--best); }
circle:hover { stroke: var(--failed); stroke-width: 2.5; }
.cross { stroke: var(--failed); stroke-width: 1.5; fill: none; }
.x { color: var(--failed); }
polyline.q0 { stroke: var(--q0); } polyline.q1 { stroke: var(--q1); } polyline.q2 { stroke: var(--q2); }
polyline.q3 { stroke: var(--q3); } polyline.q4 { stroke: var(--q4); }
.run.q0 { fill: var(--q4); } .run.q1 { fill: var(--q3); } .run.q2 { fill: var(--q2); } .run.q3 { fill: var(--q1); }
.run.q4 { fill: var(--q0); }
.run.now { opacity: .55; stroke: var(--busy); stroke-width: 1.5; }
.bad { fill: url(#hatch); stroke: var(--failed); stroke-width: 1; }
.hatch-line { stroke: var(--failed); stroke-width: 2; }
svg .inside { fill: var(--on-dark); font-size: 10.5px; pointer-events: none; }
svg .inside.light { fill: var(--ink); }
.slices { display: grid; grid-template-columns: repeat(auto-fill, minmax(330px, 1fr)); gap: 14px; }
figure { margin: 0; min-width: 0; }
.mark { display: inline-block; width: 10px; height: 10px; margin: 0 2px; border-radius: 50%; vertical-align: -1px; }
.mark.whole { background: var(--whole); } .mark.cut { background: var(--cut); } .mark.best { background: var(--best); }
.mark.q0 { background: var(--q0); } .mark.q1 { background: var(--q1); } .mark.q2 { background: var(--q2); }
.mark.q3 { background: var(--q3); } .mark.q4 { background: var(--q4); }
#timeline .mark { border-radius: 2px; }
#timeline .mark.q0 { background: var(--q4); } #timeline .mark.q1 { background: var(--q3); }
#timeline .mark.q3 { background: var(--q1); } #timeline .mark.q4 { background: var(--q0); }
details { margin: 10px 0; }
summary { cursor: pointer; font-weight: 600; }
summary + * { margin-top: 8px; }
dl.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 20px; margin: 0; }
dl.facts dt { color: var(--soft); }
dl.facts dd { margin: 0; overflow-wrap: anywhere; }
code { font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; }
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
    --paper: #ffffff; --card: #ffffff; --ink: #000000; --soft: #444444; --line: #cccccc; --grid: #e8e8e8; --link: #000000;
    --best: #009e73; --whole: #0072b2; --cut: #9aa7b4; --failed: #d55e00;
    --q0: #084081; --q1: #2b6cb0; --q2: #5b9bd1; --q3: #a3c7e6; --q4: #d5e1ec; --on-dark: #ffffff;
    --good-ink: #00598c; --good-fill: #c9e2f3; --busy-fill: #fbe9c0; --busy: #e69f00;
  }
  @page { margin: 14mm; size: A4; }
  body { font-size: 10pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main, .top { max-width: none; padding: 0; }
  nav, details, a[download] { display: none; }
  .wide { overflow: visible; }
  .wide svg { min-width: 0; }
  .slices { grid-template-columns: repeat(2, 1fr); }
  table { font-size: 8.5pt; }
  th, td { padding: 3px 5px; }
  tr, svg, figure, .figures div { break-inside: avoid; }
  h2 { break-after: avoid; }
}
)css";

const char* const page_patterns =
    R"svg(<svg width="0" height="0" style="position:absolute;width:0" aria-hidden="true"><defs><pattern id="hatch" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><line class="hatch-line" x1="0" y1="0" x2="0" y2="5"/></pattern></defs></svg>
)svg";

}  // namespace sluice::sweep
