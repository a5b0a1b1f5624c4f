import Balancer
import Ledger
import LedgerStore
import Logging
import ServiceLifecycle

/// The ledger of a gateway and its file: what was spent before is read at the start, and what is spent is written until
/// the end.
struct LedgerBook: Service {
    let ledger: SpendLedger
    let store: ChosenStore
    private let beginning: LateBeginning
    /// Of several gateways over one ledger.
    let keeper: ShareKeeper
    private let writer: LedgerWriter
    private let retention: LedgerRetention
    private let isUsed: Bool
    private let asksForKeys: Bool
    /// Whether anything is kept beyond the end of the process.
    private let isKept: Bool
    private let logger: Logger

    /// - Parameters:
    ///   - isUsed: whether a key is asked for, or a budget stands in the configuration, or gateways may meet in the store; else
    ///     there is nothing to keep.
    ///   - asksForKeys: whether clients need a key that the store knows.
    ///   - pool: told what other gateways have in flight.
    ///   - alert: hears of budgets that are passed.
    /// - Throws: where the store was reached and cannot be read: keys would not be known, and budgets would be spent a second
    ///   time. A server that cannot be reached is read later.
    init(
        _ assembly: Assembly, isUsed: Bool, asksForKeys: Bool, pool: PoolBalancer, time: TimeSource, logger: Logger,
        alert: @escaping @Sendable (LedgerAlert) -> Void
    ) async throws(SetupFault) {
        self.isUsed = isUsed
        self.asksForKeys = asksForKeys
        isKept = isUsed && assembly.keepsLedger
        self.logger = logger
        let store = ChosenStore(isUsed ? assembly.stores : [OnDemandStore(nil)]) { error in
            logger.warning(
                "Keys and spend are not kept in general_settings.database_url, but in the file that drover.store names.",
                metadata: ["error": "\(error.message)"])
        }
        let found = try await Self.load(
            store, elsewhere: isUsed ? assembly.ledgerElsewhere : nil, time: time, logger: logger)
        var state = LedgerState(
            found ?? LedgerImage(), settings: assembly.ledgerSettings, origin: .random(in: 0...(.max)),
            at: time.wallTime)
        state.isMissingStore = found == nil
        let ledger = SpendLedger(state)
        self.ledger = ledger
        self.store = store
        let news: @Sendable () -> Void = {
            for news in ledger.takeAlerts() {
                Self.tell(news, logger)
                alert(news)
            }
        }
        beginning = LateBeginning(ledger, from: store, news: news, time: time, logger: logger)
        writer = LedgerWriter(
            source: { ledger.takeBatch() }, news: news, store: store, time: time, logger: logger)
        keeper = ShareKeeper(ledger, store: store, pool: pool, time: time, logger: logger)
        retention = LedgerRetention(store: store, kept: assembly.retention, time: time, logger: logger)
    }

    /// What the store has; nil where it cannot be reached yet.
    private static func load(
        _ store: ChosenStore, elsewhere: String?, time: TimeSource, logger: Logger
    ) async throws(SetupFault) -> LedgerImage? {
        do throws(StoreError) { return try await store.load(time: time) } catch {
            guard error.reason == .noServer else {
                throw SetupFault("the ledger's store cannot be read: \(error.message)")
            }
            logger.warning(
                "The ledger's store cannot be reached, and is tried again: until then only the master key is known, what is spent is kept in memory, and nothing is written.\(elsewhere ?? "")",
                metadata: ["error": "\(error.message)"])
            return nil
        }
    }

    /// Whether the store was read, and answers.
    func standing() async -> StoreStanding {
        guard isKept else { return .none }
        if ledger.isMissingStore { return asksForKeys ? .unread : .out }
        let (isWritten, isAnswered) = await (writer.isWell, keeper.isAnswered)
        return isWritten && isAnswered ? .connected : .out
    }

    /// Writes until the gateway ends, and then what is left.
    func run() async throws {
        guard isUsed else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            await beginning.run()
            await withDiscardingTaskGroup { group in
                group.addTask { await writer.run() }
                group.addTask { await keeper.run() }
                group.addTask { await retention.run() }
            }
            // What could not be written is spent all the same: its part is not given back, and counts as lost.
            if await writer.isWell { await keeper.leave() }
        }
    }

    private static func tell(_ alert: LedgerAlert, _ logger: Logger) {
        let what =
            switch alert.kind {
            case .softBudget: "A soft budget is passed."
            case .nearEnd: "A budget is near its end."
            case .overrun(let beyond):
                "A request cost \(beyond) dollars more than its upper bound, and a budget is passed."
            }
        logger.warning(
            "\(what)",
            metadata: [
                "account.kind": "\(alert.account.kind.rawValue)", "account.id": "\(alert.account.id)",
                "account.part": "\(alert.account.part)", "account.name": "\(alert.label ?? "")",
                "spent": "\(alert.spent)", "bound": "\(alert.bound)",
            ])
    }
}
