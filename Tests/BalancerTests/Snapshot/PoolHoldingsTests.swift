import Balancer
import TestSupport
import Testing

@Suite struct PoolHoldingsTests {
    private func tag(_ size: Int64) -> KnownTag {
        KnownTag(
            name: "llama3.1:8b", digest: "d\(size)", size: size, isRemote: false, modifiedAt: "then",
            details: "{\"family\":\"llama\"}")
    }

    @Test func `a model's tag is that of a box that serves it, else of one that did`() async throws {
        let (balancer, _, _) = PoolFixture("least-busy", size: 3, isProbed: true).make()
        #expect(balancer.holdings().tags.isEmpty)
        #expect(balancer.holdings().versions.isEmpty)
        for box in 0..<2 { await balancer.observe(.good(box, tags: [tag(Int64(box))])) }
        await balancer.observe(.good(2, tags: []))
        #expect(balancer.holdings().tags == ["llama3": tag(0)])
        _ = try await balancer.drain("gpu-1")
        #expect(balancer.holdings().tags == ["llama3": tag(1)])
        _ = try await balancer.drain("gpu-2")
        #expect(balancer.holdings().tags == ["llama3": tag(0)])
    }

    @Test func `boxes that hold other contents are named, and none where all are one`() async {
        let (balancer, _, _) = PoolFixture("least-busy", size: 3, isProbed: true).make()
        for box in 0..<2 { await balancer.observe(.good(box, tags: [tag(1)])) }
        #expect(balancer.holdings().digests.isEmpty)
        await balancer.observe(.good(2, tags: [tag(2)]))
        #expect(balancer.holdings().digests["llama3"]?.map(\.instance) == ["gpu-1", "gpu-2", "gpu-3"])
        #expect(balancer.holdings().digests["llama3"]?.map(\.digest) == ["d1", "d1", "d2"])
    }

    @Test func `a loaded model is told with its box and what the box lists of it`() async {
        let (balancer, _, _) = PoolFixture("least-busy", size: 2, isProbed: true).make()
        let memory = LoadedModel(
            model: "llama3.1:8b", contextLength: 4096, size: 9, sizeVRAM: 8, expiresAt: "soon")
        let other = LoadedModel(model: "other:latest", contextLength: nil, size: 1, sizeVRAM: 0, expiresAt: "")
        await balancer.observe(.good(1, tags: [tag(3)], loaded: [other, memory]))
        let loaded = balancer.holdings().loaded
        #expect(loaded.map(\.model) == ["llama3"] && loaded.map(\.instance) == ["gpu-2"])
        #expect(loaded.first?.memory == memory && loaded.first?.tag == tag(3))
    }
}
