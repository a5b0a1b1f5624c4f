/// When the next attempt to write is due, and whether the store is well.
struct WriterPace: Equatable {
    /// What there is to log.
    enum Change: Equatable {
        /// The first failure after it was well.
        case out
        /// The first success after failures.
        case well(failures: Int)
    }

    /// Between two batches when all is well.
    static let interval = Duration.milliseconds(250)
    /// The longest wait after failures.
    static let longest = Duration.seconds(5)

    private(set) var failures = 0
    /// Between two of this one's batches when all is well.
    private let interval: Duration

    init(every interval: Duration = Self.interval) { self.interval = interval }

    /// How long to wait before the next attempt: twice as long after each failure in a row.
    var wait: Duration { min(interval * (1 << min(failures, 5)), Self.longest) }

    mutating func succeeded() -> Change? {
        defer { failures = 0 }
        return failures == 0 ? nil : .well(failures: failures)
    }

    mutating func failed() -> Change? {
        failures += 1
        return failures == 1 ? .out : nil
    }
}
