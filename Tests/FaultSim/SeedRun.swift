import CFaultSim

/// One seed, run once.
struct SeedRun {
    let hash: UInt64
    let failures: [String]
    let census: Census
    let requests: Int

    /// - Parameter isJudged: a second run is compared with the first alone.
    init(_ seed: UInt64, isPrinted: Bool = false, isJudged: Bool = true) throws {
        drover_begin_seed(seed, 60)
        let scenario = Scenario(seed: seed)
        let world = try World(scenario, isPrinted: isPrinted)
        if isPrinted { print(scenario.summary) }
        world.run()
        if isJudged { Oracles.checkEnd(world) }
        world.end()
        hash = world.trace.hash
        failures = world.failures
        census = world.census
        requests = world.calls.count
    }
}

extension Scenario {
    /// The drawn world, for who reads a story.
    var summary: String {
        let lines =
            ["seed \(seed)\(isClean ? ", clean" : ""), keys \(requiresKeys), \(limits)"]
            + boxes.enumerated().map { "box-\($0): \($1)" } + models.enumerated().map { "m\($0): \($1)" }
            + deployments.enumerated().map { "d\($0): \($1)" } + keys.enumerated().map { "key \($0): \($1)" }
        return lines.joined(separator: "\n")
    }
}
