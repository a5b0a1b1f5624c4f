// One chat request, streamed: the pieces as they come, the box that answers, and how fast.

import { send } from '../lib/api.js'
import { events } from '../lib/streams.js'

/**
 * Sends the messages and yields `{ kind: 'box' | 'text' | 'thinking' | 'end', … }`.
 *
 * Times are the browser's own: what a person waits.
 */
export async function* chat(model, messages, settings, signal) {
  const began = performance.now()
  const answer = await send('POST', '/v1/chat/completions', {
    signal, body: { model, messages, stream: true, stream_options: { include_usage: true }, ...settings },
  })
  yield { kind: 'box', box: answer.headers.get('x-drover-instance'), call: answer.headers.get('x-litellm-call-id') }
  let first = null
  let usage = null
  for await (const event of events(answer.body)) {
    if (event.data === '[DONE]') break
    const piece = JSON.parse(event.data)
    if (piece.error) throw new Error(piece.error.message)
    usage = piece.usage ?? usage
    const delta = piece.choices?.[0]?.delta ?? {}
    const thinking = delta.reasoning_content ?? delta.reasoning
    if ((delta.content || thinking) && first === null) first = performance.now()
    if (thinking) yield { kind: 'thinking', text: thinking }
    if (delta.content) yield { kind: 'text', text: delta.content }
  }
  const ended = performance.now()
  const seconds = first === null ? 0 : (ended - first) / 1000
  yield {
    kind: 'end', firstToken: first === null ? null : first - began, took: ended - began, usage,
    speed: usage?.completion_tokens > 1 && seconds > 0.001 ? usage.completion_tokens / seconds : null,
  }
}
