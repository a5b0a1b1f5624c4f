/// How long a deployment's first tokens take: by the prompt's length where its model is in memory, and with the load where it is not.
/// Also how long its whole answers take.
///
/// Requests that ask for thinking are kept apart from the others, and so are jobs of whose answers nothing comes before all of it.
struct FirstTokens: Sendable {
    /// Lengths from 256 tokens on, each twice the one before it.
    private static let lengths = 8
    /// Of each kind: the lengths, then the time with a load, then that of a whole answer.
    private static let (cold, whole, places) = (lengths, lengths + 1, lengths + 2)
    /// Fewer times say nothing.
    private static let enough: UInt16 = 4
    /// A time is late that is so many times as long as 99 of 100 have been; with few times known, as many times more.
    private static let (factor, fewFactor, few): (Int, Int, UInt16) = (2, 4, 32)
    /// And so much longer: no machine is so even as its past.
    private static let (margin, coldMargin) = (Duration.seconds(1), Duration.seconds(10))

    /// None before the first.
    private var times: [TimeHistogram] = []
    /// Answers so far.
    private(set) var answers: UInt32 = 0

    /// An answer came.
    ///
    /// - Parameters:
    ///   - first: how long its first token took; nil where nobody saw it.
    ///   - whole: how long all of it took; nil where nobody waited for its end.
    ///   - isCold: the model had to be loaded.
    mutating func record(first: Duration?, whole: Duration?, promptTokens: Int, _ kind: Learning, isCold: Bool) {
        guard kind != .nothing else { return }
        answers &+= 1
        if times.isEmpty { times = Array(repeating: TimeHistogram(), count: 3 * Self.places) }
        if let first = kind == .wholes ? whole : first { times[Self.place(promptTokens, kind, isCold)].record(first) }
        if !isCold, let whole { times[Self.base(kind) + Self.whole].record(whole) }
    }

    /// A time that most first tokens come within; nil where too few were seen.
    func usual(promptTokens: Int, _ kind: Learning, isCold: Bool) -> Duration? {
        read(promptTokens, kind, isCold: isCold) { $0.quantile(0.9) }
    }

    /// How long to wait for a first token before it is late; nil where too few were seen.
    func patience(promptTokens: Int, _ kind: Learning, isCold: Bool) -> Duration? {
        read(promptTokens, kind, isCold: isCold) { Self.patience($0, margin: isCold ? Self.coldMargin : Self.margin) }
    }

    /// The same for the rest of an answer behind its first token. Where nothing comes before the end there is no rest.
    func patienceForAnswer(_ kind: Learning) -> Duration? {
        if kind == .wholes { return .zero }
        guard kind != .nothing, !times.isEmpty else { return nil }
        let whole = times[Self.base(kind) + Self.whole]
        return whole.count >= Self.enough ? Self.patience(whole, margin: Self.margin) : nil
    }

    /// One took so long, and so do all of its kind from now on, as much longer as this one was than half of those before it. No time gets
    /// shorter by that.
    mutating func lengthen(to time: Duration, promptTokens: Int, _ kind: Learning) {
        guard let usual = read(promptTokens, kind, isCold: false, { $0.quantile(0.5) }) else { return }
        // A quantile is the end of its step.
        let steps = TimeHistogram.step(time) - TimeHistogram.step(usual - .milliseconds(1))
        guard steps > 0 else { return }
        let first = Self.base(kind)
        for place in first..<first + Self.places where place != first + Self.cold { times[place].lengthen(by: steps) }
    }

    /// The longest of few is left out: it may be anything.
    private static func patience(_ times: TimeHistogram, margin: Duration) -> Duration? {
        let share = min(0.99, Double(times.count - 1) / Double(times.count))
        return times.quantile(share).map { $0 * (times.count < few ? fewFactor : factor) + margin }
    }

    /// Reads the times of a length. Where that has too few: those of a longer one, whose time is enough for a shorter one, else
    /// those of a shorter one, as many times as long as the prompt is longer.
    private func read(
        _ promptTokens: Int, _ kind: Learning, isCold: Bool, _ value: (TimeHistogram) -> Duration?
    ) -> Duration? {
        guard kind != .nothing, !times.isEmpty else { return nil }
        let own = Self.place(promptTokens, kind, isCold)
        if times[own].count >= Self.enough {
            return value(times[own]).map { $0 * Self.timesAsLong(promptTokens, kind, isCold) }
        }
        guard !isCold else { return nil }
        let first = Self.base(kind)
        for place in own..<first + Self.lengths where times[place].count >= Self.enough { return value(times[place]) }
        for place in (first..<own).reversed() where times[place].count >= Self.enough {
            return value(times[place]).map { $0 * (Self.timesAsLong(promptTokens, kind, isCold) << (own - place)) }
        }
        return nil
    }

    /// Of jobs that have no longest length the last place holds all that are longer than it says, so one takes so many times as long there.
    private static func timesAsLong(_ promptTokens: Int, _ kind: Learning, _ isCold: Bool) -> Int {
        kind == .wholes && !isCold ? max(1, promptTokens / (64 << lengths)) : 1
    }

    private static func base(_ kind: Learning) -> Int {
        switch kind {
        case .nothing, .answers: 0
        case .thoughts: places
        case .wholes: 2 * places
        }
    }

    private static func place(_ promptTokens: Int, _ kind: Learning, _ isCold: Bool) -> Int {
        let doublings = Int.bitWidth - max(0, promptTokens / 256).leadingZeroBitCount
        return base(kind) + (isCold ? cold : min(doublings, lengths - 1))
    }
}
