import BoxModel

/// How an instance's prompts share its card, from the requests that came while others of their model were read: each way foresees
/// when a prompt is done, and the one that is off the least is believed.
struct ReadingFit {
    /// Of each way: how far off it is for each of those requests, as a share of the time.
    private(set) var errors: [(way: GPUClass.Reading, off: [Double])] = GPUClass.Reading.allCases.map { ($0, []) }
    /// Of each request: whether its prompt was read beside no other.
    private(set) var readAlone: [Bool] = []
    /// Requests that waited for a slot: all that had been seen taken at once were, and no prompt before it explains it.
    private(set) var waits = 0

    private static let fewest = 8
    /// Shorter overlaps, in seconds, say nothing.
    private static let least = 0.02

    /// Of the requests of one instance, in any order; `slots`: the most that were seen at work at once.
    init(_ samples: [FitSample], models: Int, slots: Int) {
        let requests = samples.map(\.request)
        let spans = (0..<models).map { model in
            requests.filter { $0.model == model }.sorted { $0.obtained < $1.obtained }
        }
        let longest = spans.map { own in own.map { $0.ended - $0.obtained }.max() ?? 0 }
        func others(of request: FitLog.Request) -> [FitLog.Request] {
            let own = spans[request.model]
            let first = Self.firstIndex(own, from: request.obtained - longest[request.model])
            return own[first...].prefix { $0.obtained < request.writtenFrom }.filter {
                $0.writtenFrom != request.writtenFrom || $0.ended != request.ended
            }
        }
        var paces = Array(repeating: [Double](), count: models)
        for sample in samples {
            let request = sample.request
            let overlap = others(of: request).reduce(0) {
                $0 + max(0, min($1.writtenFrom, request.writtenFrom) - max($1.readFrom, request.obtained))
            }
            readAlone.append(overlap < Self.least)
            guard overlap < Self.least, request.promptTokens >= 16 else { continue }
            paces[request.model].append(
                (request.writtenFrom - request.readFrom) / request.promptTokens / sample.reading)
        }
        let pace = paces.map { PoolFit.median($0) }
        for (sample, isAlone) in zip(samples, readAlone) where !isAlone {
            let (request, others) = (sample.request, others(of: sample.request))
            let before = others.filter { $0.obtained < request.obtained && $0.writtenFrom > request.obtained }
            let open = others.count { $0.obtained < request.obtained && $0.ended > request.obtained }
            if open >= slots {
                let explained = before.reduce(0) {
                    $0 + max(0, min($1.writtenFrom, request.readFrom) - request.obtained)
                }
                if request.rest - explained > PoolFit.noise { waits += 1 }
                continue
            }
            guard !before.isEmpty, let pace = pace[request.model] else { continue }
            compare(request, before, own: request.promptTokens * pace * sample.reading)
        }
    }

    /// The way, with what other instances show where this one shows too little; nil where all do.
    func way(with others: [ReadingFit]) -> GPUClass.Reading? {
        let own = errors[0].off.count
        let all = own >= 2 * Self.fewest ? [self] : others
        let off = errors.indices.map { way in all.flatMap { $0.errors[way].off }.sorted() }
        guard off[0].count >= Self.fewest else { return nil }
        let best = off.indices.min { off[$0][off[$0].count / 2] < off[$1][off[$1].count / 2] }
        return best.map { errors[$0].way }
    }

    /// A prompt that takes `own` alone came when others were still to be read.
    private mutating func compare(_ request: FitLog.Request, _ before: [FitLog.Request], own: Double) {
        let actual = max(Self.least, request.writtenFrom - request.obtained)
        let left = before.map { $0.writtenFrom - request.obtained }
        for way in errors.indices {
            let foreseen =
                switch errors[way].way {
                case .inTurn: (left.max() ?? 0) + own
                // Half of what the others had left was theirs.
                case .shared: left.reduce(own) { $0 + min($1 / 2, own) }
                case .apart: own
                }
            errors[way].off.append(abs(foreseen - actual) / actual)
        }
    }

    /// The first request that had its model at a time or after it.
    private static func firstIndex(_ requests: [FitLog.Request], from time: Double) -> Int {
        var (low, high) = (0, requests.count)
        while low < high {
            let middle = (low + high) / 2
            if requests[middle].obtained < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
