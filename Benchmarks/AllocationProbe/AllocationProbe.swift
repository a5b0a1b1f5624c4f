import Balancer
import BenchmarkPools

/// Runs N pick-and-settle pairs with every strategy, for valgrind: the heap usage must not depend on N.
///
/// `AllocationProbe PAIRS`
@main
enum AllocationProbe {
    static func main() {
        guard CommandLine.arguments.count == 2, let pairs = Int(CommandLine.arguments[1]), pairs > 0 else {
            fatalError("usage: AllocationProbe PAIRS")
        }
        for strategy in Strategies.names {
            let balancer = BenchmarkPool.make(strategy, size: 16)
            for _ in 0..<pairs { BenchmarkPool.pair(balancer, BenchmarkPool.request, BenchmarkPool.outcome) }
            precondition(balancer.snapshot().inFlight == 0, "every lease was settled")
        }
        print("\(pairs) pairs with each of \(Strategies.names.count) strategies")
    }
}
