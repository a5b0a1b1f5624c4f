import Balancer

/// The two clocks of a request: one for all of it, one for the step that runs now.
struct Deadlines {
    /// The end of the whole request with all its attempts and waits; nil: none.
    let whole: Moment?
    /// The end of the step that runs now, or of the whole request where that comes first; nil: none.
    private(set) var next: Moment?
    /// When it is looked whether the step is late; nil: never.
    private(set) var nextLook: Moment?

    /// The one that comes first.
    var due: Moment? {
        guard let nextLook else { return next }
        return next.map { min($0, nextLook) } ?? nextLook
    }

    /// - Parameter limit: of the whole request.
    init(limit: Duration?, from start: Moment) { whole = limit.map { start + $0 } }

    /// A step begins, which may take so long; nil: as long as the whole request.
    mutating func begin(_ limit: Duration?, from start: Moment) {
        nextLook = nil
        guard let limit else { return next = whole }
        let end = start + limit
        next = whole.map { min(end, $0) } ?? end
    }

    /// No step runs.
    mutating func clear() { (next, nextLook) = (nil, nil) }

    /// Whether the step that runs is late is looked at then; nil: no more.
    mutating func look(at moment: Moment?) { nextLook = moment }

    /// Another limit for the same step; false where it ends no later as it is.
    mutating func shorten(to end: Moment) -> Bool {
        if let next, next <= end { return false }
        next = end
        return true
    }

    /// Whether the time of the whole request is over.
    func isOver(at now: Moment) -> Bool { whole.map { now >= $0 } ?? false }
}

extension Duration {
    /// A caller's limit in seconds; nil for what is none (zero, negative, not a number). A century is enough.
    static func limit(_ seconds: Double?) -> Duration? {
        guard let seconds, seconds > 0 else { return nil }
        return .seconds(min(seconds, 3e9))
    }

    /// The shorter of two limits, of which there may be none.
    static func shortest(_ one: Duration?, _ other: Duration?) -> Duration? {
        guard let one, let other else { return one ?? other }
        return min(one, other)
    }

    /// A limit as people write it: `30 s`, `2.5 s`. To the millisecond, since what came between is a part of one.
    var inWords: String {
        let milliseconds = (max(0, nanoseconds) + 500_000) / 1_000_000
        var fraction = String(1000 + milliseconds % 1000).dropFirst()
        while fraction.last == "0" { fraction.removeLast() }
        return "\(milliseconds / 1000)\(fraction.isEmpty ? "" : ".\(fraction)") s"
    }

    /// Whole seconds, rounded up, at least 1: for `Retry-After`.
    package var wholeSeconds: Int {
        let (seconds, rest) = components
        return max(1, Int(clamping: seconds) + (rest > 0 ? 1 : 0))
    }
}
