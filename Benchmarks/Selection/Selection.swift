import Balancer
import Benchmark
import BenchmarkPools

/// One pick-and-settle pair on the real balancer, one thread, for every strategy and size.
let benchmarks: @Sendable () -> Void = {
    let configuration = Benchmark.Configuration(
        metrics: [.wallClock, .instructions], scalingFactor: .kilo, maxDuration: .seconds(2), maxIterations: 2000)
    for strategy in Strategies.names {
        for size in BenchmarkPool.sizes {
            Benchmark("\(strategy), \(size) instances", configuration: configuration) { benchmark in
                let balancer = BenchmarkPool.make(strategy, size: size)
                let request = BenchmarkPool.request
                let outcome = BenchmarkPool.outcome
                for _ in 0..<(10 * size) { BenchmarkPool.pair(balancer, request, outcome) }
                benchmark.startMeasurement()
                for _ in benchmark.scaledIterations {
                    BenchmarkPool.pair(balancer, request, outcome)
                }
                benchmark.stopMeasurement()
                blackHole(balancer.snapshot().inFlight)
            }
        }
    }
}
