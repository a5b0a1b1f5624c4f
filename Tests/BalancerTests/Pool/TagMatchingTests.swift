import Balancer
import TestSupport
import Testing

@Suite struct TagMatchingTests {
    /// One probed instance with a deployment of `Qwen/Qwen3-8B`.
    private func make(_ matching: TagMatching) -> (balancer: PoolBalancer, clock: ManualClock, facts: FactRecorder) {
        var fixture = PoolFixture("least-busy", size: 1, isProbed: true)
        fixture.spec.instances[0].tagMatching = matching
        fixture.spec.deployments[0].tag = "Qwen/Qwen3-8B"
        fixture.spec.deployments[0].listedTag = matching == .ollama ? "qwen/qwen3-8b:latest" : "Qwen/Qwen3-8B"
        return fixture.make()
    }

    private func report(_ names: String...) -> ProbeReport {
        .good(0, tags: names.map { KnownTag(name: $0, digest: "", size: 0, isRemote: false) })
    }

    @Test func `exact tags differ by a letter's case, and have no version of their own`() async {
        let (balancer, _, facts) = make(.exact)
        await balancer.observe(report("qwen/qwen3-8b", "Qwen/Qwen3-8B:latest"))
        #expect(balancer.states == ["lacks_tag"])
        #expect(
            balancer.snapshot().deployments[0].reason
                == "`Qwen/Qwen3-8B` is not among the models that the instance serves")
        #expect(throws: PickError.self) { try balancer.run(.success()) }
        await balancer.observe(report("other", "Qwen/Qwen3-8B"))
        #expect(balancer.states == ["ready"])
        #expect(balancer.snapshot().deployments[0].digest == nil)
        #expect(facts.take().count == 2)
    }

    @Test func `a tag is compared in the form in which it is listed, and shown as it is configured`() async {
        let (balancer, _, _) = make(.ollama)
        await balancer.observe(report("Qwen/Qwen3-8B"))
        #expect(balancer.states == ["lacks_tag"])
        #expect(balancer.snapshot().deployments[0].reason?.contains("`ollama pull Qwen/Qwen3-8B`") == true)
        await balancer.observe(report("qwen/qwen3-8b:latest"))
        #expect(balancer.states == ["ready"])
    }

    @Test func `an instance that serves any name lacks none`() async throws {
        let (balancer, _, facts) = make(.any)
        await balancer.observe(report("LLaMA_CPP"))
        #expect(balancer.states == ["ready"])
        await balancer.observe(report())
        #expect(balancer.states == ["ready"])
        #expect(facts.take().isEmpty)
        // A missing tag would never be found again: it is a failure like others, which a trial can end.
        try balancer.run(.failed(.missingTag))
        #expect(balancer.states != ["lacks_tag"])
    }

    @Test func `deployments that come later are held against the list that is known`() async throws {
        for (matching, state) in [(TagMatching.exact, "lacks_tag"), (.any, "ready"), (.ollama, "lacks_tag")] {
            let (balancer, _, _) = make(matching)
            await balancer.observe(report("Qwen/Qwen3-8B", "qwen/qwen3-8b:latest"))
            var later = PoolFixture("least-busy", size: 1).spec.deployments[0]
            later.id = "later"
            later.tag = "mistral"
            later.listedTag = "mistral"
            _ = await balancer.append(deployments: [later], models: [])
            #expect(balancer.states == ["ready", state], "\(matching)")
        }
    }
}
