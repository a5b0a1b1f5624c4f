/// Every metric there is: its name, what kind it is and what it says. Base units in names, `_total` on counters.
enum MetricNames: String, CaseIterable {
    case requests = "gateway_requests_total"
    case requestErrors = "gateway_request_errors_total"
    case timeToFirstToken = "gateway_time_to_first_token_seconds"
    case duration = "gateway_request_duration_seconds"
    case tokens = "gateway_tokens_total"
    case retries = "gateway_retries_total"
    case fallbacks = "gateway_fallbacks_total"
    case cloudCalls = "gateway_cloud_calls_total"
    case fenceRefusals = "gateway_fence_refusals_total"
    case mendedCalls = "gateway_tool_calls_repaired_total"
    case cost = "gateway_cost_dollars_total"
    case comparedCost = "gateway_compared_cost_dollars_total"
    case inFlight = "gateway_in_flight"
    case waiting = "gateway_waiting"
    case instanceUp = "gateway_instance_up"
    case breakerOpen = "gateway_breaker_open"
    case readyDeployments = "gateway_ready_deployments"
    case abandoned = "gateway_leases_abandoned_total"
    case poolEvents = "gateway_pool_events_total"
    case probeFailures = "gateway_probe_failures_total"
    case unknownRoutes = "gateway_unknown_routes_total"
    case logDropped = "gateway_log_dropped_total"
    case uptime = "gateway_uptime_seconds"

    /// The word after `# TYPE`.
    var type: StaticString {
        switch self {
        case .timeToFirstToken, .duration: "histogram"
        case .inFlight, .waiting, .instanceUp, .breakerOpen, .readyDeployments, .uptime: "gauge"
        case .requests, .requestErrors, .tokens, .retries, .fallbacks, .cloudCalls, .fenceRefusals, .mendedCalls, .cost,
            .comparedCost, .abandoned, .poolEvents, .probeFailures, .unknownRoutes, .logDropped:
            "counter"
        }
    }

    /// The sentence after `# HELP`.
    var help: StaticString {
        switch self {
        case .requests: "Finished requests by model, the instance that answered (empty: none) and how they ended."
        case .requestErrors: "Errors given to clients, by label."
        case .timeToFirstToken: "From the request's last byte to the answer's first token."
        case .duration: "From the request's last byte to the answer's last byte."
        case .tokens: "Tokens as the instances counted them."
        case .retries: "Attempts beyond the first."
        case .fallbacks: "How often another model took over, by the model asked for."
        case .cloudCalls: "Requests sent to clouds, by the model asked for."
        case .fenceRefusals: "Ways out that were refused to requests which must stay local, by the model asked for."
        case .mendedCalls: "Tool calls whose arguments were no JSON and were repaired, by the model asked for."
        case .cost: "What requests cost, by the model asked for and the instance that answered."
        case .comparedCost: "What the same requests would have cost at the model of drover.compare_with."
        case .inFlight: "Requests that hold the instance now, over all its models."
        case .waiting: "Requests waiting for a place in the pool."
        case .instanceUp: "1 while the instance answers its probes and its connections, else 0."
        case .breakerOpen: "1 while a breaker keeps at least one of the instance's deployments out, else 0."
        case .readyDeployments: "Deployments of the model that may be picked now."
        case .abandoned: "Leases that nobody settled; anything but 0 is a fault in the gateway."
        case .poolEvents: "Changes of state by instance and kind."
        case .probeFailures: "Probes that got no usable answer, by instance and reason."
        case .unknownRoutes: "Requests for routes that there are not, by the kind of route."
        case .logDropped: "Log lines lost because the log could not be written fast enough."
        case .uptime: "Since the gateway started."
        }
    }
}
