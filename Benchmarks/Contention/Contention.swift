import Balancer
import Benchmark
import BenchmarkPools

/// The same pair from two threads at once: the time shown is for one pair of each, side by side.
let benchmarks: @Sendable () -> Void = {
    let configuration = Benchmark.Configuration(
        metrics: [.wallClock], scalingFactor: .mega, maxDuration: .seconds(3), maxIterations: 10)
    for strategy in Strategies.names {
        for size in [3, 1024] {
            Benchmark("two threads, \(strategy), \(size) instances", configuration: configuration) { benchmark in
                let balancer = BenchmarkPool.make(strategy, size: size)
                let pairs = benchmark.scaledIterations.count
                benchmark.startMeasurement()
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<2 {
                        group.addTask {
                            for _ in 0..<pairs {
                                BenchmarkPool.pair(balancer, BenchmarkPool.request, BenchmarkPool.outcome)
                            }
                        }
                    }
                }
                benchmark.stopMeasurement()
                precondition(balancer.snapshot().inFlight == 0, "every lease was settled")
            }
        }
    }
}
