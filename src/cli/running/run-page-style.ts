/** How a run's page looks, by day and by night. Colours are told apart with red-green blindness too. */
export const RUN_PAGE_STYLE = `
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5c6b7a; --paper: #fff; --panel: #f4f6f8; --line: #dfe4e9;
  --accepted: #2f7fb8; --rejected: #e0a100; --failed: #c8324a; --returned: #9aa5b1; --lost: #7a4fa3; --money: #b8860b; --running: #4f9d8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e3e8ee; --soft: #97a5b4; --paper: #14191f; --panel: #1d242c; --line: #2f3943;
  --accepted: #5aa9e0; --rejected: #f0bd3e; --failed: #ef6a7e; --returned: #6d7985; --lost: #b28bd8; --money: #e2b84a; --running: #6cc5b5; } }
body { background: var(--paper); color: var(--ink); max-width: 1180px; }
h1 { margin-bottom: .2em; } .verdict { margin: 0 0 1.2em; color: var(--soft); } .verdict strong { color: var(--ink); }
th, td { border-bottom-color: var(--line); } th { color: var(--soft); font-weight: 600; } .bad { color: var(--failed); }
td:not(:first-child), th:not(:first-child) { text-align: right; } .note, figcaption { color: var(--soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 12px; }
.tiles div { background: var(--panel); border-radius: 8px; padding: 12px 16px; color: var(--soft); }
.tiles b { display: block; font-size: 1.7em; line-height: 1.25; color: var(--ink); font-variant-numeric: tabular-nums; }
.tiles small { display: block; margin-top: .3em; font-size: .85em; }
svg { width: 100%; height: auto; display: block; font-family: Helvetica, Arial, sans-serif; }
svg text { font-size: 10px; fill: var(--soft); } .grid { stroke: var(--line); stroke-width: 1; }
.bar { transition: opacity .1s; } .gantt:hover .bar { opacity: .55; } .gantt .bar:hover { opacity: 1; stroke: var(--ink); stroke-width: 1; }
rect.accepted, i.accepted, path.busy, i.busy { fill: var(--accepted); background: var(--accepted); }
rect.rejected, i.rejected { fill: var(--rejected); background: var(--rejected); }
rect.failed, path.failed, i.failed { fill: var(--failed); background: var(--failed); }
rect.returned, i.returned { fill: var(--returned); background: var(--returned); }
rect.lost, i.lost { fill: var(--lost); background: var(--lost); }
.cut rect { fill: var(--paper); } .cut line { stroke: var(--soft); stroke-dasharray: 2 3; }
.curve { fill: none; stroke-width: 2; stroke-linejoin: round; } .curve.done { stroke: var(--accepted); } .curve.money { stroke: var(--money); }
.curve.running { stroke: var(--running); stroke-width: 1.2; } svg .done-text { fill: var(--accepted); font-weight: 600; } svg .money-text { fill: var(--money); font-weight: 600; }
svg .running-text { fill: var(--running); font-weight: 600; }
.legend span { display: inline-block; margin-right: 1.4em; } .legend i { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .4em; vertical-align: -.05em; }
.meter { display: inline-block; width: 80px; height: .55em; border-radius: 3px; background: var(--line); overflow: hidden; } .meter span { display: block; height: 100%; background: var(--accepted); }
@media print { body { max-width: none; } }`
