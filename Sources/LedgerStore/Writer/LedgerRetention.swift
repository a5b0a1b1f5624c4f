public import Balancer
import Ledger
public import Logging

/// Keeps the store small: folds sums of windows that are over, and forgets requests that are older than the operator wants
/// them kept. Sums by day stay.
public struct LedgerRetention: Sendable {
    private let store: any LedgerStore
    private let kept: Duration?
    private let interval: Duration
    private let time: TimeSource
    private let logger: Logger

    /// - Parameters:
    ///   - store: Where the requests are.
    ///   - kept: How long they are kept, by their beginning; nil: for ever.
    ///   - interval: Between two looks; the first is at the start.
    ///   - time: The clock.
    ///   - logger: Told how many were forgotten, and of a look that failed: the next one makes up for it.
    public init(
        store: any LedgerStore, kept: Duration?, every interval: Duration = .seconds(3_600), time: TimeSource,
        logger: Logger
    ) {
        self.store = store
        self.kept = kept
        self.interval = interval
        self.time = time
        self.logger = logger
    }

    /// Looks again and again, until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            await look()
            do { try await time.sleep(time.now() + interval) } catch { return }
        }
    }

    /// Forgets what is too old now.
    public func look() async {
        let now = WallTime(unixSeconds: time.unixSeconds())
        let moment = kept.map { WallTime(microseconds: now.microseconds - $0.nanoseconds / 1_000) }
        do throws(StoreError) {
            let count = try await store.prune(before: moment, at: now)
            if count > 0 {
                logger.info("requests older than the retention were forgotten", metadata: ["requests": "\(count)"])
            }
        } catch {
            logger.warning("old requests were not forgotten", metadata: ["error": "\(error.message)"])
        }
    }
}
