// A pool with a box in every state, for the page of all states. Figures are made up; their shapes are the gateway's.

const GIGA = 1_000_000_000
const HOSTILE = '<img src=x onerror="document.title=1">:8b'

function box(name, state, more = {}) {
  return {
    instance: name, api_base: `http://${name}`, provider: 'ollama', ollama_version: '0.33.0', state, reason: null, draining: false, in_flight: 0,
    loaded: [], last_probe: { at: new Date(Date.now() - 2000).toISOString(), ok: true, latency_ms: 3.1, error: null }, ...more,
  }
}

function deployment(instance, model, more = {}) {
  return {
    model_id: `${instance}-${model}`, model_name: model, model: `ollama/${model}:8b`, instance, state: 'ready', reason: null, breaker: 'closed', in_flight: 0,
    slots: 4, waiting: 0, resident: true, digest: 'sha256:1', requests: 120, failures: 0, abandoned: 0, time_to_first_token_ms: 181.2,
    duration_ms: 950, tokens_per_second: 47.1, learned: null, ...more,
  }
}

const loaded = (model, giga) => ({ model, context_length: 8192, size_vram: giga * GIGA, expires_at: new Date(Date.now() + 240_000).toISOString() })
const silent = { at: new Date(Date.now() - 8000).toISOString(), ok: false, latency_ms: 2000, error: 'connection refused' }

export const POOL = {
  object: 'pool', version: '0.0.0', uptime_seconds: 93_784, in_flight: 7, waiting: 3,
  warnings: ['`llama3` has two digests: gpu-1 and gpu-2 answer differently.'],
  models: [
    { model_name: 'llama3', strategy: 'soonest', ready: 3, total: 8, waiting: 3, predicted_wait_s: 4.2,
      queue: [{ class: 'interactive', waiting: 1, longest_wait_s: 0.4 }, { class: 'batch', waiting: 2, longest_wait_s: 12.1 }] },
    { model_name: 'mistral', strategy: 'least-busy', ready: 1, total: 2, waiting: 0, queue: [], predicted_wait_s: null },
  ],
  instances: [
    box('gpu-1:11434', 'ready', { in_flight: 2, loaded: [loaded('llama3:8b', 6.1)] }),
    box('gpu-2:11434', 'ready', { in_flight: 4, loaded: [loaded('llama3:8b', 6.1), loaded(HOSTILE, 4.4)] }),
    box('gpu-3:11434', 'ready', { in_flight: 1 }),
    box('gpu-4:11434', 'unknown', { last_probe: null, ollama_version: null }),
    box('gpu-5:11434', 'draining', { draining: true, in_flight: 1, loaded: [loaded('llama3:8b', 6.1)] }),
    box('gpu-6:11434', 'draining', { draining: true }),
    box('gpu-7:11434', 'cooling_down', { reason: 'cooling down for 24 s after a cut stream' }),
    box('gpu-8:11434', 'ready'),
    box('gpu-9.a-very-long-name-of-a-box.example.internal:11434', 'down', { reason: 'connection refused', last_probe: silent }),
    box('api.openai.com', 'ready', { provider: 'openai', ollama_version: null, last_probe: null }),
  ],
  deployments: [
    deployment('gpu-1:11434', 'llama3', { in_flight: 2, waiting: 3 }), deployment('gpu-2:11434', 'llama3', { in_flight: 4, state: 'full' }),
    deployment('gpu-3:11434', 'mistral', { in_flight: 1, slots: null, failures: 3 }), deployment('gpu-4:11434', 'mistral', { state: 'unknown', resident: null, requests: 0, time_to_first_token_ms: null, tokens_per_second: null }),
    deployment('gpu-5:11434', 'llama3', { in_flight: 1, state: 'draining' }), deployment('gpu-6:11434', 'llama3', { state: 'draining', resident: false }),
    deployment('gpu-7:11434', 'llama3', { state: 'cooling_down', breaker: 'open', failures: 14 }),
    deployment('gpu-8:11434', 'llama3', { state: 'lacks_tag', reason: '`llama3:8b` is not on the instance; run `ollama pull llama3:8b` there', resident: false, requests: 0, time_to_first_token_ms: null, tokens_per_second: null }),
    deployment('gpu-9.a-very-long-name-of-a-box.example.internal:11434', 'llama3', { state: 'down', resident: false }),
    deployment('api.openai.com', 'gpt-4o', { slots: null, resident: null, time_to_first_token_ms: 420, tokens_per_second: 88 }),
  ],
}

