public import Balancer
public import Ledger
public import Logging

/// Takes what was settled from the ledger, four times a second, and writes it to the store.
///
/// One batch is under way at a time. One whose writing failed, or whose answer was lost, is handed over again as it was, under
/// its id, before anything newer: so nothing is lost and nothing is written twice. Meanwhile the ledger itself keeps what is
/// settled; both together are bounded by the book's capacity twice.
public actor LedgerWriter {
    /// Where batches come from: `SpendLedger.takeBatch`. Nil when there is nothing.
    public typealias Source = @Sendable () -> LedgerBatch?

    private let source: Source
    private let news: @Sendable () -> Void
    private let store: any LedgerStore
    private let time: TimeSource
    private let logger: Logger
    private var pending: LedgerBatch?
    private var pace = WriterPace()

    /// - Parameters:
    ///   - source: Where batches come from.
    ///   - news: Called before each attempt, be the store well or not.
    ///   - store: Where they go.
    ///   - time: The clock.
    ///   - logger: Told once that the store is out, and once that it is well again.
    public init(
        source: @escaping Source, news: @escaping @Sendable () -> Void = {}, store: any LedgerStore, time: TimeSource,
        logger: Logger
    ) {
        self.source = source
        self.news = news
        self.store = store
        self.time = time
        self.logger = logger
    }

    /// Whether the last attempt succeeded.
    public var isWell: Bool { pace.failures == 0 }

    /// Writes until the task is cancelled; then what is left, in a few attempts.
    public func run() async {
        while !Task.isCancelled {
            do {
                try await time.sleep(time.now() + pace.wait)
            } catch {
                break
            }
            await tick()
        }
        await flush()
    }

    /// Writes the batch that failed before, if any, then one of what was settled since.
    public func tick() async {
        news()
        if pending != nil, await !write() { return }
        pending = source()
        if pending != nil { _ = await write() }
    }

    /// Whether the batch at hand was written.
    private func write() async -> Bool {
        guard let batch = pending else { return true }
        do throws(StoreError) {
            try await store.write(batch)
        } catch {
            note(pace.failed(), error)
            return false
        }
        pending = nil
        note(pace.succeeded(), nil)
        if batch.dropped > 0 {
            logger.warning(
                "the ledger had no room for all requests: their spend is kept, their rows are not",
                metadata: ["requests": "\(batch.dropped)"])
        }
        return true
    }

    /// The end of the process waits for this: three attempts and no longer, since a store may be out for hours.
    private func flush() async {
        for _ in 0..<3 {
            await tick()
            if pending == nil { return }
        }
        // The ledger has what was settled since the batch that failed.
        let lost = [pending, source()].compactMap(\.self)
        let spend = lost.flatMap(\.sums).filter { $0.account == .global }.reduce(Money.zero) { $0 + $1.tally.money }
        let requests = lost.reduce(0) { $0 + $1.entries.count + $1.dropped }
        // The rest of a batch says when windows end, which is known again at the next start.
        guard requests > 0 || spend > .zero else { return }
        logger.error(
            "the store is out at the end: these requests and their spend are lost",
            metadata: ["requests": "\(requests)", "dollars": "\(spend)"])
    }

    private func note(_ change: WriterPace.Change?, _ error: StoreError?) {
        switch change {
        case .out:
            logger.warning(
                "the store is out: spend is kept in memory, budgets hold, and it is written when the store is well",
                metadata: ["error": "\(error.map(\.message) ?? "")"])
        case .well(let failures):
            logger.notice("the store is well again", metadata: ["failures": "\(failures)"])
        case nil: break
        }
    }
}
