@testable import Ledger

/// The least that a store has to be: it adds batches up, each once.
struct SumStore {
    private(set) var entries: [String: LedgerEntry] = [:]
    private(set) var written: Set<BatchID> = []
    private var rows: [Row: AccountSum] = [:]

    private struct Row: Hashable {
        var account: AccountName
        var start: WallTime
    }

    mutating func write(_ batch: LedgerBatch) {
        guard written.insert(batch.id).inserted else { return }
        for entry in batch.entries where entries[entry.requestID] == nil { entries[entry.requestID] = entry }
        for sum in batch.sums {
            let row = Row(account: sum.account, start: sum.window.start)
            var all = rows[row] ?? AccountSum(account: sum.account, window: sum.window, tally: Tally())
            all.tally += sum.tally
            all.window.end = sum.window.end
            rows[row] = all
        }
    }

    /// The sum of an account in the window that begins then.
    func tally(_ account: AccountName, from start: WallTime) -> Tally? {
        rows[Row(account: account, start: start)]?.tally
    }

    var sums: [AccountSum] { Array(rows.values) }

    /// The sum of an account over all windows.
    func total(_ account: AccountName) -> Tally {
        rows.values.filter { $0.account == account }.reduce(into: Tally()) { $0 += $1.tally }
    }
}
