import Balancer

/// A rate that rises and falls: `high` times the mean for a while at the start of each period, `low` times else.
public struct Bursts: Equatable, Sendable {
    /// From one burst to the next.
    public var every: Duration
    /// How long a burst lasts; shorter than `every`.
    public var length: Duration
    /// The rate in a burst, in multiples of the mean.
    public var high: Double
    /// The rate between bursts.
    public var low: Double
    /// The share of a burst's requests that are for one model, drawn anew for each burst.
    public var oneModel: Double

    /// Bursts with these values.
    public init(every: Duration, length: Duration, high: Double, low: Double, oneModel: Double) {
        self.every = every
        self.length = length
        self.high = high
        self.low = low
        self.oneModel = oneModel
    }
}

extension Workload {
    /// Stretches or shrinks time so that the requests take this share of what the pool can do; see `FullBatch`.
    public mutating func scale(to load: Double, of pool: SimulatedPool) {
        guard span > 0, load > 0 else { return }
        let rate = Double(requests.count - 1) / (Double(span) / 1e9)
        let factor = rate / (load * FullBatch.requestsPerSecond(pool, self))
        let start = requests[0].arrival
        for index in requests.indices {
            requests[index].arrival = Int64(Double(requests[index].arrival - start) * factor)
        }
    }

    /// Moves arrivals so that they come in bursts; the order stays, and so does the mean rate where
    /// high × length + low × (every − length) = every.
    public mutating func burst(_ bursts: Bursts, models: Int, seed: UInt64) {
        var random = RandomSource(seed: seed ^ 0x6275_7273_7473)
        let (every, length) = (bursts.every.inSeconds, bursts.length.inSeconds)
        let inBurst = bursts.high * length
        let perPeriod = inBurst + bursts.low * (every - length)
        var hot: [Int: Int32] = [:]
        for index in requests.indices {
            let amount = Double(requests[index].arrival) / 1e9
            let period = (amount / perPeriod).rounded(.down)
            let rest = amount - period * perPeriod
            let isBurst = rest < inBurst
            let inside = isBurst ? rest / bursts.high : length + (rest - inBurst) / bursts.low
            requests[index].arrival = Int64((period * every + inside) * 1e9)
            let drawn = Int32(random.below(max(1, models)))
            let isOne = random.unit() < bursts.oneModel
            guard isBurst, isOne else { continue }
            let model = hot[Int(period)] ?? drawn
            hot[Int(period)] = model
            requests[index].model = model
        }
    }

    /// `count` requests in a row: of seed 1 the first, of the next seeds those that follow, so that several seeds see
    /// several parts of a long trace. A workload that has fewer begins again behind its end, with other contents.
    public mutating func take(_ count: Int, seed: UInt64 = 1) {
        let original = requests
        guard !original.isEmpty else { return }
        if original.count >= count {
            let places = UInt64(original.count - count + 1)
            let first = Int((seed &- 1) % places * UInt64(count) % places)
            let start = original[first].arrival
            requests = original[first..<first + count].map { request in
                var moved = request
                moved.arrival -= start
                return moved
            }
            return
        }
        let start = original[0].arrival
        let round = span + max(1, span / Int64(original.count))
        requests.reserveCapacity(count)
        var turn: UInt64 = 1
        while requests.count < count {
            for request in original.prefix(count - requests.count) {
                var copy = request
                copy.arrival = start + (request.arrival - start) + Int64(turn) * round
                copy.prefix = request.prefix.map { Hash.combine($0, turn) }
                copy.transcript = request.transcript.map { Hash.combine($0, turn) }
                requests.append(copy)
            }
            turn += 1
        }
    }
}

/// Mixes numbers into one: equal pairs give equal numbers, others as good as never.
enum Hash {
    static func combine(_ one: UInt64, _ other: UInt64) -> UInt64 {
        var source = RandomSource(seed: one &* 0x9E37_79B9_7F4A_7C15 ^ other)
        return source.next()
    }
}
