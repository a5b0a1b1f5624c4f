// Which box has which model: a row for each model, a column for each box.

import { h, show } from '../lib/dom.js'
import { bytes } from '../lib/format.js'
import { empty } from '../parts/bits.js'
import { askPull } from './actions.js'

const WORDS = {
  loaded: 'loaded', has: 'has it', differs: 'another digest', lacks: 'lacks it', absent: 'not meant to have it', unseen: 'not known yet',
}

export function kindOf(cell) {
  if (cell.has === null) return 'unseen'
  if (!cell.has) return cell.expected ? 'lacks' : 'absent'
  if (cell.differs) return 'differs'
  return cell.loaded ? 'loaded' : 'has'
}

/** @param onChange  called when a pull has ended */
export function showMatrix(place, found, mayChange, onChange) {
  if (!found.models.length) {
    return show(place, empty('No model is known yet.', 'Boxes are asked for their models when they are looked at; `drover pull MODEL` brings one to them.'))
  }
  const head = h('tr', h('th', { scope: 'col' }, 'Model'), found.boxes.map((box) => h('th.turned', { scope: 'col' }, h('span', box.instance))))
  const rows = found.models.map((model) => h('tr',
    h('th', { scope: 'row' }, model.model, h('small.muted', size(model))),
    model.boxes.map((one) => h('td', cell(model.model, one, mayChange, onChange)))))
  show(place,
    h('div.scroll', { tabindex: 0, role: 'region', 'aria-label': 'Models on boxes' },
      h('table.matrix', h('caption.unseen', 'Models on boxes'), h('thead', head), h('tbody', rows))),
    h('ul.legend', ['loaded', 'has', 'differs', 'lacks'].map((kind) => h('li', mark(kind), WORDS[kind]))))
}

function size(model) {
  const most = Math.max(0, ...model.boxes.map((one) => one.size))
  return most ? bytes(most) : ''
}

function cell(model, one, mayChange, onChange) {
  const kind = kindOf(one)
  const label = `${model} on ${one.instance}: ${WORDS[kind]}`
  if (!mayChange || !['lacks', 'differs'].includes(kind)) return mark(kind, label)
  return h('button.mark-button', { type: 'button', 'aria-label': `${label}; pull it`, title: `${label}; pull it`, onclick: () => askPull(model, [one.instance], onChange) },
    mark(kind))
}

function mark(kind, label) {
  return h(`span.mark.${kind}`, label ? { role: 'img', 'aria-label': label, title: label } : { 'aria-hidden': 'true' })
}
