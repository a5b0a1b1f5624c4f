import Ledger
import Locking
import Server

/// Where routes and signals ask for another configuration: made before whoever carries it out.
///
/// It does not hold that: the server has the door, and whoever carries a change out has the server. Held in a circle they would
/// outlive the gateway, and with them its claim on the ledger's file.
final class ReloadDoor: Sendable {
    private struct Behind {
        weak var keeper: GatewayKeeper?
    }

    private let behind = Locked(Behind())

    func open(to keeper: GatewayKeeper) { behind.withLock { $0.keeper = keeper } }

    private var keeper: GatewayKeeper? { behind.withLock { $0.keeper } }

    func reload() async -> ReloadReport {
        guard let keeper else { return ReloadReport(faults: ["the gateway is starting or ending; ask again"]) }
        return await keeper.reload()
    }

    /// Why a model could not be one of the configuration.
    func faults(of model: StoredModel, beside others: [StoredModel]) async -> [String] {
        keeper?.faults(of: model, beside: others) ?? []
    }

    /// Takes up the addresses that host names have now; false where that is to be tried again.
    func takeAddresses() async -> Bool { await keeper?.takeAddresses() ?? true }

    /// Takes up the models that the ledger has.
    func takeModels() async -> ReloadReport { await keeper?.takeModels() ?? ReloadReport() }
}
