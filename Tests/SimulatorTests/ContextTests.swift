import BoxModel
import Testing

@testable import Simulator

/// Requests that ask for contexts of their own, and gateways that are told the wrong slots.
@Suite struct ContextTests {
    private func loads(_ contexts: [Int]) throws -> Double {
        var workload = Pools.workload((0..<40).map { (at: Double($0) * 5, prompt: 100, output: 5) })
        workload.drawContexts(contexts, seed: 1)
        return try Simulation.run("least-busy", on: Pools.equal(boxes: 1, isCold: true), workload, seed: 1).figures
            .loadsPerThousand
    }

    @Test func `the gateway keeps contexts from reloading the model at every turn`() throws {
        #expect(try loads([4_096, 16_384]) <= 60)
    }

    @Test func `without a gateway that does, each change is a load`() throws {
        var workload = Pools.workload((0..<40).map { (at: Double($0) * 5, prompt: 100, output: 5) })
        workload.drawContexts([4_096, 16_384], seed: 1)
        let figures = try Simulation.run(
            "litellm-least-busy", on: Pools.equal(boxes: 1, isCold: true), workload, seed: 1
        ).figures
        #expect(figures.loadsPerThousand > 200)
    }

    @Test func `context by memory takes as much as Ollama gives`() {
        var pool = Pools.equal(boxes: 1, memory: 24)
        #expect(pool.settings(of: 0).context(of: pool.settings(of: 0).models[0], with: LoadOptions()) == 8_000)
        pool.contextByMemory = true
        #expect(pool.settings(of: 0).context(of: pool.settings(of: 0).models[0], with: LoadOptions()) == 4_096)
    }

    @Test func `a box whose slots are told wrong is served by what is told`() throws {
        var pool = Pools.equal(boxes: 1, slots: 4)
        pool.boxes[0].toldSlots = 1
        let workload = Pools.workload((0..<4).map { _ in (at: 0, prompt: 10, output: 20) })
        let policy = BalancerPolicy("soonest", pool, workload, placement: Placement(everywhere: pool), seed: 1)
        var run = Run(pool, workload, policy: policy, countedFrom: 0, seed: 1)
        run.toTheEnd { _ in }
        #expect(Set(run.table.sentAt).count == 4, "one after the other: \(run.table.sentAt)")
    }
}
