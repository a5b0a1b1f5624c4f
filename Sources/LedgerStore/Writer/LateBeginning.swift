public import Balancer
public import Ledger
public import Logging

/// Reads a store that could not be reached at the start, again and again, until a ledger has begun with what it has.
public struct LateBeginning: Sendable {
    private let store: any LedgerStore
    private let ledger: SpendLedger
    private let news: @Sendable () -> Void
    private let time: TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - store: Where the rows are.
    ///   - ledger: The ledger that lacks them.
    ///   - news: Called before each attempt.
    ///   - time: The clock.
    ///   - logger: Told when the reason is another one than before, and when the store was read.
    public init(
        _ ledger: SpendLedger, from store: any LedgerStore, news: @escaping @Sendable () -> Void = {}, time: TimeSource,
        logger: Logger
    ) {
        self.store = store
        self.ledger = ledger
        self.news = news
        self.time = time
        self.logger = logger
    }

    /// Ends when the ledger has begun, or the task is cancelled. The start's own attempt was the first failure.
    public func run() async {
        var pace = WriterPace()
        var reason: StoreError.Reason?
        while ledger.isMissingStore, !Task.isCancelled {
            _ = pace.failed()
            do { try await time.sleep(time.now() + pace.wait) } catch { return }
            news()
            do throws(StoreError) {
                let image = try await store.load()
                ledger.begin(
                    with: image,
                    at: LedgerTime(wall: WallTime(unixSeconds: time.unixSeconds()), ticks: time.now().nanoseconds))
                logger.notice(
                    "the store was read: keys are known, and what was spent meanwhile is written",
                    metadata: ["failures": "\(pace.failures)"])
            } catch {
                if error.reason != reason ?? .noServer {
                    logger.warning(
                        "the store was reached and cannot be read: requests with the master key go on, other keys are not known",
                        metadata: ["error": "\(error.message)"])
                }
                reason = error.reason
            }
        }
    }
}
