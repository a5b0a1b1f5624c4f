import Balancer
import BoxModel
import Testing

@testable import Simulator

@Suite struct WorkloadTimeTests {
    @Test func `a load of 100 % is what full slots answer`() {
        // Reads a second, writes two: three seconds a slot, two slots a box, four boxes.
        let pool = Pools.equal(boxes: 4)
        var workload = Pools.workload((0..<11).map { (at: Double($0), prompt: 1_000, output: 20) })
        let rate = FullBatch.requestsPerSecond(pool, workload)
        #expect(abs(rate * 3 - 8) < 1e-9)
        workload.scale(to: 0.5, of: pool)
        let seconds = Double(workload.span) / 1e9
        #expect(abs(seconds - 7.5) < 1e-6)
    }

    @Test func `slots that slow each other, and models' speeds, count`() {
        var pool = Pools.equal(boxes: 1, models: 2)
        pool.boxes[0].gpu.decodeSlowdown = 0.5
        pool.models[1].speed = 2
        var workload = Pools.workload((0..<2).map { _ in (at: 0, prompt: 1_000, output: 20) })
        workload.requests[1].model = 1
        // (1 + 2 × 1.5) / 2 and half of that, in equal shares.
        let rate = FullBatch.requestsPerSecond(pool, workload)
        #expect(abs(1 / rate - 1.5) < 1e-9)
    }

    @Test func `bursts keep the order and the mean, and favour one model`() {
        var workload = Pools.workload((0..<24_000).map { (at: Double($0) / 10, prompt: 1, output: 1) })
        workload.burst(
            Bursts(every: .seconds(120), length: .seconds(20), high: 3.5, low: 0.5, oneModel: 0.5), models: 5, seed: 1)
        let requests = workload.requests
        #expect(zip(requests, requests.dropFirst()).allSatisfy { $0.arrival <= $1.arrival })
        #expect(abs(Double(workload.span) / 1e9 - 2_400) < 3)
        let first = requests.filter { $0.arrival < 20_000_000_000 }
        #expect(abs(first.count - 700) < 5)
        #expect(Set(first.map(\.model)).count <= 2)
        let calm = requests.filter { (30_000_000_000..<110_000_000_000).contains($0.arrival) }
        #expect(calm.allSatisfy { $0.model == 0 })
    }

    @Test func `a short trace begins again with other contents`() {
        var workload = Pools.workload([(at: 0, prompt: 1, output: 1), (at: 10, prompt: 2, output: 2)])
        workload.requests[0].prefix = [7]
        workload.take(5)
        #expect(workload.requests.map { $0.arrival / 1_000_000_000 } == [0, 10, 15, 25, 30])
        #expect(Set([0, 2, 4].map { workload.requests[$0].prefix[0] }).count == 3)
        workload.take(2)
        #expect(workload.requests.count == 2)
    }

    @Test func `other seeds take other parts of a long trace`() {
        let whole = Pools.workload((0..<10).map { (at: Double($0), prompt: Int32($0 + 1), output: 1) })
        let parts = (1...4 as ClosedRange<UInt64>).map { seed in
            var part = whole
            part.take(4, seed: seed)
            #expect(part.requests[0].arrival == 0)
            return part.requests.map(\.promptTokens)
        }
        #expect(parts == [[1, 2, 3, 4], [5, 6, 7, 8], [2, 3, 4, 5], [6, 7, 8, 9]])
    }

    @Test func `classes and models are drawn in their shares`() {
        var workload = Pools.workload((0..<10_000).map { (at: Double($0), prompt: 1, output: 1) })
        workload.drawClasses([1, 2, 1], seed: 1)
        #expect(abs(workload.requests.count { $0.serviceClass == .default } - 5_000) < 200)
        for index in workload.requests.indices { workload.requests[index].model = -1 }
        workload.requests[0].model = 1
        let pool = Pools.equal(boxes: 1, models: 2)
        workload.drawModels(of: pool, seed: 1)
        #expect(workload.requests[0].model == 1)
        #expect(abs(workload.requests.count { $0.model == 0 } - 6_667) < 200)
    }
}
