public import Balancer
public import Ledger
public import Logging

/// Tells the store what this gateway wants of budgets that others spend too, and the ledger what the others have done: four
/// times a second, and at once when a request waits.
public actor ShareKeeper {
    private let ledger: SpendLedger
    private let store: any LedgerStore
    private let time: TimeSource
    private let logger: Logger
    private var isTelling = false
    private var isAsked = false
    /// Those who wait for a word that was begun after they asked.
    private var waiting: [CheckedContinuation<StoreError?, Never>] = []
    private var pace = WriterPace()

    /// Between two words while requests wait.
    private static let pause = Duration.milliseconds(10)

    /// - Parameters:
    ///   - ledger: The ledger that asks and hears.
    ///   - store: Where the gateways meet.
    ///   - time: The clock.
    ///   - logger: Told when budgets are shared from then on.
    public init(_ ledger: SpendLedger, store: any LedgerStore, time: TimeSource, logger: Logger) {
        (self.ledger, self.store, self.time, self.logger) = (ledger, store, time, logger)
    }

    /// Talks until the task is cancelled. What is left of its parts goes back with `leave`.
    public func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                for await _ in ledger.asks {
                    if await isWell { await tell() }
                    do { try await time.sleep(time.now() + Self.pause) } catch { return }
                }
            }
            group.addTask { [self] in
                while !Task.isCancelled {
                    do { try await time.sleep(time.now() + pause) } catch { return }
                    await tell()
                }
            }
        }
    }

    /// The last word, once everything is written.
    public func leave() async {
        guard ledger.isShared else { return }
        _ = try? await store.tell(ledger.lastReport(at: now))
    }

    /// Returns once the ledger has heard everything that others had done when this was called.
    public func catchUp() async throws(StoreError) {
        let error = await withCheckedContinuation { continuation in
            waiting.append(continuation)
            Task { await tell() }
        }
        if let error { throw error }
    }

    /// Tells and hears. One word is under way at a time: who asks meanwhile has the next.
    public func tell() async {
        isAsked = true
        guard !isTelling else { return }
        isTelling = true
        while isAsked {
            isAsked = false
            let heard = waiting
            waiting = []
            let error = await once()
            for continuation in heard { continuation.resume(returning: error) }
        }
        isTelling = false
    }

    private var isWell: Bool { pace.failures == 0 }
    private var pause: Duration { pace.wait }
    private var now: LedgerTime {
        LedgerTime(wall: WallTime(unixSeconds: time.unixSeconds()), ticks: time.now().nanoseconds)
    }

    private func once() async -> StoreError? {
        let wasShared = ledger.isShared
        let report = ledger.report(at: now)
        do throws(StoreError) {
            guard let news = try await store.tell(report) else { return nil }
            _ = pace.succeeded()
            if ledger.hear(news, of: report, at: now) || ledger.isShared != wasShared { isAsked = true }
            if ledger.isShared != wasShared {
                logger.notice(
                    ledger.isShared
                        ? "Another gateway begins on the same ledger: budgets and limits are shared from now on."
                        : "This gateway has the ledger alone: budgets and limits are its own from now on.")
            }
            return nil
        } catch {
            // The writer tells the operator.
            _ = pace.failed()
            return error
        }
    }
}
