/// Many seeds, each twice.
struct Sweep {
    private(set) var failed: [(seed: UInt64, text: String)] = []
    private var total = Census()
    private var ran = 0
    private var requests = 0
    private var took = Duration.zero

    mutating func run(from first: UInt64, count: Int, stopAt: Int) throws {
        let began = ContinuousClock.now
        for seed in first..<first + UInt64(count) {
            let run = try SeedRun(seed)
            let again = try SeedRun(seed, isJudged: false)
            ran += 1
            requests += run.requests
            total.add(run.census)
            var failures = run.failures
            if run.hash != again.hash { failures.append("the second run went another way") }
            for failure in failures { fail(seed, failure) }
            if failures.count > 0, Set(failed.map(\.seed)).count >= stopAt { break }
        }
        took = ContinuousClock.now - began
    }

    private mutating func fail(_ seed: UInt64, _ text: String) {
        if failed.last?.seed != seed { print("seed \(seed): \(text)   (make sim SEED=\(seed))") }
        failed.append((seed, text))
    }

    /// A few seeds need not meet everything.
    var surprises: [String] { ran < 1000 ? [] : total.surprises }

    func report(census: Bool) {
        if census {
            for (name, count) in total.counts.sorted(by: { $0.key < $1.key }) where count > 0 {
                print("\(count)\t\(name)")
            }
        }
        for surprise in surprises { print("census: \(surprise)") }
        let seconds = Double(took.components.seconds) + Double(took.components.attoseconds) / 1e18
        print(
            "sim: \(ran) seeds, each twice, \(requests) requests, \(Int(Double(ran) / max(seconds, 0.001))) seeds a second; \(Set(failed.map(\.seed)).count) failed"
        )
    }
}
