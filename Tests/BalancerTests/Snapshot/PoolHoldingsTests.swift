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
}
