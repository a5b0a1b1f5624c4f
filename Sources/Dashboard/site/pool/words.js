// A box's state in words: what it is, why, and what to do next.

import { plural } from '../lib/format.js'

const STATES = {
  ready: { word: 'Ready', trouble: null },
  full: { word: 'Full', trouble: null },
  unknown: { word: 'Not looked at yet', trouble: null },
  draining: { word: 'Draining', trouble: 'note' },
  cooling_down: { word: 'Cooling down', trouble: 'warn' },
  lacks_tag: { word: 'Lacks a model', trouble: 'warn' },
  down: { word: 'Down', trouble: 'bad' },
}

/** The kinds of a state, worst first: the order of filters and of boxes. */
export const ORDER = ['down', 'cooling_down', 'lacks_tag', 'draining', 'unknown', 'full', 'ready']

export function stateOf(name) {
  return STATES[name] ?? { word: name, trouble: 'warn' }
}

/** The next step for a box; nothing where there is nothing to do. */
export function nextStep(box) {
  switch (box.state) {
    case 'down':
      return `Look at the box: does ${box.api_base}/api/version answer from the gateway's machine? It comes back by itself once it does.`
    case 'cooling_down':
      return 'Too many requests failed there. One is tried again when the time is over; Ollama’s log on the box says why they failed.'
    case 'draining':
      return box.in_flight > 0
        ? `It gets nothing new; ${plural(box.in_flight, 'request')} may end. Undrain to put it back.`
        : 'It is empty and safe to restart. Undrain to put it back.'
    case 'lacks_tag':
      return 'Pull the model on it, or take the row out of model_list.'
    default:
      return ''
  }
}
