// Who waits: a row for each model with a queue. Where nobody waits it is not shown.

import { h, show } from '../lib/dom.js'
import { count, duration } from '../lib/format.js'
import { table } from '../parts/bits.js'

export function showQueue(place, models) {
  const waiting = models.filter((one) => one.waiting > 0).sort((left, right) => right.waiting - left.waiting)
  place.hidden = !waiting.length
  if (!waiting.length) return
  show(place, h('h2', 'Waiting'), table('Requests that wait, by model', [
    { name: 'Model', cell: (one) => one.model_name },
    { name: 'Waiting', isNumber: true, cell: (one) => count(one.waiting) },
    { name: 'Longest, as predicted', isNumber: true, cell: (one) => (one.predicted_wait_s === null ? '' : duration(one.predicted_wait_s)) },
    { name: 'Boxes ready', isNumber: true, cell: (one) => `${one.ready} of ${one.total}` },
  ], waiting))
}