const NOW = Math.floor(Date.now() / 300_000)

/** The last day of a box that was out for a while. */
export const PAST = {
  instance: 'gpu-1:11434', span_seconds: 300, moves: [{ at: (NOW - 20) * 300, model: HOSTILE, loaded: true }, { at: (NOW - 90) * 300, model: 'llama3:8b', loaded: false }],
  spans: Array.from({ length: 240 }, (_, place) => ({
    at: (NOW - 239 + place) * 300, looks: 30, out: place > 130 && place < 142 ? 30 : 0, busiest: place > 128 && place < 144 ? 0 : 2 + ((place * 7) % 5) + Math.round(3 * Math.sin(place / 25)),
    requests: place, first_token_ms: 120 + (place % 40), tokens_per_second: 47, loads: place === 219 ? 1 : 0, evictions: place === 149 ? 1 : 0,
  })),
}

const terms = (more) => ({ wait: 0, load: 0, eviction: 0, prefill: 0.21, harm: 0.04, overwrite: 0, ...more })
const decided = (seconds, more) => ({
  model: 'llama3', strategy: 'soonest', at: new Date(Date.now() - seconds * 1000).toISOString(), way: 'best', chosen: 'gpu-2:11434', best: 0.25, outcome: 'succeeded', ...more,
})

/** Why a box got the latest requests, or did not. */
export const WHY = {
  object: 'pool.decisions', instance: 'gpu-1:11434', decisions: [
    decided(2, { chosen: 'gpu-1:11434', outcome: 'running', standing: { instance: 'gpu-1:11434', in_flight: 1, out: null, total: 0.25, terms: terms() } }),
    decided(9, { standing: { instance: 'gpu-1:11434', in_flight: 4, out: null, total: 3.4, terms: terms({ wait: 3.1 }) } }),
    decided(31, { model: HOSTILE, standing: { instance: 'gpu-1:11434', in_flight: 0, out: null, total: 6.9, terms: terms({ load: 6.6 }) } }),
    decided(75, { model: 'mistral', strategy: 'least-busy', best: 1, standing: { instance: 'gpu-1:11434', in_flight: 3, out: null, total: 3, terms: null } }),
    decided(90, { way: 'retry', standing: { instance: 'gpu-1:11434', in_flight: 0, out: 'this request failed there', total: null, terms: null } }),
  ],
}

const cell = (instance, more) => ({ instance, has: true, expected: true, loaded: false, digest: 'sha256:1', differs: false, size: 4.7 * GIGA, ...more })

export const MODELS = {
  boxes: ['gpu-1', 'gpu-2', 'gpu-3', 'gpu-4'].map((instance) => ({ instance, state: 'ready' })),
  models: [
    { model: 'llama3:8b', digest: 'sha256:1', boxes: [cell('gpu-1', { loaded: true }), cell('gpu-2'), cell('gpu-3', { differs: true, digest: 'sha256:2' }), cell('gpu-4', { has: false, size: 0 })] },
    { model: HOSTILE, digest: 'sha256:3', boxes: [cell('gpu-1', { has: false, expected: false, size: 0 }), cell('gpu-2', { loaded: true }), cell('gpu-3', { has: null, size: 0 }), cell('gpu-4', { has: false, expected: false, size: 0 })] },
  ],
}
