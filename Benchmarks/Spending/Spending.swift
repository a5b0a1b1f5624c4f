import Benchmark
import BenchmarkLedgers
import Ledger

/// Looking a key up, and reserving and settling one request, on the real ledger, one thread.
let benchmarks: @Sendable () -> Void = {
    let configuration = Benchmark.Configuration(
        metrics: [.wallClock, .instructions], scalingFactor: .kilo, maxDuration: .seconds(2), maxIterations: 2000)
    for bounds in BenchmarkLedger.Bounds.allCases {
        for keys in [10, 100_000] {
            Benchmark("look-up, \(bounds.rawValue), \(keys) keys", configuration: configuration) { benchmark in
                let bench = BenchmarkLedger(bounds, keys: keys)
                let wall = BenchmarkLedger.time(0).wall
                benchmark.startMeasurement()
                for _ in benchmark.scaledIterations { blackHole(try? bench.ledger.pass(for: bench.hash, at: wall)) }
                benchmark.stopMeasurement()
            }
            Benchmark("reserve and settle, \(bounds.rawValue), \(keys) keys", configuration: configuration) {
                benchmark in
                let bench = BenchmarkLedger(bounds, keys: keys)
                for step in 0..<100 { bench.pair(at: BenchmarkLedger.time(step)) }
                benchmark.startMeasurement()
                for step in benchmark.scaledIterations { bench.pair(at: BenchmarkLedger.time(100 + step)) }
                benchmark.stopMeasurement()
            }
        }
    }
}
