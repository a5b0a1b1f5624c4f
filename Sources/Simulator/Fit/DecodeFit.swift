/// A request with how crowded its instance was.
struct FitSample {
    let request: FitLog.Request
    /// Models at work while it read.
    let reading: Double
    /// While it wrote.
    let decoding: FitTimeline.Crowd

    init(_ request: FitLog.Request, _ timeline: FitTimeline) {
        self.request = request
        reading = timeline.models(from: request.readFrom, to: request.writtenFrom)
        decoding = timeline.crowd(request.model, from: request.writtenFrom, to: request.ended)
    }

    /// Whether its answer shows a pace.
    var isDecoded: Bool { request.outputTokens >= 4 && request.ended > request.writtenFrom }

    var secondsPerToken: Double { (request.ended - request.writtenFrom) / request.outputTokens }

    /// Prompt tokens per second alone on the card at speed 1; nil where too short to tell. A prompt of which the slot
    /// remembered a part looks fast: half of all may.
    func prefill(_ speeds: [Double]) -> Double? {
        let time = request.writtenFrom - request.readFrom
        guard request.promptTokens >= 16, time > 0 else { return nil }
        return request.promptTokens * reading / time / speeds[request.model]
    }
}

/// How a card writes: seconds per token = alone × (K + slope × K (n − 1) + interference × K [a prompt is read]), fitted by
/// least relative squares, held by weak rows that say the usual where the log shows little of it.
struct DecodeFit {
    private static let usual = (slope: 0.2, interference: 1.0)
    /// How many samples the usual counts for.
    private static let prior = 0.05
    private static let certain = 1e3
    private static let fewest = 8

    /// Seconds per token of a stream alone at speed 1; nil: not told.
    private(set) var alone: Double?
    /// Nil where streams were hardly ever side by side.
    private(set) var slope: Double?
    /// Nil where hardly any prompt was read beside a stream.
    private(set) var interference: Double?

    /// The weights of the timeline in the next round.
    var costs: FitTimeline.Costs { FitTimeline.Costs(slope: all.slope, interference: all.interference) }

    private var all = (alone: 0.0, slope: Self.usual.slope, interference: Self.usual.interference)

    /// How far it is off, as a share of the time, for half of the samples.
    private(set) var off = Double.infinity

    /// - Parameter known: the cost of a prompt that is read, where that is no question.
    init(_ samples: [FitSample], speeds: [Double], interference known: Double? = nil) {
        let samples = samples.filter(\.isDecoded)
        guard samples.count >= Self.fewest else { return }
        var matrix = Array(repeating: Array(repeating: 0.0, count: 4), count: 3)
        func add(_ row: [Double], _ target: Double, weight: Double) {
            for i in 0..<3 {
                for j in 0..<3 { matrix[i][j] += weight * row[i] * row[j] }
                matrix[i][3] += weight * row[i] * target
            }
        }
        let times = samples.map { $0.secondsPerToken * speeds[$0.request.model] }
        for (sample, time) in zip(samples, times) {
            let crowd = sample.decoding
            add([crowd.models / time, crowd.beside / time, crowd.reading / time], 1, weight: 1)
        }
        let typical = times.sorted()[times.count / 2]
        add([-Self.usual.slope / typical, 1 / typical, 0], 0, weight: Self.prior)
        add(
            [-(known ?? Self.usual.interference) / typical, 0, 1 / typical], 0,
            weight: known == nil ? Self.prior : Self.certain * Double(times.count))
        guard let solved = Self.solve(matrix), solved[0] > 0 else { return }
        all = (solved[0], max(0, solved[1] / solved[0]), max(0, solved[2] / solved[0]))
        alone = all.alone
        if samples.count(where: { $0.decoding.beside > 0.1 }) >= Self.fewest { slope = all.slope }
        if samples.count(where: { $0.decoding.reading > 0.02 }) >= Self.fewest { interference = all.interference }
        let errors = zip(samples, times).compactMap { sample, time in
            secondsPerToken(sample.decoding).map { abs($0 / time - 1) }
        }
        off = errors.sorted()[errors.count / 2]
    }

    /// The time of a model of speed 1 in that crowd.
    func secondsPerToken(_ crowd: FitTimeline.Crowd) -> Double? {
        guard alone != nil else { return nil }
        return all.alone * (crowd.models + all.slope * crowd.beside + all.interference * crowd.reading)
    }

    /// Three equations, by elimination with the largest pivot; nil when they are not independent.
    private static func solve(_ equations: [[Double]]) -> [Double]? {
        var rows = equations
        for column in 0..<3 {
            let pivot = (column..<3).max { abs(rows[$0][column]) < abs(rows[$1][column]) } ?? column
            guard abs(rows[pivot][column]) > 1e-30 else { return nil }
            rows.swapAt(column, pivot)
            for row in 0..<3 where row != column {
                let factor = rows[row][column] / rows[column][column]
                for k in column..<4 { rows[row][k] -= factor * rows[column][k] }
            }
        }
        return (0..<3).map { rows[$0][3] / rows[$0][$0] }
    }
}
