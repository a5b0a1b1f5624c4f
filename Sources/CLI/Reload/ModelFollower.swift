import Ledger
import ServiceLifecycle

/// Has models take part that were changed in the store: by another gateway, or read late.
struct ModelFollower: Service {
    let ledger: SpendLedger
    let door: ReloadDoor

    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in ledger.modelChanges { _ = await door.takeModels() }
        }
    }
}
