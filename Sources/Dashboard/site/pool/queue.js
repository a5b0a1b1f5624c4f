// Who waits: a row for each class in a model's queue, the longest queue first. Where nobody waits it is not shown.

import { h, show } from '../lib/dom.js'
import { count, duration } from '../lib/format.js'
import { table } from '../parts/bits.js'

export function showQueue(place, models) {
  const waiting = models.filter((one) => one.waiting > 0).sort((left, right) => right.waiting - left.waiting)
  place.hidden = !waiting.length
  if (!waiting.length) return
  const rows = waiting.flatMap((model) => model.queue.map((line, number) => ({ model, line, isFirst: number === 0 })))
  show(place, h('h2', 'Waiting'), table('Requests that wait, by model and class', [
    { name: 'Model', cell: ({ model }) => model.model_name },
    { name: 'Class', cell: ({ line }) => line.class },
    { name: 'Waiting', isNumber: true, cell: ({ line }) => count(line.waiting) },
    { name: 'Longest so far', isNumber: true, cell: ({ line }) => duration(line.longest_wait_s) },
    { name: 'The last one, as predicted', isNumber: true, cell: ({ model, isFirst }) => (isFirst && model.predicted_wait_s !== null ? duration(model.predicted_wait_s) : '') },
    { name: 'Boxes ready', isNumber: true, cell: ({ model, isFirst }) => (isFirst ? `${model.ready} of ${model.total}` : '') },
  ], rows))
}
