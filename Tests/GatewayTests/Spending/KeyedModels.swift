import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport

@testable import Gateway

/// Several models, a ledger, and one key that asks for them.
struct KeyedModels {
    static let wall = WallTime(microseconds: 1_795_367_506_000_000)

    var pool: ModelsRig
    let ledger: SpendLedger
    let key: VirtualKey

    init(
        _ models: [ModelsRig.Model], aliases: [String: String] = [:], retries: Int = 2,
        key change: (inout VirtualKey) -> Void = { _ in }
    ) throws {
        pool = ModelsRig(models, aliases: aliases, retries: retries)
        ledger = SpendLedger(LedgerState(origin: 1, at: Self.wall))
        var key = VirtualKey(
            hash: KeyHash(hex: String(repeating: "a", count: 64))!, name: "sk-...aaaa",
            stamps: Stamps(at: Self.wall, by: "t"))
        change(&key)
        self.key = key
        try ledger.apply(.putKey(key), at: Self.wall)
        pool.settings.spending = Spending(ledger, budgetStatus: 422) { Double(Self.wall.microseconds) / 1e6 }
    }

    /// A request with the key.
    func exchange(
        _ model: String, more: String = "", stream: Bool = false, timeout: Double? = nil, objective: Duration? = nil
    ) throws -> Exchange {
        pool.exchange(
            model, more: more, stream: stream, timeout: timeout, objective: objective,
            caller: Caller(flow: 1, pass: try ledger.pass(for: key.hash, at: Self.wall)))
    }

    func status(of account: AccountName? = nil) -> AccountStatus? {
        let now = LedgerTime(wall: Self.wall, ticks: pool.clock.now.nanoseconds)
        return ledger.status(of: account ?? .key(key.account), at: now)
    }

    /// An answer that has read 5 tokens and written 7.
    func answer(_ exchange: inout Exchange, _ body: String = ExchangeRig.whole) -> Exchange.Action {
        let now = pool.clock.now
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: body), at: now)
        return exchange.upstreamEnded(at: now)
    }
}
