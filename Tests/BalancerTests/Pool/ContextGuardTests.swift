import Testing

@testable import Balancer

@Suite struct ContextGuardTests {
    /// A box that loads as Ollama does: anew for another `num_ctx`, and unset fits only unset.
    private struct Box {
        let standard: Int32
        var maximum = Int32.max
        /// Nil: not in memory; 0: loaded without one.
        var loadedWith: Int32?
        var loads = 0

        var length: Int32 { loadedWith == 0 ? standard : min(maximum, loadedWith ?? 0) }

        mutating func serve(_ sent: Int32) {
            let effective = min(sent, maximum)
            if loadedWith != effective { loads += 1 }
            loadedWith = effective
        }
    }

    private func moment(_ seconds: Int64) -> Moment { Moment(nanoseconds: seconds * 1_000_000_000) }

    /// Sends one request at `second`, answered half a second later; what the box then has.
    private func ask(_ tokens: Int32, _ guarded: inout ContextGuard, _ box: inout Box, at second: Int64) -> Int32 {
        let sent = guarded.admit(tokens)
        box.serve(sent)
        let generation = guarded.unconfirmed
        if generation != 0 { guarded.answered(generation, at: moment(second) + .milliseconds(500)) }
        return sent
    }

    @Test func `two clients with different lengths cost one growth`() {
        var guarded = ContextGuard()
        var box = Box(standard: 4096)
        for turn in 0..<20 {
            _ = ask(turn % 2 == 0 ? 8192 : 16384, &guarded, &box, at: Int64(turn))
            #expect(box.length >= (turn % 2 == 0 ? 8192 : 16384))
        }
        #expect(box.loads == 2)
    }

    @Test func `who asks for nothing takes what is loaded`() {
        var guarded = ContextGuard()
        var box = Box(standard: 4096)
        #expect(ask(8192, &guarded, &box, at: 0) == 8192)
        #expect(ask(0, &guarded, &box, at: 1) == 8192)
        #expect(ask(2048, &guarded, &box, at: 2) == 8192)
        #expect(box.loads == 1)
    }

    @Test func `what fits the box's own length says nothing`() {
        var guarded = ContextGuard()
        var box = Box(standard: 32768)
        #expect(ask(0, &guarded, &box, at: 0) == 0)
        guarded.observe(32768, at: moment(1))
        #expect(ask(8192, &guarded, &box, at: 2) == 0)
        #expect(ask(65536, &guarded, &box, at: 3) == 65536)
        #expect(ask(0, &guarded, &box, at: 4) == 65536)
        #expect(box.loads == 2)
    }

    @Test func `a probe from before our first answer proves nothing`() {
        var guarded = ContextGuard()
        guarded.observe(16384, at: moment(0))
        #expect(guarded.admit(0) == 0)
        // Still what somebody else had loaded with 16384; ours makes it the default, which may be less.
        guarded.observe(16384, at: moment(1))
        #expect(guarded.admit(8192) == 16384)
    }

    @Test func `what somebody else loaded is asked for by its length, never for less`() {
        var guarded = ContextGuard()
        var box = Box(standard: 4096, loadedWith: 8192)
        guarded.observe(8192, at: moment(0))
        #expect(ask(8192, &guarded, &box, at: 1) == 8192)
        #expect(ask(4096, &guarded, &box, at: 2) == 8192)
        #expect(box.loads == 0)
    }

    @Test func `the box's own length, once known, is left as it is when somebody else loads`() {
        var guarded = ContextGuard()
        #expect(guarded.admit(0) == 0)
        guarded.answered(guarded.unconfirmed, at: moment(1))
        guarded.observe(32768, at: moment(2))
        guarded.observeAbsence(at: moment(3))
        #expect(guarded.loaded == .unknown)
        guarded.observe(32768, at: moment(4))
        #expect(guarded.admit(8192) == 0)
    }

    @Test func `a length cut to the model's maximum is still ours`() {
        var guarded = ContextGuard()
        var box = Box(standard: 4096, maximum: 8192)
        #expect(ask(100_000, &guarded, &box, at: 0) == 100_000)
        for second in 1..<4 { guarded.observe(box.length, at: moment(Int64(second))) }
        #expect(guarded.loaded == .asked(100_000))
        #expect(ask(8192, &guarded, &box, at: 5) == 100_000)
        #expect(box.loads == 1)
        guarded.observe(4096, at: moment(6))
        #expect(guarded.loaded == .unknown)
    }

