// Requests, keys and days for the page of all states.

import { bookDate } from '../usage/days.js'

const at = (seconds) => new Date(Date.UTC(2026, 10, 22, 12, 0, seconds)).toISOString().slice(0, -1)

export const REQUEST = {
  request_id: 'one', litellm_call_id: 'call-1', api_key: 'litellm_proxy_master_key', spend: 0.00213, prompt_tokens: 812, completion_tokens: 240,
  startTime: at(0), completionStartTime: at(3), endTime: at(9), model: 'llama3:8b', model_group: 'llama3', api_base: 'gpu-2:11434', status: 'success',
  metadata: { status_code: 200, attempted_retries: 1, attempted_fallbacks: 0, compared_cost: 0.0091, stream: true, error_information: null }, request_tags: ['nightly'], end_user: '', user: '', team_id: null,
}

export const SAID = {
  messages: [
    { role: 'system', content: 'Answer in one sentence.' },
    { role: 'user', content: [{ type: 'text', text: 'What is in this picture?' }, { type: 'image_url', image_url: { url: 'data:…' } }] },
  ],
  response: { choices: [{ index: 0, message: { role: 'assistant', content: 'A horse that drives <b>cattle</b>.' }, finish_reason: 'stop' }] },
  proxy_server_request: { model: 'llama3', messages: [] },
}

const terms = (load, wait) => ({ wait, load, eviction: 0, prefill: 0.4, harm: 0.1, overwrite: 0 })

export const DECISION = {
  call_id: 'call-1', attempts: [
    { model: 'llama3', strategy: 'soonest', at: at(0), way: 'queue', waited_s: 0.8, instance: 'gpu-1:11434', candidates: [{ instance: 'gpu-1:11434', in_flight: 1, out: null, total: 0.5, terms: terms(0, 0) }], predicted: null, actual: { first_token_s: null, duration_s: 0.4 }, outcome: 'failed: cut stream' },
    {
      model: 'llama3', strategy: 'soonest', at: at(1), way: 'retry', waited_s: 0, instance: 'gpu-2:11434', predicted: { first_token_s: 1.6, duration_s: 8 }, actual: { first_token_s: 1.8, duration_s: 7.8 }, outcome: 'succeeded',
      candidates: [{ instance: 'gpu-2:11434', in_flight: 2, out: null, total: 1.7, terms: terms(1.1, 0) }, { instance: 'gpu-1:11434', in_flight: 1, out: 'was tried already', total: null, terms: null }, { instance: 'gpu-7:11434', in_flight: 0, out: 'cooling down', total: null, terms: null }],
    },
  ],
}

const owner = (name, spend, most, more = {}) => ({ name, spend, max_budget: most, budget_duration: '30d', budget_reset_at: null, models: [], rpm_limit: null, tpm_limit: null, max_parallel_requests: null, ...more })

export const OWNERS = [
  owner('research', 12.4, 100, { models: ['llama3'], rpm_limit: 60 }), owner('support', 46.2, 50), owner('interns', 10, 10), owner('everyone', 3.2, null),
]

export const DAYS = Array.from({ length: 14 }, (_, place) => ({
  date: bookDate(13 - place),
  parts: new Map([['llama3', 40 + ((place * 37) % 60)], ['mistral', 20 + ((place * 23) % 40)], ['gpt-4o', place % 3 ? 8 : 0], ['<b>bold</b>', 4]]),
}))
