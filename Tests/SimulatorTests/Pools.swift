import Balancer
import BoxModel

@testable import Simulator

/// Small pools and workloads for tests.
enum Pools {
    /// A card that reads 1,000 and writes 10 tokens a second and loads a gigabyte a second.
    static func card(slots: Int = 2, memory: Int = 10) -> GPUClass {
        GPUClass(
            name: "card", memoryBytes: memory * 1_000_000_000, prefillTokensPerSecond: 1_000,
            decodeTokensPerSecond: 10, decodeSlowdown: 0, prefillInterference: 0, loadBytesPerSecond: 1e9, slots: slots)
    }

    /// Boxes with that card and models of a gigabyte, in memory from the start unless `isCold`.
    static func equal(boxes: Int, models: Int = 1, slots: Int = 2, memory: Int = 10, isCold: Bool = false)
        -> SimulatedPool
    {
        SimulatedPool(
            boxes: (1...boxes).map {
                SimulatedBox(
                    name: "box-\($0)", gpu: card(slots: slots, memory: memory),
                    preloaded: isCold ? [] : Array(0..<models))
            },
            models: (1...models).map {
                SimulatedModel(
                    name: "m\($0)", sizeBytes: 1_000_000_000, slotBytes: 0, speed: 1, popularity: 1 / Double($0))
            })
    }

    /// Three speeds of boxes and four models that do not all fit.
    static var mixed: SimulatedPool {
        var pool = equal(boxes: 6, models: 4, memory: 3, isCold: true)
        for box in 0..<2 { pool.boxes[box].gpu.decodeTokensPerSecond = 40 }
        for box in 2..<4 { pool.boxes[box].gpu.prefillInterference = 1 }
        pool.pinned = [[0, 1], [0, 1], [0, 2], [0, 2], [1, 3], [2, 3]]
        return pool
    }

    /// Requests with these arrivals in seconds, prompts and answers, all for the first model.
    static func workload(_ requests: [(at: Double, prompt: Int32, output: Int32)]) -> Workload {
        Workload(
            requests: requests.map {
                var request = SimulatedRequest(
                    arrival: Int64($0.at * 1e9), promptTokens: $0.prompt, outputTokens: $0.output)
                request.model = 0
                return request
            })
    }

    /// A synthetic workload with models drawn.
    static func synthetic(_ text: String, for pool: SimulatedPool, seed: UInt64 = 1) throws -> Workload {
        var workload = Workload(try SyntheticSpec(text), models: pool.models.count, seed: seed)
        workload.drawModels(of: pool, seed: seed)
        return workload
    }
}
