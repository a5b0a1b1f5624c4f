/// Every metric there is: its name, what kind it is, its labels and what it says. Base units in names, `_total` on
/// counters. `docs/OBSERVABILITY.md` has one row for each, which a test compares.
enum MetricNames: String, CaseIterable {
    // What requests did.
    case requests = "gateway_requests_total"
    case requestErrors = "gateway_request_errors_total"
    case timeToFirstToken = "gateway_time_to_first_token_seconds"
    case timePerToken = "gateway_time_per_output_token_seconds"
    case duration = "gateway_request_duration_seconds"
    case queueWait = "gateway_queue_wait_seconds"
    case load = "gateway_model_load_seconds"
    case tokens = "gateway_tokens_total"
    case retries = "gateway_retries_total"
    case hedges = "gateway_hedges_total"
    case fallbacks = "gateway_fallbacks_total"
    case cloudCalls = "gateway_cloud_calls_total"
    case fenceRefusals = "gateway_fence_refusals_total"
    case mendedCalls = "gateway_tool_calls_repaired_total"
    case cost = "gateway_cost_dollars_total"
    case failedAttemptsCost = "gateway_failed_attempts_cost_dollars_total"
    case comparedCost = "gateway_compared_cost_dollars_total"
    // How the pool is.
    case inFlight = "gateway_in_flight"
    case waiting = "gateway_waiting"
    case modelWaiting = "gateway_model_waiting"
    case instanceUp = "gateway_instance_up"
    case draining = "gateway_instance_draining"
    case probeTime = "gateway_probe_seconds"
    case loadedModels = "gateway_loaded_models"
    case videoMemory = "gateway_loaded_vram_bytes"
    case breakerOpen = "gateway_breaker_open"
    case readyDeployments = "gateway_ready_deployments"
    case deploymentReady = "gateway_deployment_ready"
    case deploymentBreaker = "gateway_deployment_breaker"
    case deploymentInFlight = "gateway_deployment_in_flight"
    case deploymentSlots = "gateway_deployment_slots"
    case attempts = "gateway_attempts_total"
    case attemptFailures = "gateway_attempt_failures_total"
    case abandoned = "gateway_leases_abandoned_total"
    case poolEvents = "gateway_pool_events_total"
    case probeFailures = "gateway_probe_failures_total"
    case unknownRoutes = "gateway_unknown_routes_total"
    // The gateway itself.
    case clientConnections = "gateway_client_connections"
    case heldBytes = "gateway_held_bytes"
    case limitEvents = "gateway_limit_events_total"
    case exported = "gateway_export_records_total"
    case exportQueue = "gateway_export_queue_records"
    case logDropped = "gateway_log_dropped_total"
    case uptime = "gateway_uptime_seconds"
    case build = "gateway_build_info"

    /// The word after `# TYPE`.
    var type: StaticString {
        switch self {
        case .timeToFirstToken, .timePerToken, .duration, .queueWait, .load: "histogram"
        case .inFlight, .waiting, .modelWaiting, .instanceUp, .draining, .probeTime, .loadedModels, .videoMemory,
            .breakerOpen, .readyDeployments, .deploymentReady, .deploymentBreaker, .deploymentInFlight,
            .deploymentSlots, .clientConnections, .heldBytes, .exportQueue, .uptime,
            .build:
            "gauge"
        case .requests, .requestErrors, .tokens, .retries, .hedges, .fallbacks, .cloudCalls, .fenceRefusals,
            .mendedCalls, .cost, .failedAttemptsCost, .comparedCost, .attempts, .attemptFailures, .abandoned,
            .poolEvents, .probeFailures,
            .unknownRoutes, .limitEvents, .exported, .logDropped:
            "counter"
        }
    }

    /// The names of its labels, in the order in which they are written. Each has its values from a closed set: names of the
    /// configuration, words of the code.
    var labels: [String] {
        switch self {
        case .requests: ["model", "instance", "outcome"]
        case .requestErrors: ["error"]
        case .timeToFirstToken, .timePerToken, .duration, .load, .cost, .deploymentReady, .deploymentBreaker,
            .deploymentInFlight, .deploymentSlots, .attempts, .attemptFailures:
            ["model", "instance"]
        case .tokens: ["model", "kind"]
        case .hedges: ["model", "event"]
        case .queueWait, .retries, .fallbacks, .cloudCalls, .fenceRefusals, .mendedCalls, .failedAttemptsCost,
            .comparedCost, .modelWaiting, .readyDeployments:
            ["model"]
        case .inFlight, .instanceUp, .draining, .probeTime, .loadedModels, .videoMemory, .breakerOpen: ["instance"]
        case .poolEvents: ["instance", "event"]
        case .probeFailures: ["instance", "reason"]
        case .unknownRoutes: ["route"]
        case .limitEvents: ["event"]
        case .exported: ["exporter", "result"]
        case .exportQueue: ["exporter"]
        case .build: ["version"]
        case .waiting, .abandoned, .clientConnections, .heldBytes, .logDropped, .uptime: []
        }
    }

