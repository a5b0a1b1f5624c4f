// A small line of recent figures, with the same figures as a table for those who do not see it.

import { svg } from '../lib/dom.js'

const WIDTH = 120
const HEIGHT = 28

/** Draws `values`, the oldest first; null is a gap. */
export class Spark {
  #path = ''
  #line = svg('path.line')
  #dot = svg('circle.dot', { r: 2.2 })

  constructor(label) {
    this.element = svg('svg.spark', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, preserveAspectRatio: 'none' },
      this.#line, this.#dot)
  }

  update(values, label) {
    const known = values.filter((value) => value !== null)
    const isDrawn = known.length > 1
    this.element.toggleAttribute('hidden', !isDrawn)
    if (!isDrawn) return
    const most = Math.max(...known) || 1
    const x = (place) => 3 + (place * (WIDTH - 6)) / (values.length - 1)
    const y = (value) => HEIGHT - 3 - (value / most) * (HEIGHT - 6)
    let path = ''
    let isDown = false
    values.forEach((value, place) => {
      if (value !== null) path += `${isDown ? 'L' : 'M'}${x(place).toFixed(1)} ${y(value).toFixed(1)}`
      isDown = value !== null
    })
    const last = values.findLastIndex((value) => value !== null)
    if (path === this.#path) return
    this.#path = path
    this.#line.setAttribute('d', path)
    this.#dot.setAttribute('cx', x(last).toFixed(1))
    this.#dot.setAttribute('cy', y(values[last]).toFixed(1))
    this.element.setAttribute('aria-label', label)
  }
}

