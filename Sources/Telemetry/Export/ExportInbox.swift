import Locking

/// Finished requests on their way from the event loops to the exporters: bounded, and never waited for.
///
/// A loop takes the lock once for many records; whoever exports takes all of them at once.
public final class ExportInbox: Sendable {
    private struct State {
        var batches: [[ExportRecord]] = []
        var count = 0
    }

    /// A loop hands over so many at a time, or fewer with its tick.
    static let batch = 64

    /// Where prompts are kept; nil where exporters are told none.
    public let prompts: PromptRoom?
    private let limit: Int
    private let counts: ExportCounts
    private let state = Locked(State())

    /// - Parameters:
    ///   - limit: how many records may wait; those beyond are dropped, and counted for every exporter.
    ///   - counts: where that is counted.
    ///   - prompts: nil where exporters are told none.
    public init(limit: Int, counts: ExportCounts, prompts: PromptRoom? = nil) {
        self.prompts = prompts
        self.limit = limit
        self.counts = counts
    }

    /// Adds records, all of them or none.
    public func offer(_ records: [ExportRecord]) {
        let fits = state.withLock { state in
            guard state.count + records.count <= limit else { return false }
            state.count += records.count
            state.batches.append(records)
            return true
        }
        if !fits { counts.addToAll(.dropped, records.count) }
    }

    /// All records so far, in batches of one loop each.
    public func take() -> [[ExportRecord]] {
        state.withLock { state in
            let taken = state.batches
            state = State()
            return taken
        }
    }
}