    /// The unit of its values.
    var unit: String {
        switch self {
        case .timeToFirstToken, .timePerToken, .duration, .queueWait, .load, .probeTime, .uptime: "seconds"
        case .cost, .failedAttemptsCost, .comparedCost: "US dollars"
        case .tokens: "tokens"
        case .videoMemory, .heldBytes: "bytes"
        case .requests, .requestErrors, .inFlight, .waiting, .modelWaiting, .deploymentInFlight, .deploymentSlots,
            .unknownRoutes:
            "requests"
        case .retries, .hedges, .attempts, .attemptFailures: "attempts"
        case .fallbacks, .cloudCalls, .fenceRefusals, .mendedCalls, .poolEvents, .probeFailures, .abandoned,
            .limitEvents:
            "events"
        case .clientConnections: "connections"
        case .loadedModels: "models"
        case .readyDeployments: "deployments"
        case .exported, .exportQueue: "records"
        case .logDropped: "lines"
        case .instanceUp, .draining, .breakerOpen, .deploymentReady, .deploymentBreaker, .build: "state"
        }
    }

    /// The sentence after `# HELP`.
    var help: StaticString {
        switch self {
        case .requests: "Finished requests by model, the instance that answered (empty: none) and how they ended."
        case .requestErrors: "Errors given to clients, by label."
        case .timeToFirstToken: "From the request's last byte to the answer's first token."
        case .timePerToken: "The time of one token while the answer was written, one observation for each answer."
        case .duration: "From the request's last byte to the answer's last byte."
        case .queueWait: "Waiting for a place in the pool, of every request that was meant for an instance."
        case .load: "Until the instance had the model ready, as far as it says so; short where it was in memory."
        case .tokens: "Tokens as the instances counted them."
        case .retries: "Attempts beyond the first of a request, or of each part of one that runs as several."
        case .hedges:
            "Late attempts by what was done: another instance asked as well, which won where it was first, or moved there."
        case .fallbacks: "How often another model took over, by the model asked for."
        case .cloudCalls: "Requests sent to clouds, by the model asked for."
        case .fenceRefusals: "Ways out that were refused to requests which must stay local, by the model asked for."
        case .mendedCalls:
            "Tool calls whose arguments were no JSON and were repaired, or asked for again, by the model asked for."
        case .cost: "What requests cost, by the model asked for and the instance that answered."
        case .failedAttemptsCost: "The cost of attempts whose answers no client got, by the model asked for."
        case .comparedCost: "What the same requests would have cost at the model of drover.compare_with."
        case .inFlight: "Requests that hold the instance now, over all its models."
        case .waiting: "Requests waiting for a place in the pool."
        case .modelWaiting: "Requests waiting for a place, by the model asked for."
        case .instanceUp: "1 while the instance answers its probes and its connections, else 0."
        case .draining: "1 while an operator has taken the instance out, else 0."
        case .probeTime: "How long the last probe of the instance took."
        case .loadedModels: "Models that the instance holds in memory."
        case .videoMemory: "Memory of the instance's GPUs that its loaded models take."
        case .breakerOpen: "1 while a breaker keeps at least one of the instance's deployments out, else 0."
        case .readyDeployments: "Deployments of the model that may be picked now."
        case .deploymentReady: "1 while the instance takes requests for the model, now or once it has room, else 0."
        case .deploymentBreaker: "The breaker of the model on the instance: 0 closed, 1 half open, 2 open."
        case .deploymentInFlight: "Requests for the model in flight on the instance."
        case .deploymentSlots: "Requests for the model that the instance works on at once, where that is known."
        case .attempts: "Attempts begun for the model on the instance."
        case .attemptFailures: "Attempts for the model that failed on the instance."
        case .abandoned: "Leases that nobody settled; anything but 0 is a fault in the gateway."
        case .poolEvents: "Changes of state by instance and kind."
        case .probeFailures: "Probes that got no usable answer, by instance and reason."
        case .unknownRoutes: "Requests for routes that there are not, by the kind of route."
        case .clientConnections: "Open connections of clients."
        case .heldBytes: "Bodies and answers that connections hold, in steps of 64 KiB, small ones not counted."
        case .limitEvents: "How often a limit of the gateway itself was met, by what happened then."
        case .exported: "Records for an exporter by what became of them: sent, failed (refused there) or dropped."
        case .exportQueue: "Records that wait for an exporter."
        case .logDropped: "Log lines lost because the log could not be written fast enough."
        case .uptime: "Since the gateway started."
        case .build: "Always 1; the version is in the label."
        }
    }
}
