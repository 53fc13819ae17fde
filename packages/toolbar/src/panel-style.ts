import { createHash } from "node:crypto"

/**
 * The style sheet of the panel, in its shadow root. It is the same on every page, so that a policy can permit it by its hash.
 * The `!important` declarations override all styles that the page has for the element.
 */
export const panelStyle = `
:host{all:initial!important;color-scheme:light dark!important;position:fixed!important;inset:auto 0 0 0!important;z-index:2147483647!important;display:block!important;pointer-events:none!important}
*{box-sizing:border-box}
section{--paper:#fff;--ink:#1b1f24;--faint:#57606a;--line:#d5dae0;--wash:#f4f6f8;--good:#0b6b2e;--fair:#8a4b00;--bad:#b3151f;--mark:#0550ae;font:13px/1.45 system-ui,sans-serif;color:var(--ink);font-variant-numeric:tabular-nums}
@media(prefers-color-scheme:dark){section{--paper:#16191d;--ink:#e6e9ed;--faint:#a0a9b4;--line:#343a42;--wash:#1f242a;--good:#6fd08c;--fair:#e5b567;--bad:#ff8f87;--mark:#8ab8ff}}
summary{pointer-events:auto;display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;margin:0 12px 12px auto;padding:8px 14px;width:fit-content;max-width:calc(100% - 24px);background:var(--paper);border:1px solid var(--line);border-radius:8px;box-shadow:0 2px 10px #0003;cursor:pointer;list-style:none}
summary::-webkit-details-marker{display:none}
summary::before{content:"";align-self:center;border:5px solid transparent;border-bottom-color:var(--faint);margin-top:-5px}
details[open]>summary::before{border-bottom-color:transparent;border-top-color:var(--faint);margin-top:5px}
details[open]>summary{margin:0;width:100%;max-width:100%;border-width:1px 0 0;border-radius:0;box-shadow:0 -4px 16px #0002}
:focus-visible{outline:2px solid var(--mark);outline-offset:-2px}
b,strong{font-weight:650}
.good,small.good{color:var(--good)}.fair{color:var(--fair)}.bad{color:var(--bad)}.faint{color:var(--faint)}
.sheet{pointer-events:auto;width:100%;max-height:min(60vh,640px);overflow:auto;overscroll-behavior:contain;background:var(--paper);border-top:1px solid var(--line);padding:0 14px 14px}
p,ul{margin:12px 0 0;padding:0;list-style:none}
li{margin:0 0 4px;padding:5px 10px;background:var(--wash);border-left:3px solid var(--fair)}
table{width:100%;border-collapse:collapse;margin-top:12px}
caption{text-align:left;font-weight:650;padding-bottom:4px}
th,td{text-align:left;vertical-align:top;padding:5px 12px 5px 0;border-bottom:1px solid var(--line)}
th{font-weight:400;color:var(--faint);white-space:nowrap}
td.number,th.number{text-align:right;white-space:nowrap}
code{font:12px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
small{display:block;font-size:12px;color:var(--faint)}
.totals{width:auto}
.totals th,.totals td{padding-right:28px}
.totals small{display:inline}
.calls td:first-child{font-weight:650;white-space:nowrap}
.calls td:last-child{min-width:12em}
.calls td[data-label=Layer],small span{white-space:nowrap}
.calls .key{min-width:16em;overflow-wrap:anywhere}
.key code{display:block}
.again{display:inline-block;font-size:12px;color:var(--fair);border:1px solid;border-radius:4px;padding:0 5px;margin-top:2px}
@media(max-width:960px){
thead{position:absolute;clip-path:inset(50%);width:1px;height:1px;overflow:hidden}
tbody,caption{display:block}
small{display:inline}
tr{display:flex;flex-wrap:wrap;gap:2px 12px;padding:8px 0;border-bottom:1px solid var(--line)}
td,td.number,.totals td{display:block;border:0;padding:0;text-align:left}
td:empty{display:none!important}
td[data-label]::before{content:attr(data-label) " ";color:var(--faint)}
.calls .key{order:3;flex-basis:100%;min-width:0}
.calls td[data-label]{order:4}
.sheet{max-height:70vh}
}
@media print{section{display:none}}
`

/** The hash as a policy source, without quotes (CSP level 3, section 2.3.1). */
export const panelStyleHash: string = `sha256-${createHash("sha256").update(panelStyle).digest("base64")}`
