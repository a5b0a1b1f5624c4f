// The small parts that all pages are made of.

import { h } from '../lib/dom.js'

/** A page's heading with what stands beside it. */
export function heading(title, ...beside) {
  return h('div.heading', h('h1', title), h('div.beside', beside))
}

/** Words where there is nothing to show: why, and what to do. */
export function empty(title, advice, ...more) {
  return h('div.empty', h('p.title', title), advice && h('p', advice), more)
}

/** A figure with its name; nothing where it is not known. */
export function figure(name, value, hint) {
  if (value === '' || value === null || value === undefined) return null
  return h('div.figure', { title: hint }, h('dt', name), h('dd', value))
}

/** A line that says what went wrong. */
export function fault(error) {
  return h('p.error', { role: 'alert' }, error.message ?? String(error))
}

/** A share of a whole as a bar: use is filled, and a full bar is no warning by itself. */
export function bar(share, label, kind = 'use') {
  const percent = Math.max(0, Math.min(1, share)) * 100
  return h(`div.bar.${kind}`, {
    role: 'meter', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': 100,
    'aria-valuenow': Math.round(percent), '--share': `${percent}%`,
  })
}

/** A field of a form with its name. */
export function field(name, input, hint) {
  return h('label.field', h('span', name), input, hint && h('small', hint))
}

/** A table: columns `{ name, cell(row), isNumber }`. */
export function table(caption, columns, rows) {
  return h('div.scroll', { tabindex: 0, role: 'region', 'aria-label': caption },
    h('table', h('caption.unseen', caption),
      h('thead', h('tr', columns.map((one) => h('th', { scope: 'col', class: one.isNumber && 'number' }, one.name)))),
      h('tbody', rows.map((row) => h('tr', columns.map((one) => h('td', { class: one.isNumber && 'number' }, one.cell(row))))))))
}
