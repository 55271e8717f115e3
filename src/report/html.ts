/** Self-contained HTML pages: escaping, tables and one frame around them. No script, nothing loaded from elsewhere. */

/** Markup that is already safe to insert. */
export interface Html {
  readonly html: string
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** A template tag: values are escaped unless they are `Html`; arrays are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  const text = (value: unknown): string => {
    if (Array.isArray(value)) return value.map(text).join('')
    if (typeof value === 'object' && value !== null && 'html' in value) return (value as Html).html
    return escapeHtml(String(value ?? ''))
  }
  return { html: strings.reduce((page, part, k) => page + text(values[k - 1]) + part) }
}

/** Markup made elsewhere, such as an SVG. */
export function rawHtml(markup: string): Html {
  return { html: markup }
}

export function htmlTable(head: readonly string[], rows: readonly (readonly unknown[])[]): Html {
  return html`<table><thead><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody></table>`
}

const STYLE = `
body { font: 15px/1.5 Helvetica, Arial, sans-serif; color: #222; max-width: 1000px; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; } h2 { font-size: 1.2em; margin-top: 2em; }
table { border-collapse: collapse; margin: 1em 0; } th, td { padding: .25em .8em; text-align: left; border-bottom: 1px solid #e4e4e4; }
td { font-variant-numeric: tabular-nums; } figure { margin: 1em 0; overflow-x: auto; } svg { max-width: 100%; height: auto; }
figcaption, .note { color: #666; font-size: .9em; } .bad { color: #b00020; } .good { color: #00703c; }`

/** `style` comes behind the frame's own. */
export function htmlPage(title: string, body: readonly Html[], style = ''): string {
  return `<!doctype html>\n${
    html`<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>${rawHtml(STYLE + style)}</style></head>
<body><h1>${title}</h1>
${body}
</body></html>`.html
  }\n`
}
