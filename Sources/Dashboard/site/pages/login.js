// Logging in with the master key or with one's own.

import { h, show } from '../lib/dom.js'
import { session } from '../lib/session.js'
import { field } from '../parts/bits.js'

class LoginPage extends HTMLElement {
  connectedCallback() {
    const key = h('input', { type: 'password', name: 'key', autocomplete: 'current-password', required: true, spellcheck: 'false', placeholder: 'sk-…' })
    const error = h('p.error', { role: 'alert' })
    const button = h('button.primary', { type: 'submit' }, 'Log in')
    const form = h('form.login', {
      onsubmit: async (event) => {
        event.preventDefault()
        button.disabled = true
        show(error)
        try {
          await session.login(key.value.trim())
        } catch (fault) {
          show(error, fault.message)
          button.disabled = false
          key.select()
        }
      },
    }, h('h1', 'Log in'), field('Key', key, 'The master key shows everything; your own key shows what is yours.'), error, button)
    show(this, form)
    key.focus()
  }
}

customElements.define('login-page', LoginPage)
export default 'login-page'
