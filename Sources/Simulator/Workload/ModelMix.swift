import Balancer

/// Draws a position by given shares.
struct ShareDraw: Sendable {
    private var sums: [Double] = []

    /// The shares are relative to each other; at least one must be above 0.
    init(_ shares: [Double]) {
        var sum = 0.0
        for share in shares {
            sum += share
            sums.append(sum)
        }
        precondition(sum > 0, "somebody must have a share")
    }

    /// Shares of 1, 1/2^s, 1/3^s, …
    init(zipf exponent: Double, count: Int) {
        self.init((1...count).map { power(Double($0), -exponent) })
    }

    func draw(_ random: inout RandomSource) -> Int {
        let target = random.unit() * sums[sums.count - 1]
        var low = 0
        var high = sums.count - 1
        while low < high {
            let middle = (low + high) / 2
            if sums[middle] > target { high = middle } else { low = middle + 1 }
        }
        return low
    }
}

extension Workload {
    /// Gives each request that has none a model by the pool's popularities.
    public mutating func drawModels(of pool: SimulatedPool, seed: UInt64) {
        var random = RandomSource(seed: seed ^ 0x6D6F_6465_6C73)
        let mix = ShareDraw(pool.models.map(\.popularity))
        for index in requests.indices {
            let drawn = Int32(mix.draw(&random))
            if requests[index].model < 0 { requests[index].model = drawn }
        }
    }

    /// Gives the requests to that many keys, of which the first have the most by Zipf's law with this exponent.
    public mutating func drawKeys(_ count: Int, zipf exponent: Double, seed: UInt64) {
        var random = RandomSource(seed: seed ^ 0x6B65_7973)
        let mix = ShareDraw(zipf: exponent, count: max(1, count))
        for index in requests.indices { requests[index].key = Int32(mix.draw(&random)) }
        keys = max(1, count)
    }

    /// Gives each request one of these `num_ctx`, each as often.
    public mutating func drawContexts(_ contexts: [Int], seed: UInt64) {
        guard !contexts.isEmpty else { return }
        var random = RandomSource(seed: seed ^ 0x6374_78)
        for index in requests.indices {
            requests[index].context = Int32(clamping: contexts[random.below(contexts.count)])
        }
    }

    /// Gives the requests classes by these shares, in the order of `ServiceClass.allCases`.
    public mutating func drawClasses(_ shares: [Double], seed: UInt64) {
        var random = RandomSource(seed: seed ^ 0x636C_6173_7365_73)
        let mix = ShareDraw(shares)
        for index in requests.indices {
            requests[index].serviceClass = ServiceClass.allCases[mix.draw(&random)]
        }
    }
}
