public import Ledger

/// Where several gateways keep the answers that their clients go on from: what one has written, all find.
public protocol AnswerStore: KeptStore {
    /// How many bytes those of these answers have that are there, and whose time is not over.
    func sizes(of names: [KeptAnswer.Name], at now: WallTime) async throws(StoreError) -> [KeptAnswer.Name: Int]

    /// Those of these answers that are there, and whose time is not over.
    func find(_ names: [KeptAnswer.Name], at now: WallTime) async throws(StoreError) -> [KeptAnswer]

    /// Forgets an answer at once; whether it was there.
    func remove(_ name: KeptAnswer.Name, at now: WallTime) async throws(StoreError) -> Bool
}
