// Calls to the gateway. A ticket that has run out is replaced once, silently.

import { session } from './session.js'
import { events, lines } from './streams.js'

/** An answer that is an error, in the gateway's own words. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message)
    this.status = status
  }
}

/** Sends a request; an answer that is an error is thrown. */
export async function send(method, path, { body, signal } = {}) {
  let answer = await once(method, path, body, signal)
  if (answer.status === 401 && session.state.requires_key) {
    const state = await session.refresh()
    if (state.logged_in) answer = await once(method, path, body, signal)
  }
  if (answer.ok) return answer
  const text = await answer.text()
  throw new Refusal(answer.status, words(text) ?? `the gateway answered ${answer.status}`)
}

export const get = async (path, options) => (await send('GET', path, options)).json()
export const post = async (path, body, options) => (await send('POST', path, { body: body ?? {}, ...options })).json()

/** The server-sent events of an answer, `{ name, data }` each. */
export async function* stream(path, options) {
  yield* events((await send('GET', path, options)).body)
}

/** The lines of JSON of an answer. */
export async function* streamLines(path, body, options) {
  for await (const line of lines((await send('POST', path, { body, ...options })).body)) {
    if (line) yield JSON.parse(line)
  }
}

/** A path with its query; what is empty is left out. */
export function query(path, values) {
  const parts = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''))
  // A blank as every server reads it.
  return parts.size ? `${path}?${parts.toString().replaceAll('+', '%20')}` : path
}

function once(method, path, body, signal) {
  return fetch(path, {
    method, signal, cache: 'no-store', body: body && JSON.stringify(body),
    headers: { ...session.headers, ...(body && { 'content-type': 'application/json' }) },
  })
}

function words(text) {
  try {
    const { error, detail } = JSON.parse(text)
    const said = error?.message ?? error ?? detail
    return typeof said === 'string' ? said : undefined
  } catch {
    return undefined
  }
}
