// Questions before something is done, and words after it.

import { h, show } from '../lib/dom.js'
import { icon } from './icons.js'

let number = 0

/** Opens a dialog; closes with Escape, its button, or `close()`. */
export function open(title, content, { wide = false, onclose } = {}) {
  const id = `dialog-${++number}`
  const element = h(wide ? 'dialog.wide' : 'dialog', { 'aria-labelledby': id },
    h('header', h('h2', { id }, title),
      h('button.quiet', { type: 'button', 'aria-label': 'Close', onclick: () => element.close() }, icon('close'))),
    h('div.content', content))
  element.addEventListener('close', () => {
    element.remove()
    onclose?.()
  })
  document.body.append(element)
  element.showModal()
  return element
}

/**
 * Asks before something is done, and shows its effect.
 *
 * @param effect  sentences of what will happen
 * @param act  does it; what it throws is shown, and the dialog stays
 */
export function confirm({ title, effect, verb, act, isGrave = false }) {
  const error = h('p.error', { role: 'alert' })
  const button = h(`button.${isGrave ? 'grave' : 'primary'}`, { type: 'button', onclick: run }, verb)
  const element = open(title, [
    effect.length === 1 ? h('p', effect[0]) : h('ul.effect', effect.map((one) => h('li', one))), error,
    h('footer', h('button', { type: 'button', onclick: () => element.close() }, 'Cancel'), button),
  ])
  button.focus()

  async function run() {
    button.disabled = true
    try {
      await act()
      element.close()
    } catch (fault) {
      show(error, fault.message)
      button.disabled = false
    }
  }
}

/** Says something at the edge of the page, and to screen readers; gone after a while. */
export function toast(text, kind = 'good') {
  let place = document.querySelector('.toasts')
  if (!place) document.body.append((place = h('div.toasts', { role: 'status' })))
  const note = h(`div.toast.${kind}`, text)
  place.append(note)
  setTimeout(() => note.remove(), 6000)
}
