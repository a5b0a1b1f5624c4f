import Balancer

extension Workload {
    /// Requests drawn as the specification says, for a pool with that many models.
    public init(_ spec: SyntheticSpec, models: Int, seed: UInt64) {
        var random = RandomSource(seed: seed ^ 0x7370_6563)
        let mix = spec.zipf.map { ShareDraw(zipf: $0, count: models) }
        var requests: [SimulatedRequest] = []
        requests.reserveCapacity(spec.requests)
        var clock = ArrivalClock(spec)
        if let turns = spec.turns {
            // Conversations begin so often that requests come at the rate, which needs the mean of what is drawn.
            var lengths: [Int] = []
            var sum = 0
            while sum < spec.requests {
                lengths.append(Int(turns.tokens(&random)))
                sum += lengths[lengths.count - 1]
            }
            clock.rate *= Double(lengths.count) / Double(sum)
            for (number, length) in lengths.enumerated() {
                let conversation = Conversation(number: UInt64(number), start: clock.next(&random), mix: mix)
                requests += conversation.requests(length, spec, &random)
            }
            let inOrder = requests.enumerated().sorted {
                ($0.element.arrival, $0.offset) < ($1.element.arrival, $1.offset)
            }
            requests = inOrder.prefix(spec.requests).map(\.element)
        } else {
            for _ in 0..<spec.requests {
                var request = SimulatedRequest(
                    arrival: clock.next(&random), promptTokens: spec.prompt.tokens(&random),
                    outputTokens: spec.output.tokens(&random))
                if let mix { request.model = Int32(mix.draw(&random)) }
                requests.append(request)
            }
        }
        self.init(requests: requests)
        if spec.keys > 1 { drawKeys(spec.keys, zipf: 1, seed: seed) }
    }
}

/// Arrivals one after the other.
private struct ArrivalClock {
    var rate: Double
    private let arrivals: SyntheticSpec.Arrivals
    /// Seconds.
    private var now = 0.0

    init(_ spec: SyntheticSpec) {
        rate = spec.rate
        arrivals = spec.arrivals
    }

    /// By thinning (Lewis and Shedler, 1979): as often as at the highest rate, and then only so often as at the present.
    mutating func next(_ random: inout RandomSource) -> Int64 {
        let highest = rate * peak
        repeat {
            now += -logarithm(1 - random.unit()) / highest
        } while random.unit() * peak > level
        return Int64(now * 1e9)
    }

    private var peak: Double {
        switch arrivals {
        case .poisson: 1
        case .bursty(let bursts): max(bursts.high, bursts.low)
        case .diurnal(_, let swing): 1 + swing
        }
    }

    /// The present rate in multiples of the mean.
    private var level: Double {
        switch arrivals {
        case .poisson: 1
        case .bursty(let bursts):
            now.truncatingRemainder(dividingBy: bursts.every.inSeconds) < bursts.length.inSeconds
                ? bursts.high : bursts.low
        case .diurnal(let period, let swing): 1 - swing * cosine(2 * .pi * now / period)
        }
    }
}

/// One conversation: each prompt holds all that was said before.
private struct Conversation {
    let number: UInt64
    let start: Int64
    let mix: ShareDraw?

    func requests(_ turns: Int, _ spec: SyntheticSpec, _ random: inout RandomSource) -> [SimulatedRequest] {
        let model = mix.map { Int32($0.draw(&random)) } ?? -1
        var said = Int32(spec.system)
        var time = start
        return (0..<turns).map { _ in
            let prompt = said + spec.prompt.tokens(&random)
            var request = SimulatedRequest(
                arrival: time, promptTokens: prompt, outputTokens: spec.output.tokens(&random))
            request.model = model
            said = min(prompt + request.outputTokens, 1_000_000)
            request.prefix = chain(tokens: Int(prompt), spec)
            request.transcript = chain(tokens: Int(said), spec)
            time += Int64(spec.think.draw(&random) * 1e9)
            return request
        }
    }

    /// Blocks that lie in the common beginning are everybody's, others this conversation's.
    private func chain(tokens: Int, _ spec: SyntheticSpec) -> [UInt64] {
        (0..<tokens / PrefixChain.blockTokens).map { block in
            let isCommon = (block + 1) * PrefixChain.blockTokens <= spec.system
            return Hash.combine(isCommon ? 0xC0_4404 : number &+ 0x1_0000_0000, UInt64(block))
        }
    }
}
