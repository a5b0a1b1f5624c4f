import BenchmarkLedgers
import Ledger

/// Runs N look-ups of a key, and N reservations with their settlements, for valgrind: the heap usage must not depend on N.
/// Says what each costs.
@main
enum LedgerProbe {
    static func main() {
        guard CommandLine.arguments.count == 2, let cycles = Int(CommandLine.arguments[1]), cycles > 0 else {
            fatalError("usage: LedgerProbe CYCLES")
        }
        let key = Array("sk-0".utf8)
        for bounds in BenchmarkLedger.Bounds.allCases {
            let bench = BenchmarkLedger(bounds, keys: 1_000)
            for step in 0..<100 { bench.pair(at: BenchmarkLedger.time(step)) }
            let hashing = nanoseconds(cycles) { _ in
                key.withUnsafeBytes { bytes in precondition(KeyHash(of: bytes) == bench.hash) }
            }
            let wall = BenchmarkLedger.time(100).wall
            let looking = nanoseconds(cycles) { _ in
                do throws(LedgerRefusal) {
                    let pass = try bench.ledger.pass(for: bench.hash, at: wall)
                    precondition(pass.allows("gpt-4o"))
                } catch {
                    fatalError("\(error)")
                }
            }
            let pair = nanoseconds(cycles) { bench.pair(at: BenchmarkLedger.time(100 + $0)) }
            print("\(bounds.rawValue): hash \(hashing) ns, look-up \(looking) ns, reserve and settle \(pair) ns")
        }
    }

    private static func nanoseconds(_ cycles: Int, _ body: (Int) -> Void) -> Int {
        let time = ContinuousClock().measure { for step in 0..<cycles { body(step) } }
        return Int(time / .nanoseconds(1)) / cycles
    }
}
