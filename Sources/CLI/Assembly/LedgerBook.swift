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
    private let isUsed: Bool
    private let logger: Logger

    /// - Parameter isUsed: whether a key is asked for; without one there is nothing to keep.
    /// - Throws: where the store cannot be read: keys would not be known, and budgets would be spent a second time.
    init(_ assembly: Assembly, isUsed: Bool, time: TimeSource, logger: Logger) async throws(SetupFault) {
        self.isUsed = isUsed
        self.logger = logger
        let store = isUsed ? assembly.store : OnDemandStore(nil, isWanted: false)
        let image: LedgerImage
        do throws(StoreError) { image = try await store.load(time: time) } catch {
            throw SetupFault("the ledger's store cannot be read: \(error.message)")
        }
        let ledger = SpendLedger(
            LedgerState(image, settings: assembly.ledgerSettings, origin: .random(in: 0...(.max)), at: time.wallTime))
        self.ledger = ledger
        self.store = store
        writer = LedgerWriter(
            source: {
                for alert in ledger.takeAlerts() { Self.tell(alert, logger) }
                return ledger.takeBatch()
            }, store: store, time: time, logger: logger)
    }

    /// Writes until the gateway ends, and then what is left.
    func run() async throws {
        guard isUsed else { return try await gracefulShutdown() }
        await cancelWhenGracefulShutdown { await writer.run() }
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
