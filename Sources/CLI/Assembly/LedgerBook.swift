import Balancer
import Ledger
import LedgerStore
import Logging
import ServiceLifecycle

/// The ledger of a gateway and its file: what was spent before is read at the start, and what is spent is written until
/// the end.
struct LedgerBook: Service {
    let ledger: SpendLedger
    let store: OnDemandStore
    private let writer: LedgerWriter
    private let retention: LedgerRetention
    private let isUsed: Bool
    private let logger: Logger

    /// - Parameter isUsed: whether a key is asked for, or a budget stands in the configuration; else there is nothing to keep.
    /// - Throws: where the store cannot be read: keys would not be known, and budgets would be spent a second time.
    init(_ assembly: Assembly, isUsed: Bool, time: TimeSource, logger: Logger) async throws(SetupFault) {
        self.isUsed = isUsed
        self.logger = logger
        let (store, image) = try await Self.load(
            isUsed ? assembly.stores : [OnDemandStore(nil)], time: time, logger: logger)
        let ledger = SpendLedger(
            LedgerState(image, settings: assembly.ledgerSettings, origin: .random(in: 0...(.max)), at: time.wallTime))
        self.ledger = ledger
        self.store = store
        writer = LedgerWriter(
            source: { ledger.takeBatch() }, news: { for alert in ledger.takeAlerts() { Self.tell(alert, logger) } },
            store: store, time: time, logger: logger)
        retention = LedgerRetention(store: store, kept: assembly.retention, time: time, logger: logger)
    }

    private static func load(
        _ stores: [OnDemandStore], time: TimeSource, logger: Logger
    ) async throws(SetupFault) -> (OnDemandStore, LedgerImage) {
        var rest = stores[...]
        while let store = rest.popFirst() {
            do throws(StoreError) { return (store, try await store.load(time: time)) } catch {
                guard error.reason == .foreign, !rest.isEmpty else {
                    throw SetupFault("the ledger's store cannot be read: \(error.message)")
                }
                logger.warning(
                    "Keys and spend are not kept in general_settings.database_url, but in the file that drover.store names.",
                    metadata: ["error": "\(error.message)"])
            }
        }
        preconditionFailure("a ledger without a store")
    }

    /// Writes until the gateway ends, and then what is left.
    func run() async throws {
        guard isUsed else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await writer.run() }
                group.addTask { await retention.run() }
            }
        }
    }

    private static func tell(_ alert: LedgerAlert, _ logger: Logger) {
        let what =
            switch alert.kind {
            case .softBudget: "A soft budget is passed."
            case .overrun(let beyond):
                "A request cost \(beyond) dollars more than its upper bound, and a budget is passed."
            }
        logger.warning(
            "\(what)",
            metadata: [
                "account.kind": "\(alert.account.kind.rawValue)", "account.id": "\(alert.account.id)",
                "account.part": "\(alert.account.part)", "spent": "\(alert.spent)", "bound": "\(alert.bound)",
            ])
    }
}
