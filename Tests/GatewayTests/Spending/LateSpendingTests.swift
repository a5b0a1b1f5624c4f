import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// Attempts that are late while a budget binds their request.
@Suite struct LateSpendingTests {
    private static let wall = KeyedModels.wall
    private static let price = Price(
        input: Money(picodollars: 1_000_000_000), output: Money(picodollars: 2_000_000_000))

    private struct Rig {
        var pool: ExchangeRig
        let ledger: SpendLedger
        let key: VirtualKey

        init(_ prices: [Price], budget: String?, tokens: Int? = nil) async throws {
            pool = ExchangeRig(boxes: prices.count, prices: prices)
            pool.settings.learnsFirstToken = true
            await pool.haveLoaded()
            try pool.haveAnswered()
            ledger = SpendLedger(LedgerState(origin: 1, at: wall))
            var key = VirtualKey(
                hash: KeyHash(hex: String(repeating: "a", count: 64))!, name: "sk-...aaaa",
                stamps: Stamps(at: wall, by: "t"))
            key.allowance.maxBudget = budget.flatMap { Money($0) }
            key.allowance.tokensPerMinute = tokens
            self.key = key
            try ledger.apply(.putKey(key), at: wall)
            pool.settings.spending = Spending(ledger, budgetStatus: 422) { Double(wall.microseconds) / 1e6 }
        }

        /// A request that is sent to the first box.
        ///
        /// - Parameter others: the boxes that have more to do then; nil: all but the first.
        func begin(besides others: [Int]? = nil, extra: String = #","max_tokens":50"#) throws -> Exchange {
            let others = try (others ?? Array(1..<pool.balancer.snapshot().instances.count)).map { box in
                var request = PickRequest(promptTokens: 1, tried: InstanceSet())
                for other in 0..<pool.balancer.snapshot().instances.count where other != box {
                    request.excluded.insert(DeploymentID(index: other))
                }
                return LeaseHolder(try pool.balancer.pick(ModelID(index: 0), request))
            }
            let head = CallHead(
                callID: CallID(high: 1, low: 42), random: 42, front: .openAIChat,
                caller: Caller(flow: 1, pass: try ledger.pass(for: key.hash, at: wall)))
            var exchange = Exchange(
                head, body: ByteBuffer(string: ExchangeRig.chat(extra: extra)), balancer: pool.balancer,
                routes: pool.routes, settings: .init(pool.settings), at: pool.clock.now, unixSeconds: 1_795_367_506)
            #expect(exchange.begin(at: pool.clock.now).sentTo == 0)
            for other in others { other.take()?.settle(.ignored) }
            return exchange
        }

        /// Looks for so long whether it is late; what was done first.
        func wait(_ exchange: inout Exchange, seconds: Int = 60) -> Exchange.Action {
            let end = pool.clock.now + .seconds(seconds)
            while let due = exchange.deadline, due < end {
                if due > pool.clock.now { pool.clock.advance(by: due - pool.clock.now) }
                let action = exchange.timeUp(at: pool.clock.now)
                if !action.isNone { return action }
            }
            return .none
        }

        /// The attempt that runs gives its whole answer; what the client gets of it.
        func answer(_ exchange: inout Exchange) -> String? {
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: pool.clock.now)
            _ = feed(&exchange, ExchangeRig.line + ExchangeRig.done)
            return exchange.upstreamEnded(at: pool.clock.now).bytes
        }

        func feed(_ exchange: inout Exchange, _ text: String) -> Exchange.Action {
            exchange.upstreamBytes(ByteBuffer(string: text), at: pool.clock.now)
        }

