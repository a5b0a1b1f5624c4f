import Balancer
import BenchmarkPools

/// Runs N pick-and-settle pairs for valgrind: the heap usage must not depend on N, the instructions do.
///
/// `AllocationProbe PAIRS` takes every strategy at 16 instances, `AllocationProbe PAIRS STRATEGY SIZE` one pool, warmed up.
@main
enum AllocationProbe {
    static func main() {
        let words = CommandLine.arguments.dropFirst()
        guard words.count == 1 || words.count == 3, let pairs = words.first.flatMap({ Int($0) }), pairs >= 0,
            let size = words.count == 1 ? 16 : words.last.flatMap({ Int($0) }), size > 0
        else { fatalError("usage: AllocationProbe PAIRS [STRATEGY SIZE]") }
        let strategies = words.count == 1 ? Strategies.names : Array(words.dropFirst().prefix(1))
        for strategy in strategies {
            let balancer = BenchmarkPool.make(strategy, size: size)
            // A local: what is global is looked up anew for each pair.
            let (request, outcome) = (BenchmarkPool.request, BenchmarkPool.outcome)
            let warmUp = words.count == 1 ? 0 : 10 * size
            for _ in 0..<(warmUp + pairs) { BenchmarkPool.pair(balancer, request, outcome) }
            precondition(balancer.snapshot().inFlight == 0, "every lease was settled")
        }
        print("\(pairs) pairs with \(strategies.joined(separator: ", "))")
    }
}
