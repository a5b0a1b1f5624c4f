import Locking
import Server

/// Where routes and signals ask for another configuration: made before whoever carries it out.
final class ReloadDoor: Sendable {
    private let keeper = Locked<GatewayKeeper?>(nil)

    func open(to keeper: GatewayKeeper) { self.keeper.withLock { $0 = keeper } }

    func reload() async -> ReloadReport {
        guard let keeper = keeper.withLock({ $0 }) else {
            return ReloadReport(faults: ["the gateway is starting; ask again"])
        }
        return await keeper.reload()
    }
}
