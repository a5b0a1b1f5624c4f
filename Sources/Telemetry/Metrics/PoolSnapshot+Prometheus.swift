import Balancer

/// The pool's gauges and counters.
extension PoolSnapshot {
    func publish(into text: inout PrometheusText) {
        publishInstances(into: &text)
        publishModels(into: &text)
        publishPlaces(into: &text)
        text.family(.abandoned)
        text.sample(.abandoned, [:], deployments.reduce(0) { $0 + UInt64(max(0, $1.abandoned)) })
        text.family(.uptime)
        text.sample(.uptime, seconds: uptimeSeconds)
        text.family(.build)
        text.sample(.build, ["version": version], 1)
    }

    private func publishInstances(into text: inout PrometheusText) {
        let open = Set(deployments.lazy.filter { $0.breaker != "closed" }.map(\.instance))
        func gauge(_ metric: MetricNames, _ value: (Instance) -> Int64) {
            text.family(metric)
            for one in instances { text.sample(metric, ["instance": one.instance], UInt64(max(0, value(one)))) }
        }
        gauge(.inFlight) { Int64($0.inFlight) }
        gauge(.instanceUp) { $0.state == "down" ? 0 : 1 }
        gauge(.draining) { $0.draining ? 1 : 0 }
        gauge(.breakerOpen) { open.contains($0.instance) ? 1 : 0 }
        gauge(.loadedModels) { Int64($0.loaded.count) }
        gauge(.videoMemory) { $0.loaded.reduce(0) { $0 + $1.sizeVRAM } }
        text.family(.probeTime)
        for one in instances {
            guard let probe = one.lastProbe else { continue }
            text.sample(.probeTime, ["instance": one.instance], seconds: probe.latencyMilliseconds / 1_000)
        }
    }

    private func publishModels(into text: inout PrometheusText) {
        text.family(.waiting)
        text.sample(.waiting, [:], UInt64(max(0, waiting)))
        text.family(.modelWaiting)
        for model in models { text.sample(.modelWaiting, ["model": model.modelName], UInt64(max(0, model.waiting))) }
        text.family(.readyDeployments)
        for model in models { text.sample(.readyDeployments, ["model": model.modelName], UInt64(max(0, model.ready))) }
    }

    /// A model on an instance: several deployments may be the same pair, which is one series.
    private struct Place {
        var model: String
        var instance: String
        var isReady = false
        var breaker = 0
        var inFlight = 0
        var slots: Int?
        var attempts = 0
        var failures = 0
    }

    private var places: [Place] {
        var places: [Place] = []
        var index: [String: [String: Int]] = [:]
        for one in deployments {
            let known = index[one.modelName, default: [:]][one.instance]
            let place = known ?? places.count
            if known == nil {
                index[one.modelName, default: [:]][one.instance] = place
                places.append(Place(model: one.modelName, instance: one.instance))
            }
            if one.takesRequests { places[place].isReady = true }
            places[place].breaker = max(places[place].breaker, Self.number(ofBreaker: one.breaker))
            places[place].inFlight += one.inFlight
            if let slots = one.slots { places[place].slots = (places[place].slots ?? 0) + slots }
            places[place].attempts += one.requests
            places[place].failures += one.failures
        }
        return places
    }

    private static func number(ofBreaker state: String) -> Int {
        switch state {
        case "closed": 0
        case "half_open": 1
        default: 2
        }
    }

    private func publishPlaces(into text: inout PrometheusText) {
        let places = places
        func family(_ metric: MetricNames, _ value: (Place) -> Int?) {
            text.family(metric)
            for place in places {
                guard let number = value(place) else { continue }
                text.sample(
                    metric, ["model": place.model, "instance": place.instance], UInt64(max(0, number)))
            }
        }
        family(.deploymentReady) { $0.isReady ? 1 : 0 }
        family(.deploymentBreaker) { $0.breaker }
        family(.deploymentInFlight) { $0.inFlight }
        family(.deploymentSlots) { $0.slots }
        family(.attempts) { $0.attempts }
        family(.attemptFailures) { $0.failures }
    }
}
