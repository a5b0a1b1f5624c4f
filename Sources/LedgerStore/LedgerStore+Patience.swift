public import Balancer
public import Ledger

extension LedgerStore {
    /// Everything that a ledger begins with, at the start of a gateway. One that begins while another ends waits for that one to
    /// leave the store.
    public func load(patience: Duration = .seconds(5), time: TimeSource) async throws(StoreError) -> LedgerImage {
        let latest = time.now() + patience
        while true {
            do throws(StoreError) {
                return try await load()
            } catch {
                guard error.isOfAnother, time.now() < latest else { throw error }
                // The end of the wait is the end of the start.
                guard (try? await time.sleep(time.now() + .milliseconds(100))) != nil else { throw error }
            }
        }
    }
}
