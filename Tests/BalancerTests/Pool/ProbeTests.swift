import Balancer
import TestSupport
import Testing

@Suite struct ProbeTests {
    func tag(_ name: String, _ digest: String) -> KnownTag {
        KnownTag(name: name, digest: digest, size: 1, isRemote: false)
    }

    @Test func `three bad probes take it out, two good ones bring it back`() async {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 2, isProbed: true).make()
        #expect(balancer.states[0] == "unknown")
        await balancer.observe(.good(0))
        #expect(balancer.states[0] == "ready")
        for _ in 0..<2 { await balancer.observe(.bad(0, "time-out")) }
        #expect(balancer.states[0] == "ready")
        await balancer.observe(.bad(0, "time-out"))
        let row = balancer.snapshot().instances[0]
        #expect(row.state == "down" && row.reason == "time-out")
        #expect(row.lastProbe?.ok == false && row.lastProbe?.error == "time-out")
        await balancer.observe(.good(0))
        #expect(balancer.states[0] == "down")
        await balancer.observe(.bad(0))
        await balancer.observe(.good(0))
        #expect(balancer.states[0] == "down", "the count starts again")
        await balancer.observe(.good(0))
        #expect(balancer.states[0] == "ready")
        let said = facts.take()
        #expect(said.count == 2, "\(said)")
    }

    @Test func `until it is out, a box whose first probes fail says so and not that nobody asked`() async {
        let (balancer, _, _) = PoolFixture("least-busy", size: 1, isProbed: true).make()
        #expect(balancer.snapshot().instances[0].reason == "not probed yet")
        await balancer.observe(.bad(0, "connection refused"))
        let snapshot = balancer.snapshot()
        for (state, reason) in [
            (snapshot.instances[0].state, snapshot.instances[0].reason),
            (snapshot.deployments[0].state, snapshot.deployments[0].reason),
        ] {
            #expect(state == "unknown" && reason == "its first probes fail: connection refused")
        }
        await balancer.observe(.good(0))
        #expect(balancer.snapshot().instances[0].reason == nil)
    }

    @Test func `a tag that is gone takes one model out, and is said once`() async {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        fixture.addModel("gemma", strategy: "least-busy", onFirst: 1)
        let (balancer, _, facts) = fixture.make()
        for _ in 0..<3 { await balancer.observe(.good(0, tags: [tag("gemma:latest", "sha256:2")])) }
        #expect(balancer.states == ["lacks_tag", "unknown", "ready"])
        #expect(facts.take().count == 1)
        await balancer.observe(.good(0, tags: [tag("gemma:latest", "sha256:2"), tag("llama3.1:8b", "sha256:1")]))
        #expect(balancer.states == ["ready", "unknown", "ready"])
        #expect(balancer.snapshot().deployments[0].digest == "sha256:1")
    }

    @Test func `different digests under one tag are a warning until they agree`() async {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 3, isProbed: true).make()
        await balancer.observe(.good(0, tags: [tag("llama3.1:8b", "sha256:aaaaaaaaaaaabbbb")]))
        await balancer.observe(.good(1, tags: [tag("llama3.1:8b", "sha256:aaaaaaaaaaaabbbb")]))
        #expect(balancer.snapshot().warnings.isEmpty)
        await balancer.observe(.good(2, tags: [tag("llama3.1:8b", "sha256:cccccccccccc")]))
        let warnings = balancer.snapshot().warnings
        #expect(
            warnings == [
                "`llama3.1:8b` is not the same on every instance of llama3: gpu-1 has aaaaaaaaaaaa, "
                    + "gpu-2 has aaaaaaaaaaaa, gpu-3 has cccccccccccc; run `ollama pull llama3.1:8b` on each"
            ])
        #expect(facts.take() == [.digestMismatch(model: "llama3", message: warnings[0])])
        await balancer.observe(.good(2, tags: [tag("llama3.1:8b", "sha256:aaaaaaaaaaaabbbb")]))
        #expect(balancer.snapshot().warnings.isEmpty)
    }

    @Test func `drain takes out at once, lets running requests end, and undrain brings back`() async throws {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 2).make()
        let running = try balancer.pick(ModelID(index: 0), .after(1))
        let row = try await balancer.drain("gpu-1")
        #expect(row.state == "draining" && row.draining && row.inFlight == 1)
        for _ in 0..<20 { #expect(try balancer.run(.success()) == 1) }
        running.settle(.success())
        #expect(balancer.snapshot().inFlight == 0)
        _ = try await balancer.drain("gpu-1")
        #expect(facts.take().count == 1, "draining twice is one fact")
        #expect(try await balancer.undrain("gpu-1").state == "ready")
        await #expect(throws: UnknownInstance(name: "gpu-9", known: ["gpu-1", "gpu-2"])) {
            try await balancer.drain("gpu-9")
        }
    }

    @Test func `asks for one probe, not for one per failure`() async throws {
        let (balancer, _, facts) = PoolFixture("least-busy", size: 1, isProbed: true, tripAfter: 100).make()
        for _ in 0..<3 { try balancer.run(.failed(.connectionLost)) }
        #expect(facts.take() == [.staleKnowledge(InstanceID(index: 0))])
        await balancer.observe(.good(0))
        try balancer.run(.failed(.connectionLost))
        #expect(facts.take() == [.staleKnowledge(InstanceID(index: 0))])
    }

    @Test func `what is appended is served, and positions stay`() async throws {
        let fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        let (balancer, _, _) = fixture.make()
        await balancer.observe(.good(0, tags: [tag("llama3.1:8b", "1"), tag("qwen3:latest", "2")]))
        var new = fixture.spec.deployments[0]
        new.id = "new"
        new.modelName = "qwen3"
        new.tag = "qwen3"
        new.listedTag = "qwen3:latest"
        var more = fixture.spec.deployments[1]
        more.id = "more"
        let added = await balancer.append(
            deployments: [new, more],
            models: [ModelSpec(name: "qwen3", strategy: "simple-shuffle", deployments: [DeploymentID(index: 2)])])
        #expect(added.deployments == [DeploymentID(index: 2), DeploymentID(index: 3)])
        #expect(added.models == [ModelID(index: 1)])
        #expect(balancer.model(named: "qwen3") == ModelID(index: 1))
        #expect(try balancer.run(.success(), model: 1) == 0)
        #expect(balancer.snapshot().deployments.map(\.modelName) == ["llama3", "llama3", "qwen3", "llama3"])
        #expect(balancer.snapshot().models.map(\.total) == [3, 1])
    }
}
