// The drawings of the interface: lines of one width in the colour of the text.

import { svg } from '../lib/dom.js'

const PATHS = {
  pool: ['M4 5h16v5H4z', 'M4 14h16v5H4z', 'M8 7.5h.01', 'M8 16.5h.01'],
  requests: ['M4 6h16', 'M4 12h10', 'M4 18h13'],
  playground: ['M5 5h14v10H9l-4 4z'],
  keys: ['M14.5 9.5a4 4 0 1 0-4 4l1-1h2v-2h1.5z', 'M13 13l7 7', 'M18 18l2-2'],
  usage: ['M5 19V11', 'M12 19V5', 'M19 19v-6'],
  config: ['M4 7h9', 'M17 7h3', 'M15 5v4', 'M4 17h3', 'M11 17h9', 'M9 15v4'],
  theme: ['M12 4a8 8 0 1 0 8 8 6 6 0 0 1-8-8z'],
  out: ['M14 5H6v14h8', 'M10 12h10', 'M17 9l3 3-3 3'],
  close: ['M6 6l12 12', 'M18 6L6 18'],
  search: ['M11 5a6 6 0 1 0 .01 0', 'M15.5 15.5L20 20'],
  copy: ['M9 9h10v10H9z', 'M5 15V5h10'],
}

export function icon(name) {
  return svg('svg.icon', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, PATHS[name].map((d) => svg('path', { d })))
}
