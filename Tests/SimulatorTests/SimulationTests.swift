import Balancer
import Testing

@testable import Simulator

/// A card reads 1,000 and writes 10 tokens a second.
@Suite struct SimulationTests {
    private func run(_ strategy: String, _ pool: SimulatedPool, _ workload: Workload) throws -> RequestTable {
        let policy = BalancerPolicy(
            strategy, pool, workload, placement: Placement(everywhere: pool), seed: 1)
        var run = Run(pool, workload, policy: policy, countedFrom: 0, seed: 1)
        run.toTheEnd { _ in }
        return run.table
    }

    private func seconds(_ time: Int64) -> Double { (Double(time) / 1e6).rounded() / 1e3 }

    @Test func `a request reads, writes and ends when the card's figures say`() throws {
        let table = try run("least-busy", Pools.equal(boxes: 1), Pools.workload([(at: 1, prompt: 500, output: 20)]))
        #expect(seconds(table.firstTokenAt[0]) == 1.6)
        #expect(seconds(table.endedAt[0]) == 3.5)
    }

    @Test func `one more than the slots waits for the first to end`() throws {
        let workload = Pools.workload([
            (at: 0, prompt: 1_000, output: 10), (at: 0, prompt: 1_000, output: 30),
            (at: 0.5, prompt: 1_000, output: 10),
        ])
        let table = try run("least-busy", Pools.equal(boxes: 1), workload)
        // The second is read after the first, and the third, which takes the first one's slot, after that.
        #expect(table.endedAt.map(seconds) == [2, 5, 4])
        #expect(seconds(table.firstTokenAt[2]) == 3.1)
    }

    @Test func `a cold model is loaded first`() throws {
        let table = try run(
            "least-busy", Pools.equal(boxes: 1, isCold: true), Pools.workload([(at: 0, prompt: 1_000, output: 10)]))
        #expect(seconds(table.firstTokenAt[0]) == 2.1)
    }

    @Test func `a strategy spreads what comes at once`() throws {
        let workload = Pools.workload(Array(repeating: (at: 0, prompt: 1_000, output: 10), count: 8))
        let table = try run("least-busy", Pools.equal(boxes: 4), workload)
        for box in 0..<4 { #expect(table.box.count { $0 == Int32(box) } == 2) }
    }

    @Test func `a box that dies loses nobody who has seen nothing yet`() throws {
        var pool = Pools.equal(boxes: 2)
        pool.faults = [Fault(at: .after(.milliseconds(1_500)), box: 0, .dies)]
        // The first tokens come after a second; those that come later have none when the box dies.
        let workload = Pools.workload([
            (at: 0, prompt: 1_000, output: 20), (at: 0, prompt: 1_000, output: 20),
            (at: 0.8, prompt: 1_000, output: 20), (at: 0.8, prompt: 1_000, output: 20),
            (at: 5, prompt: 1_000, output: 20),
        ])
        let table = try run("least-busy", pool, workload)
        #expect(table.state.count { $0 == .lost } == 1)
        #expect(table.state.count { $0 == .answered } == 4)
        #expect(table.over == 5)
    }

    @Test func `a box that hangs is given up after the time-out`() throws {
        var pool = Pools.equal(boxes: 2)
        pool.timeout = .seconds(30)
        pool.faults = [Fault(at: .after(.zero), box: 0, .hangs)]
        let workload = Pools.workload([
            (at: 0, prompt: 1_000, output: 10), (at: 0, prompt: 1_000, output: 10), (at: 0, prompt: 1_000, output: 10),
        ])
        let table = try run("least-busy", pool, workload)
        #expect(table.state.allSatisfy { $0 == .answered })
        #expect(table.endedAt.map(seconds).max()! >= 32)
    }

    @Test func `a box that slows takes longer for everything, until it returns`() throws {
        var pool = Pools.equal(boxes: 1)
        pool.faults = [
            Fault(at: .after(.zero), box: 0, .slows(5)), Fault(at: .after(.seconds(20)), box: 0, .returns),
        ]
        let workload = Pools.workload([(at: 0, prompt: 1_000, output: 10), (at: 30, prompt: 1_000, output: 10)])
        let table = try run("least-busy", pool, workload)
        #expect(table.endedAt.map(seconds) == [10, 32])
    }

    @Test func `who waits longer than the gateway lets them is lost`() throws {
        var pool = Pools.equal(boxes: 1, slots: 1)
        pool.maxWait = .seconds(1)
        pool.maxQueue = 1
        pool.boxes[0].preloaded = []
        // The box takes one in hand and one in its queue; the third gets "server busy", and there is no other box.
        let workload = Pools.workload(Array(repeating: (at: 0, prompt: 1_000, output: 10), count: 3))
        let table = try run("least-busy", pool, workload)
        #expect(table.over == 3)
        #expect(table.state.count { $0 == .lost } == 1)
    }

    @Test func `a slot's memory shortens the next prompt of a conversation`() throws {
        var workload = Pools.workload([(at: 0, prompt: 1_280, output: 10), (at: 10, prompt: 1_408, output: 10)])
        workload.requests[0].prefix = (1...10).map { $0 }
        workload.requests[1].prefix = (1...11).map { $0 }
        let table = try run("least-busy", Pools.equal(boxes: 1), workload)
        #expect(table.cachedTokens == [0, 1_280])
        #expect(seconds(table.firstTokenAt[1]) == 10.228)
    }

    @Test func `an unknown strategy is named`() {
        let pool = Pools.equal(boxes: 1)
        #expect(throws: UnknownStrategy(name: "best")) {
            try Simulation.run("best", on: pool, Pools.workload([(at: 0, prompt: 1, output: 1)]), seed: 1)
        }
    }

    @Test func `no requests give no figures`() throws {
        let result = try Simulation.run("least-busy", on: Pools.equal(boxes: 1), Workload(requests: []), seed: 1)
        #expect(result.figures == Figures())
    }
}
