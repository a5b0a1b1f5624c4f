// Who is logged in. The page calls with a ticket that lives in memory; the cookie behind it is read by no script.

class Session extends EventTarget {
  state = { requires_key: true, logged_in: false }
  #ticket = null
  #asking = null

  /** Asks who is logged in, and for a ticket. Several that ask at once share one answer. */
  refresh() {
    this.#asking ??= this.#send('GET').finally(() => (this.#asking = null))
    return this.#asking
  }

  /** Logs in with a key. Throws the refusal's words. */
  login(key) {
    return this.#send('POST', { key })
  }

  logout() {
    return this.#send('DELETE')
  }

  /** The header of a call; none where no key is asked for. */
  get headers() {
    return this.#ticket ? { authorization: `Bearer ${this.#ticket}` } : {}
  }

  async #send(method, body) {
    const answer = await fetch('/ui/session', {
      method, cache: 'no-store', body: body && JSON.stringify(body),
      headers: body ? { 'content-type': 'application/json' } : {},
    })
    const read = await answer.json().catch(() => ({}))
    if (!answer.ok) throw new Error(read.error?.message ?? `the gateway answered ${answer.status}`)
    const wasIn = this.state.logged_in
    const { ticket, ...state } = read
    this.#ticket = ticket ?? null
    this.state = state
    if (wasIn !== state.logged_in) this.dispatchEvent(new Event('change'))
    return state
  }
}

export const session = new Session()
