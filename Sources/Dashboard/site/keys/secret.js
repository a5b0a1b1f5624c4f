// A new key, shown once: the gateway keeps its hash alone.

import { h, say } from '../lib/dom.js'
import { open, toast } from '../parts/dialog.js'
import { icon } from '../parts/icons.js'

export function showSecret(key, name) {
  const shown = h('code.secret', { tabindex: 0 }, key)
  const button = h('button.primary', { type: 'button', onclick: copy }, icon('copy'), h('span', 'Copy'))
  const dialog = open(`The key ${name ?? ''}`.trim(), [
    h('p', 'Copy it now: it is shown this once, and nobody can show it again.'), shown,
    h('footer', button, h('button', { type: 'button', onclick: () => dialog.close() }, 'Done')),
  ])
  button.focus()

  async function copy() {
    try {
      await navigator.clipboard.writeText(key)
      say(button.lastChild, 'Copied')
    } catch {
      // Without TLS a browser gives pages no clipboard.
      getSelection().selectAllChildren(shown)
      toast('It is selected: copy it with the keyboard.', 'note')
    }
  }
}
