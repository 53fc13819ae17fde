import { Markup } from "../html.js"

/** One column on phones, light and dark colours, no animation. Text has a contrast of at least 4.5 (WCAG 2.2, 1.4.3). */
export const pageStyle: Markup = new Markup(`
:root {
  color-scheme: light dark;
  --back: #f3f4f6; --card: #fff; --edge: #d9dce1; --text: #1b1f24; --quiet: #57606a;
  --line: #0b6e4f; --bars: #c5cdd8; --good: #0b6e4f; --good-back: #dff3ea; --bad: #a4161a; --bad-back: #fde8e8; --idle-back: #e9ebee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0f1318; --card: #171c23; --edge: #2c343e; --text: #e6eaef; --quiet: #9aa6b4;
    --line: #4cd3a0; --bars: #35414f; --good: #6fe0b4; --good-back: #12352a; --bad: #ff9a95; --bad-back: #45191b; --idle-back: #262e38;
  }
}
* { box-sizing: border-box; margin: 0; }
body { background: var(--back); color: var(--text); font: 15px/1.45 system-ui, sans-serif; padding: 1.25rem clamp(.75rem, 3vw, 2rem); }
body > * { max-width: 96rem; margin-inline: auto; }
h1 { font-size: 1.5rem; letter-spacing: -.01em; }
.top { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1rem; margin-bottom: 1rem; }
#state { color: var(--quiet); margin-left: auto; }
#state.lost { color: var(--bad); font-weight: 600; }
button { font: inherit; color: inherit; background: var(--card); border: 1px solid var(--edge); border-radius: .4rem; padding: .25rem .9rem; min-width: 6rem; cursor: pointer; }
:focus-visible { outline: 2px solid var(--line); outline-offset: 2px; }
.overview dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; }
.overview dl > div { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: .7rem 1rem; display: flex; flex-direction: column-reverse; }
.overview dt, .overview p, .where, .note, figcaption, footer, .rate { color: var(--quiet); }
.overview dd { font-size: 1.5rem; font-weight: 600; font-variant-numeric: tabular-nums; }
.overview p { margin: .6rem 0 1rem; font-size: .9rem; }
.overview .alarm dd { color: var(--bad); }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 22rem), 1fr)); gap: 1rem; align-items: start; }
article { background: var(--card); border: 1px solid var(--edge); border-radius: .6rem; padding: 1rem; min-width: 0; }
article header { display: flex; flex-wrap: wrap; align-items: baseline; gap: .15rem .75rem; }
h2 { font-size: 1.1rem; overflow-wrap: anywhere; }
h3 { font-size: .9rem; margin: .9rem 0 .25rem; }
.where { flex-basis: 100%; font-size: .85rem; overflow-wrap: anywhere; }
.badge { margin-left: auto; border-radius: 1rem; padding: .05rem .65rem; font-size: .8rem; font-weight: 600; }
.good { color: var(--good); background: var(--good-back); }
.bad { color: var(--bad); background: var(--bad-back); }
.idle { color: var(--quiet); background: var(--idle-back); }
.rate { margin: .6rem 0 .4rem; }
.rate strong { color: var(--text); font-size: 1.9rem; line-height: 1.1; font-variant-numeric: tabular-nums; margin-right: .25rem; }
svg { display: block; width: 100%; height: 4.5rem; }
svg path { vector-effect: non-scaling-stroke; fill: none; }
svg .grid { stroke: var(--edge); stroke-dasharray: 2 3; }
svg .bars { fill: var(--bars); }
svg .line { stroke: var(--line); stroke-width: 2; }
figcaption { display: flex; flex-wrap: wrap; gap: .1rem .9rem; font-size: .8rem; margin-top: .3rem; }
figcaption > :last-child { margin-left: auto; }
.key::before { content: ""; display: inline-block; width: .8rem; margin-right: .35rem; vertical-align: middle; }
.key.line::before { border-top: 2px solid var(--line); }
.key.bars::before { height: .6rem; background: var(--bars); }
table { width: 100%; border-collapse: collapse; margin-top: .7rem; font-variant-numeric: tabular-nums; }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
th { text-align: left; font-weight: 400; }
thead th, tbody td { text-align: right; white-space: nowrap; padding-left: .75rem; }
thead th { color: var(--quiet); font-size: .8rem; }
tbody tr { border-top: 1px solid var(--edge); }
tbody th, tbody td { padding-block: .2rem; }
tr.zero { color: var(--quiet); }
tr.alarm { color: var(--bad); font-weight: 600; }
tr.alarm th { font-weight: 600; }
.store { display: grid; grid-template-columns: repeat(auto-fit, minmax(4.5rem, 1fr)); gap: .5rem; font-variant-numeric: tabular-nums; }
.store dt { color: var(--quiet); font-size: .8rem; }
.note { font-size: .8rem; margin-top: .35rem; }
.failure { color: var(--bad); overflow-wrap: anywhere; }
footer { margin-top: 1.25rem; font-size: .85rem; display: grid; gap: .4rem; }
footer p { max-width: 48rem; }
a { color: inherit; }
@media print { body { background: none; } button { display: none; } }
`)
