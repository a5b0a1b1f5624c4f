// Synthesised coding leaves nil fields out; scripts rely on every key being there, so these encode null.

extension PoolSnapshot.Model {
    /// Takes one without `waiting` for one where nobody waits.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            modelName: try container.decode(String.self, forKey: .modelName),
            strategy: try container.decode(String.self, forKey: .strategy),
            ready: try container.decode(Int.self, forKey: .ready),
            total: try container.decode(Int.self, forKey: .total),
            waiting: try container.decodeIfPresent(Int.self, forKey: .waiting) ?? 0,
            queue: try container.decodeIfPresent([PoolSnapshot.Queue].self, forKey: .queue) ?? [],
            predictedWaitSeconds: try container.decodeIfPresent(Double.self, forKey: .predictedWaitSeconds))
    }

    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(modelName, forKey: .modelName)
        try container.encode(strategy, forKey: .strategy)
        try container.encode(ready, forKey: .ready)
        try container.encode(total, forKey: .total)
        try container.encode(waiting, forKey: .waiting)
        try container.encode(queue, forKey: .queue)
        try container.encode(predictedWaitSeconds, forKey: .predictedWaitSeconds)
    }
}

extension PoolSnapshot.Instance {
    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(instance, forKey: .instance)
        try container.encode(apiBase, forKey: .apiBase)
        try container.encode(provider, forKey: .provider)
        try container.encode(ollamaVersion, forKey: .ollamaVersion)
        try container.encode(state, forKey: .state)
        try container.encode(reason, forKey: .reason)
        try container.encode(draining, forKey: .draining)
        try container.encode(inFlight, forKey: .inFlight)
        try container.encode(othersInFlight, forKey: .othersInFlight)
        try container.encode(loaded, forKey: .loaded)
        try container.encode(lastProbe, forKey: .lastProbe)
    }
}

extension PoolSnapshot.Loaded {
    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(contextLength, forKey: .contextLength)
        try container.encode(sizeVRAM, forKey: .sizeVRAM)
        try container.encode(expiresAt, forKey: .expiresAt)
    }
}

extension PoolSnapshot.Probe {
    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(at, forKey: .at)
        try container.encode(ok, forKey: .ok)
        try container.encode(latencyMilliseconds, forKey: .latencyMilliseconds)
        try container.encode(error, forKey: .error)
    }
}

extension PoolSnapshot.Deployment {
    /// Writes every key.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(modelID, forKey: .modelID)
        try container.encode(modelName, forKey: .modelName)
        try container.encode(model, forKey: .model)
        try container.encode(instance, forKey: .instance)
        try container.encode(state, forKey: .state)
        try container.encode(reason, forKey: .reason)
        try container.encode(breaker, forKey: .breaker)
        try container.encode(inFlight, forKey: .inFlight)
        try container.encode(othersInFlight, forKey: .othersInFlight)
        try container.encode(slots, forKey: .slots)
        try container.encode(waiting, forKey: .waiting)
        try container.encode(resident, forKey: .resident)
        try container.encode(digest, forKey: .digest)
        try container.encode(requests, forKey: .requests)
        try container.encode(failures, forKey: .failures)
        try container.encode(abandoned, forKey: .abandoned)
        try container.encode(timeToFirstTokenMilliseconds, forKey: .timeToFirstTokenMilliseconds)
        try container.encode(durationMilliseconds, forKey: .durationMilliseconds)
        try container.encode(tokensPerSecond, forKey: .tokensPerSecond)
        try container.encode(learned, forKey: .learned)
    }
}
