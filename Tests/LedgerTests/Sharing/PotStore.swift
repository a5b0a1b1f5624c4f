@testable import Ledger

/// The store of several gateways, as a value: what is spent, and every gateway's part.
struct PotStore {
    struct Row: Hashable {
        let account: AccountName
        let start: WallTime
    }

    struct Part {
        var written = Money.zero
        var ceiling = Money.zero
        var isWanted = false

        /// Promised, and not written yet.
        var outstanding: Money { max(ceiling - written, .zero) }
    }

    private(set) var spent: [Row: Money] = [:]
    private(set) var parts: [Row: [UInt64: Part]] = [:]
    private var heard: [UInt64: UInt64] = [:]
    private var batches: [UInt64: UInt64] = [:]
    private var changes: [ShareNews.DatedChange] = []
    private var seen: [UInt64: Int] = [:]
    var fits: [UInt64: [UInt64]] = [:]
    /// Of those that have ended in good order.
    private var mostParts: [UInt64: Int] = [:]
    /// Those that live.
    var living: Set<UInt64> = []
    /// Those that limits by the minute are divided among.
    var members: Set<UInt64> = []

    mutating func write(_ batch: LedgerBatch) {
        guard batch.id.number > batches[batch.id.origin, default: 0] else { return }
        batches[batch.id.origin] = batch.id.number
        for sum in batch.sums {
            let row = Row(account: sum.account, start: sum.window.start)
            spent[row, default: .zero] += sum.tally.money
            parts[row, default: [:]][batch.id.origin, default: Part()].written += sum.tally.money
        }
    }

    mutating func change(_ change: DirectoryChange, at now: WallTime) {
        changes.append(ShareNews.DatedChange(change, at: now))
    }

    /// Nil for a word that came late.
    mutating func tell(_ report: ShareReport) -> ShareNews? {
        guard report.number > heard[report.gateway, default: 0] else { return nil }
        heard[report.gateway] = report.number
        fits[report.gateway] = report.fits
        mostParts[report.gateway] = report.isLast ? report.mostParts : nil
        var news = ShareNews()
        news.isShared = true
        news.gateways = members.sorted()
        news.othersFit = members.allSatisfy {
            $0 == report.gateway || fits[$0] == news.gateways || mostParts[$0, default: 0] >= members.count
        }
        news.changes = Array(changes.dropFirst(seen[report.gateway, default: 0]))
        seen[report.gateway] = changes.count
        for ask in report.asks { news.grants.append(answer(ask, to: report.gateway)) }
        for (row, money) in spent {
            let written = parts[row]?[report.gateway]?.written ?? .zero
            let window = BudgetWindow(start: row.start, end: .never)
            news.spent.append(OthersSpend(account: row.account, window: window, money: money - written))
        }
        for (row, parts) in parts where parts.contains(where: { $0.key != report.gateway && $0.value.isWanted }) {
            news.wanted.append(row.account)
        }
        return news
    }

    private mutating func answer(_ ask: ShareAsk, to gateway: UInt64) -> ShareGrant {
        let row = Row(account: ask.account, start: ask.window.start)
        let all = parts[row] ?? [:]
        let mine = all[gateway] ?? Part()
        func sum(_ isCounted: (UInt64) -> Bool) -> Money {
            all.filter { $0.key != gateway && isCounted($0.key) }.reduce(.zero) { $0 + $1.value.outstanding }
        }
        let lost = sum { !living.contains($0) }
        let pot = SharePot(
            spent: spent[row] ?? .zero, written: mine.written, ceiling: mine.ceiling, others: sum(living.contains),
            lost: lost, isWanted: all.contains { $0.key != gateway && $0.value.isWanted }, gateways: living.count)
        let ceiling = pot.ceiling(for: ask)
        parts[row, default: [:]][gateway] = Part(
            written: mine.written, ceiling: ceiling, isWanted: ceiling < ask.need)
        return ShareGrant(
            account: ask.account, asked: ask.window.start, window: ask.window, ceiling: ceiling,
            others: pot.spent - mine.written, lost: lost)
    }

    mutating func forget(_ gateway: UInt64) {
        living.remove(gateway)
        for row in parts.keys { parts[row]?[gateway]?.isWanted = false }
    }

    /// Spent as far as it is written, and perhaps spent by those that are gone.
    func spentOrLost(_ row: Row) -> Money {
        (parts[row] ?? [:]).reduce(spent[row] ?? .zero) {
            $0 + (living.contains($1.key) ? .zero : $1.value.outstanding)
        }
    }
}
