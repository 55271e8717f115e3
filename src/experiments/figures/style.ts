/** What the charts of the experiments share: sizes, titles that carry the notes, and one colour a setting in all of them. */

export const SIZE = { width: 460, height: 300 } as const

export const PERCENT = { format: '.0%' } as const

/** A logarithmic axis of shares from 0.02 % to 100 %; smaller ones are drawn at its end. */
export const LOG_SHARE: object = {
  scale: { type: 'log', domain: [2e-4, 1], clamp: true, nice: false },
  axis: { values: [3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1], format: '.2~%' },
}

/** A title, and under it what the reader must know to read the picture. */
export function titled(text: string, subtitle: string): object {
  return { text, subtitle, subtitleFontSize: 11, subtitleColor: '#555', offset: 10, anchor: 'start' }
}

/** Told apart by people with any colour vision (Okabe and Ito, 2008). */
const COLOURS: Readonly<Record<string, string>> = {
  raw: '#e69f00',
  balanced: '#0072b2',
  presolved: '#cc79a7',
  xy: '#009e73',
  binary: '#56b4e9',
  paper: '#d55e00',
  random: '#7f7f7f',
}

/** Colours of labels by the setting they begin with, in the order of the table above; others are dark. */
export function settingScale(labels: readonly string[]): object {
  const settingOf = (label: string): string => label.split(/[ ,]/)[0]!
  const names = Object.keys(COLOURS)
  const place = (label: string): number => {
    const at = names.indexOf(settingOf(label))
    return at < 0 ? names.length : at
  }
  const domain = [...new Set(labels)].sort((a, b) => place(a) - place(b))
  return { domain, range: domain.map((label) => COLOURS[settingOf(label)] ?? '#222222') }
}

/** A dashed line across the picture. */
export function dashedLine(value: number): object {
  return {
    data: { values: [{ value }] },
    mark: { type: 'rule', strokeDash: [5, 4], color: '#444' },
    encoding: { y: { field: 'value', type: 'quantitative' } },
  }
}
