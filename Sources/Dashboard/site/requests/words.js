// What was said in a request, where the operator has it kept (store_prompts_in_spend_logs).

import { h } from '../lib/dom.js'

/** @param said  `messages`, `response` and `proxy_server_request` of one request: objects without members where nothing is kept */
export function conversation(said) {
  if (isNothing(said.proxy_server_request)) return null
  return [
    h('h3', 'Asked'), turns(said.messages),
    h('h3', 'Answered'), isNothing(said.response) ? h('p.muted', 'No answer is kept: there was none, or it is longer than 256 KiB.') : block(answer(said.response)),
    h('details', h('summary', 'As JSON'), block(JSON.stringify(said.proxy_server_request, null, 2)),
      !isNothing(said.response) && block(JSON.stringify(said.response, null, 2))),
  ]
}

// It may be longer than the place it has, and then is scrolled by the keyboard too.
const block = (words) => h('pre.said', { tabindex: 0 }, words)

const isNothing = (value) => !value || typeof value === 'object' && !Array.isArray(value) && !Object.keys(value).length

function turns(messages) {
  if (!Array.isArray(messages)) return block(text(messages))
  return messages.map((one) => typeof one === 'object' && one?.role
    ? [h('p.muted', one.role), block(text(one.content) || JSON.stringify(one.tool_calls ?? '', null, 2))]
    : block(text(one)))
}

/** The text of what an answer of any API says; as JSON where there is none. */
function answer(response) {
  const message = response.choices?.[0]?.message ?? response.message
  const items = response.output?.flatMap((item) => item.content ?? [])
  const words = text(message?.content ?? response.choices?.[0]?.text ?? response.response ?? response.content ?? items)
  return words || JSON.stringify(message ?? response.output ?? response, null, 2)
}

function text(content) {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return content.map((part) => typeof part === 'string' ? part : part?.text ?? `[${part?.type ?? 'part'}]`).join('\n')
  return content === undefined || content === null || isNothing(content) ? '' : JSON.stringify(content, null, 2)
}
