// Bars over days, in parts: the largest names have a colour each, and the others share one. The table behind has all figures.

import { h, svg } from '../lib/dom.js'
import { bookDay } from '../lib/format.js'
import { table } from '../parts/bits.js'

const COLOURS = 6
const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [720, 220, 56, 22, 10]

/**
 * @param days  `{ date, parts: Map of name to value }`, the oldest first
 * @param say  writes a value
 */
export function chart(title, days, say) {
  const names = ranked(days)
  const shown = names.slice(0, names.length > COLOURS ? COLOURS - 1 : COLOURS)
  const rest = names.length - shown.length
  const most = Math.max(...days.map(total)) || 1
  const step = (WIDTH - LEFT) / days.length
  const height = (value) => (value / most) * (HEIGHT - BOTTOM - TOP)
  const bars = days.map((one, place) => {
    let y = HEIGHT - BOTTOM
    const column = (name, value, colour) => {
      const size = height(value)
      y -= size
      return size > 0 && svg(`rect.c${colour}`, { x: LEFT + place * step + step * 0.12, y, width: step * 0.76, height: size },
        svg('title', `${bookDay(one.date)}, ${name}: ${say(value)}`))
    }
    return [...shown.map((name, colour) => column(name, one.parts.get(name) ?? 0, colour)),
      rest > 0 && column('others', names.slice(shown.length).reduce((sum, name) => sum + (one.parts.get(name) ?? 0), 0), COLOURS - 1)]
  })
  return h('figure.chart',
    svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': `${title}; the table below has the figures` }, axis(most, say, height), bars, labels(days, step)),
    h('figcaption', h('ul.legend', shown.map((name, colour) => h('li', h(`i.c${colour}`), name || 'without a name')), rest > 0 && h('li', h(`i.c${COLOURS - 1}`), `${rest} others`))),
    h('details', h('summary', 'As a table'), table(title, [
      { name: 'Day (UTC)', cell: (one) => one.date }, ...names.map((name) => ({ name: name || 'without a name', isNumber: true, cell: (one) => say(one.parts.get(name) ?? 0) })),
    ], days.toReversed())))
}

function axis(most, say, height) {
  return [0, 0.5, 1].map((share) => {
    const y = HEIGHT - BOTTOM - height(most * share)
    return [svg('line.grid', { x1: LEFT, x2: WIDTH, y1: y, y2: y }), svg('text', { x: LEFT - 8, y: y + 4, 'text-anchor': 'end' }, say(most * share))]
  })
}

function labels(days, step) {
  const every = Math.ceil(days.length / 10)
  return days.map((one, place) => place % every === 0 && svg('text', { x: LEFT + place * step + step / 2, y: HEIGHT - 6, 'text-anchor': 'middle' }, bookDay(one.date)))
}

function total(day) {
  return [...day.parts.values()].reduce((sum, value) => sum + value, 0)
}

function ranked(days) {
  const sums = new Map()
  for (const one of days) for (const [name, value] of one.parts) sums.set(name, (sums.get(name) ?? 0) + value)
  return [...sums].filter(([, value]) => value > 0).sort((left, right) => right[1] - left[1]).map(([name]) => name)
}