    @Test func `another length than ours means that somebody else loaded it`() {
        var guarded = ContextGuard()
        _ = guarded.admit(8192)
        guarded.observe(2048, at: moment(0))
        #expect(guarded.loaded == .asked(8192), "it may not have loaded ours yet")
        guarded.answered(guarded.unconfirmed, at: moment(1))
        guarded.observe(16384, at: moment(2))
        #expect(guarded.loaded == .unknown)
        #expect(guarded.admit(8192) == 16384)
    }

    @Test func `what is gone from memory is forgotten, unless the look was earlier`() {
        var guarded = ContextGuard()
        _ = guarded.admit(8192)
        guarded.answered(guarded.unconfirmed, at: moment(5))
        guarded.observeAbsence(at: moment(4))
        #expect(guarded.loaded == .asked(8192))
        guarded.observeAbsence(at: moment(6))
        #expect(guarded.admit(4096) == 4096)
    }

    @Test func `a box whose own length is more serves who asks for nothing with that, once`() {
        var guarded = ContextGuard()
        var box = Box(standard: 32768)
        _ = ask(0, &guarded, &box, at: 0)
        guarded.observe(32768, at: moment(1))
        guarded.observeAbsence(at: moment(2))
        box.loadedWith = nil
        for turn in 0..<20 { _ = ask(turn % 2 == 0 ? 8192 : 0, &guarded, &box, at: Int64(3 + turn)) }
        #expect(box.loads == 3, "the first, then one with 8192, then one with its own")
    }

    @Test(arguments: 0..<40)
    func `nothing is ever cut, and loads end`(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let sizes: [Int32] = [0, 2048, 4096, 8192, 16384, 65536]
        var guarded = ContextGuard()
        var box = Box(standard: sizes[1 + random.below(5)])
        for turn in 0..<300 {
            let asked = sizes[random.below(sizes.count)]
            _ = ask(asked, &guarded, &box, at: Int64(2 * turn))
            #expect(box.length >= asked)
            if random.below(3) == 0 { guarded.observe(box.length, at: moment(Int64(2 * turn + 1))) }
        }
        #expect(box.loads <= 8)
    }

    @Test func `deployments of one tag on one instance share what is known; others do not`() throws {
        var fixture = PoolStates.spec()
        fixture.deployments[0].context = 8192
        let pool = PoolStates(fixture)
        #expect(pool.context(0, nil) == .tokens(8192))
        #expect(pool.context(1, nil) == .tokens(8192), "the same tag, under another name")
        #expect(pool.context(2, nil) == .omit, "another tag")
        #expect(pool.context(1, 16384) == .tokens(16384))
        #expect(pool.context(0, nil) == .tokens(16384))
    }

    @Test func `where nothing is protected all goes as it is asked for`() throws {
        var spec = PoolStates.spec()
        spec.settings.protectsContext = false
        let pool = PoolStates(spec)
        #expect(pool.context(0, 4096) == .asRequested)
        #expect(pool.context(0, nil) == .asRequested)
    }
}

/// One box: `a` and `b` have the tag `x`, `c` has the tag `y`.
private struct PoolStates {
    let balancer: PoolBalancer

    static func spec() -> PoolSpec {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        return PoolSpec(
            instances: [InstanceSpec(name: "box", apiBase: "", provider: "ollama", probed: false)],
            deployments: [("a", "x"), ("b", "x"), ("c", "y")].map { name, tag in
                DeploymentSpec(
                    id: name, modelName: name, upstreamModel: tag, tag: tag, listedTag: tag,
                    instance: InstanceID(index: 0), weight: 1, slots: nil, maxParallel: nil, unavailable: nil,
                    breaker: breaker, context: nil, order: 0, rpm: nil,
                    tpm: nil)
            },
            models: ["a", "b", "c"].enumerated().map {
                ModelSpec(name: $1, strategy: "least-busy", deployments: [DeploymentID(index: $0)])
            },
            settings: BalancerSettings(
                fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 3, maxWait: .seconds(30),
                saturationPause: .seconds(1), decisions: 0, protectsContext: true),
            seed: 1, version: "test")
    }

    private struct Deaf: BalancerObserver { func note(_ fact: Fact) {} }

    init(_ spec: PoolSpec) { balancer = PoolBalancer(spec, time: .live, observer: Deaf()) }

    /// What a request to the model, with this `num_ctx`, may say.
    func context(_ model: Int, _ asked: Int?) -> SentContext? {
        var request = PickRequest(promptTokens: 10, tried: [])
        request.context = asked
        guard let lease = try? balancer.pick(ModelID(index: model), request) else { return nil }
        let context = lease.context
        lease.settle(.ignored)
        return context
    }
}
