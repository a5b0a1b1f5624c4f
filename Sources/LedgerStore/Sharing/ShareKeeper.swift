public import Balancer
public import Ledger
public import Logging

/// Tells the store what this gateway wants of budgets that others spend too and what it has in flight, and the ledger and the
/// balancer what the others have done and have in flight: four times a second, and at once when a request waits for money.
public actor ShareKeeper {
    private let ledger: SpendLedger
    private let store: any LedgerStore
    private let pool: PoolBalancer?
    private let time: TimeSource
    private let logger: Logger
    private var isTelling = false
    private var isAsked = false
    /// Those who wait for a word that was begun after they asked.
    private var waiting: [CheckedContinuation<StoreError?, Never>] = []
    private var pace = WriterPace()
    /// When the store last answered; at first when this was made.
    private var answeredAt: Moment

    /// How long a gateway whose store is well takes at most to hear of what another one has made, but for the way to the store.
    public static let usualSilence = WriterPace.interval
    /// Between two words while requests wait.
    private static let pause = Duration.milliseconds(10)

    /// - Parameters:
    ///   - ledger: The ledger that asks and hears.
    ///   - store: Where the gateways meet.
    ///   - pool: The instances that they share; nil: nothing is said of them.
    ///   - time: The clock.
    ///   - logger: Told when budgets are shared from then on.
    public init(
        _ ledger: SpendLedger, store: any LedgerStore, pool: PoolBalancer? = nil, time: TimeSource, logger: Logger
    ) {
        (self.ledger, self.store, self.pool, self.time, self.logger) = (ledger, store, pool, time, logger)
        answeredAt = time.now()
    }

    /// Talks until the task is cancelled. What is left of its parts goes back with `leave`.
    public func run() async {
        await pool?.join(as: ledger.origin, isAlone: !ledger.isShared)
        // One of several has its parts of caps with the first answer.
        if ledger.isShared { await tell() }
        await withDiscardingTaskGroup { group in
            group.addTask { [self] in
                // Of its own, since a store that is out is asked less and less often.
                while let pool, !Task.isCancelled {
                    do { try await time.sleep(time.now() + WriterPace.interval) } catch { return }
                    await pool.forgetSilentGateways()
                }
            }
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

    /// Whether the store has answered of late. One word may take its time, and one that gets no answer at all is noticed, too.
    public var isAnswered: Bool { pace.failures == 0 && time.now() - answeredAt < Self.longestSilence }

    private static let longestSilence = Duration.seconds(3)

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
        var report = ledger.report(at: now)
        let saidAt = time.now()
        if report.isShared, let pool { report.pool = await pool.word().bytes }
        do throws(StoreError) {
            let answer = try await store.tell(report)
            _ = pace.succeeded()
            answeredAt = time.now()
            guard let news = answer else { return nil }
            if news.isSole {
                await pool?.beAlone()
            } else if let words = news.pool.flatMap({ PoolNews($0) }) {
                await pool?.hear(words, saidAt: saidAt)
            }
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
