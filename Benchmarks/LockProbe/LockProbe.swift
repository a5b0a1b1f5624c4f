import Balancer
import BenchmarkPools

/// Runs pick-and-settle pairs on one pool from several threads at once, as fast as they go, and prints the nanoseconds that
/// one pair takes on its thread.
///
/// `LockProbe PAIRS STRATEGY SIZE THREADS`
@main
enum LockProbe {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        guard words.count == 4, let pairs = Int(words[0]), let size = Int(words[2]), let threads = Int(words[3]),
            pairs > 0, size > 0, threads > 0, Strategies.names.contains(words[1])
        else { fatalError("usage: LockProbe PAIRS STRATEGY SIZE THREADS") }
        let balancer = BenchmarkPool.make(words[1], size: size)
        await run(pairs / 10 + 1, on: balancer, threads: threads)
        let clock = ContinuousClock()
        let began = clock.now
        await run(pairs, on: balancer, threads: threads)
        let took = (clock.now - began).components
        precondition(balancer.snapshot().inFlight == 0, "every lease was settled")
        print(Double(took.seconds * 1_000_000_000 + took.attoseconds / 1_000_000_000) / Double(pairs))
    }

    private static func run(_ pairs: Int, on balancer: PoolBalancer, threads: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<threads {
                group.addTask {
                    // Locals: what is global is looked up anew for each pair.
                    let (request, outcome) = (BenchmarkPool.request, BenchmarkPool.outcome)
                    for _ in 0..<pairs { BenchmarkPool.pair(balancer, request, outcome) }
                }
            }
        }
    }
}