        var status: AccountStatus {
            let now = LedgerTime(wall: wall, ticks: pool.clock.now.nanoseconds)
            return ledger.status(of: .key(key.account), at: now)!
        }
    }

    @Test func `an answer that stalls goes on where it is when no other attempt is paid for`() async throws {
        let dear = Price(input: Self.price.input, output: Money(picodollars: 40_000_000_000))
        let rig = try await Rig([Self.price, dear, dear], budget: "0.11")
        var exchange = try rig.begin()
        let reserved = rig.status.reserved
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.pool.clock.now)
        _ = rig.feed(&exchange, String(repeating: ExchangeRig.line, count: 40))
        #expect(rig.wait(&exchange).isNone)
        #expect(rig.pool.inFlight == 1 && rig.status.reserved == reserved && exchange.record.moves == 0)
        _ = rig.feed(&exchange, ExchangeRig.done)
        #expect(exchange.upstreamEnded(at: rig.pool.clock.now).bytes?.hasPrefix("HTTP/1.1 200") == true)
        #expect(rig.status.reserved == .zero && rig.status.spent > .zero && rig.pool.inFlight == 0)
    }

    @Test func `an answer that stalls moves where its key pays for one answer alone, by what the first does not cost`()
        async throws
    {
        let rig = try await Rig([Self.price, Self.price, Self.price], budget: "0.11")
        var exchange = try rig.begin()
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.pool.clock.now)
        _ = rig.feed(&exchange, ExchangeRig.line)
        #expect(rig.wait(&exchange).sentTo != nil && exchange.record.moves == 1)
        let spent = rig.status.spent
        #expect(spent > .zero && rig.status.reserved > .zero && rig.pool.inFlight == 1)
        #expect(try #require(Money("0.11")) >= spent + rig.status.reserved, "never above the budget")
        #expect(rig.answer(&exchange)?.hasPrefix("HTTP/1.1 200") == true)
        #expect(rig.status.reserved == .zero && rig.status.spent > spent && rig.pool.inFlight == 0)
    }

    @Test func `another box is told how many tokens are paid for there, and not how many were at the first`()
        async throws
    {
        let rig = try await Rig([Self.price, .free], budget: "0.09")
        let free = rig.pool.balancer.snapshot().instances[1].instance
        _ = try await rig.pool.balancer.drain(free)
        var exchange = try rig.begin(besides: [], extra: "")
        _ = try await rig.pool.balancer.undrain(free)
        let limited = exchange.spend?.answerLimit
        #expect(limited != nil)
        guard case .hedge(let wire, let instance) = rig.wait(&exchange) else { return _ = Issue.record("it is late") }
        #expect(instance.index == 1 && !String(buffer: wire).contains("num_predict"), "\(String(buffer: wire))")
        exchange.clientLeft(at: rig.pool.clock.now)
        #expect(rig.status.reserved == .zero && rig.pool.inFlight == 0)
    }

    @Test(arguments: [true, false])
    func `a box that answers nobody is left by a request whose key pays for one answer alone`(byTokens: Bool)
        async throws
    {
        let rig = try await Rig(
            [byTokens ? .free : Self.price, byTokens ? .free : Self.price], budget: byTokens ? nil : "0.11",
            tokens: byTokens ? 80 : nil)
        var exchange = try rig.begin()
        let began = rig.pool.clock.now
        #expect(rig.wait(&exchange).sentTo == 1, "beside it nothing is paid for: it takes its place")
        #expect(rig.pool.clock.now - began < .seconds(10))
        let hasLate = exchange.hasLate
        #expect(!hasLate && rig.pool.inFlight == 1 && exchange.record.moves == 1 && exchange.record.hedges == 0)
        #expect(rig.answer(&exchange)?.hasPrefix("HTTP/1.1 200") == true)
        #expect(rig.status.reserved == .zero && rig.pool.inFlight == 0)
    }

    @Test func `an answer that stalls moves with what is reserved for the other one, and each is settled`()
        async throws
    {
        let rig = try await Rig([Self.price, Self.price, Self.price], budget: "10")
        var exchange = try rig.begin()
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.pool.clock.now)
        _ = rig.feed(&exchange, ExchangeRig.line)
        #expect(rig.wait(&exchange).sentTo != nil && exchange.record.moves == 1)
        #expect(rig.status.reserved > .zero && rig.pool.inFlight == 1)
        #expect(rig.answer(&exchange)?.hasPrefix("HTTP/1.1 200") == true)
        #expect(rig.status.reserved == .zero && rig.pool.inFlight == 0)
    }

    @Test func `a box that is not paid for beside the first is not picked again, and another one is`() async throws {
        let rig = try await Rig([Self.price, Self.price, .free], budget: "0.11")
        var exchange = try rig.begin()
        #expect(rig.wait(&exchange).hedgedTo == 2)
        exchange.clientLeft(at: rig.pool.clock.now)
        #expect(rig.status.reserved == .zero && rig.pool.inFlight == 0)
    }
}
