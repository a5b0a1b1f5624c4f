// The time of a request as one bar: where it went, in the order in which it passed.

import { h } from '../lib/dom.js'
import { milliseconds } from '../lib/format.js'
import { table } from '../parts/bits.js'

/**
 * The parts that are known, in milliseconds. Without a decision only the first token divides the whole.
 *
 * @param decision  the answer of `/decisions/{call}`, or null
 */
export function parts(row, decision) {
  const attempts = decision?.attempts ?? []
  const earlier = attempts.slice(0, -1)
  const last = attempts.at(-1)
  const found = []
  const add = (kind, name, ms) => ms > 0.5 && found.push({ kind, name, ms })
  add('queue', 'Waiting for a box', attempts.reduce((sum, one) => sum + one.waited_s, 0) * 1000)
  earlier.forEach((one) => add('failed', `Attempt on ${one.instance}`, (one.actual?.duration_s ?? 0) * 1000))
  const before = found.reduce((sum, one) => sum + one.ms, 0)
  if (row.firstToken === null) {
    add('prefill', 'At work', row.took - before)
    return found
  }
  const chosen = last?.candidates.find((one) => one.instance === last.instance)
  const untilFirst = Math.max(0, row.firstToken - before)
  // A load is known as it was predicted; it can be no longer than what was measured to the first token.
  const load = Math.min((chosen?.terms?.load ?? 0) * 1000, untilFirst)
  add('load', 'Loading the model, as predicted', load)
  add('prefill', 'Reading the prompt, to the first token', untilFirst - load)
  add('decode', 'Writing the answer', row.took - row.firstToken)
  return found
}

export function timeline(row, decision) {
  const all = parts(row, decision)
  const whole = all.reduce((sum, one) => sum + one.ms, 0) || 1
  return [
    h('div.timeline', { role: 'img', 'aria-label': all.map((one) => `${one.name}: ${milliseconds(one.ms)}`).join('; ') },
      all.map((one) => h(`span.${one.kind}`, { '--share': `${(one.ms / whole) * 100}%`, title: `${one.name}: ${milliseconds(one.ms)}` }))),
    table('Where the time went', [
      { name: 'Part', cell: (one) => h('span.part', h(`i.${one.kind}`, { 'aria-hidden': 'true' }), one.name) },
      { name: 'Time', isNumber: true, cell: (one) => milliseconds(one.ms) },
      { name: 'Share', isNumber: true, cell: (one) => `${Math.round((one.ms / whole) * 100)} %` },
    ], all),
  ]
}
