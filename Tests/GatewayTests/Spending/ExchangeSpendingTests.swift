import Balancer
import Dialects
import Ledger
import NIOCore
import TestSupport
import Testing

@testable import Gateway

/// A request and the ledger: what is reserved before an attempt, and what is left of it after every way to end.
@Suite struct ExchangeSpendingTests {
    private static let wall = WallTime(microseconds: 1_795_367_506_000_000)

    /// A pool whose tokens cost a thousandth of a dollar read and two written, and one key.
    private struct Rig {
        var pool: ExchangeRig
        let ledger: SpendLedger
        let key: VirtualKey

        init(_ change: (inout VirtualKey) -> Void) throws {
            pool = ExchangeRig(
                price: Price(
                    input: Money(picodollars: 1_000_000_000), output: Money(picodollars: 2_000_000_000)))
            ledger = SpendLedger(LedgerState(origin: 1, at: wall))
            var key = VirtualKey(
                hash: KeyHash(hex: String(repeating: "a", count: 64))!, name: "sk-...aaaa",
                stamps: Stamps(at: wall, by: "t"))
            change(&key)
            self.key = key
            try ledger.apply(.putKey(key), at: wall)
            pool.settings.spending = Spending(ledger, budgetStatus: 422) { Double(wall.microseconds) / 1e6 }
        }

        func exchange(
            _ extra: String = "", stream: Bool = false, number: UInt64 = 42, wishes: CallWishes = CallWishes(),
            isMaster: Bool = false
        ) throws -> Exchange {
            let head = CallHead(
                callID: CallID(high: 1, low: number), random: number, front: .openAIChat,
                caller: isMaster ? Caller(flow: 2) : Caller(flow: 1, pass: try ledger.pass(for: key.hash, at: wall)),
                wishes: wishes)
            return Exchange(
                head, body: ByteBuffer(string: ExchangeRig.chat(stream: stream, extra: extra)), balancer: pool.balancer,
                routes: pool.routes, settings: .init(pool.settings), at: pool.clock.now, unixSeconds: 1_795_367_506)
        }

        var status: AccountStatus {
            let now = LedgerTime(wall: wall, ticks: pool.clock.now.nanoseconds)
            return ledger.status(of: .key(key.account), at: now)!
        }
    }

    private static let cost = Money(picodollars: 5_000_000_000 + 14_000_000_000)

    @Test func `what an attempt can cost is reserved while it runs, and its real cost is booked once`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("10") }
        var exchange = try rig.exchange(#","max_tokens":50"#)
        #expect(exchange.begin(at: rig.pool.clock.now).sentTo != nil)
        #expect(rig.status.reserved >= Money("0.1")! && rig.status.spent == .zero && rig.status.inFlight == 1)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.pool.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.pool.clock.now)
        let answer = exchange.upstreamEnded(at: rig.pool.clock.now)
        #expect(answer.bytes?.contains("x-litellm-key-spend: 0.019\r\n") == true)
        #expect(answer.bytes?.contains("x-litellm-key-max-budget: 10.0\r\n") == true)
        #expect(rig.status.spent == Self.cost && rig.status.reserved == .zero && rig.status.inFlight == 0)
        let entries = try #require(rig.ledger.takeBatch()).entries
        #expect(entries.count == 1 && entries[0].money == Self.cost && entries[0].promptTokens == 5)
        #expect(entries[0].keyHash == rig.key.account && entries[0].requestID == "chatcmpl-000000000000002a")
        #expect(entries[0].status == 200 && entries[0].attempts == 1)
    }

    @Test(arguments: [false, true])
    func `a header that says for whom a request is made counts before its body, and binds it`(isMaster: Bool) throws {
        let rig = try Rig { $0.userID = "ann" }
        for user in ["ann", "bob"] {
            var row = User(id: user, stamps: rig.key.stamps)
            row.allowance.maxBudget = Money("10")
            try rig.ledger.apply(.putUser(row), at: Self.wall)
        }
        try rig.ledger.apply(.putCustomer(Customer(id: "acme", stamps: rig.key.stamps)), at: Self.wall)
        var wishes = CallWishes()
        wishes.take(customer: "acme")
        wishes.take(user: "bob")
        var exchange = try rig.exchange(#","max_tokens":50,"user":"other""#, wishes: wishes, isMaster: isMaster)
        #expect(exchange.begin(at: rig.pool.clock.now).sentTo != nil)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: rig.pool.clock.now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: rig.pool.clock.now)
        _ = exchange.upstreamEnded(at: rig.pool.clock.now)
        let entry = try #require(rig.ledger.takeBatch()?.entries.first)
        #expect(entry.customer == "acme" && entry.userID == "bob")
        let now = LedgerTime(wall: Self.wall, ticks: rig.pool.clock.now.nanoseconds)
        func spent(_ account: AccountName) -> Money? { rig.ledger.status(of: account, at: now)?.spent }
        #expect(spent(.customer("acme")) == Self.cost && spent(.user("bob")) == Self.cost)
        #expect(spent(.user("ann")) == .zero)
    }

    @Test func `a user whom a header names and whom nobody has made binds nothing, and takes no bound away`() throws {
        let rig = try Rig { $0.userID = "ann" }
        var row = User(id: "ann", stamps: rig.key.stamps)
        row.allowance.maxBudget = Money("0.00001")
        try rig.ledger.apply(.putUser(row), at: Self.wall)
        var wishes = CallWishes()
        wishes.take(user: "nobody")
        var exchange = try rig.exchange(#","max_tokens":50"#, wishes: wishes)
        #expect(exchange.begin(at: rig.pool.clock.now).bytes?.contains("Budget has been exceeded! User=ann") == true)
    }

    @Test func `whoever leaves, fails or is stopped gives everything back`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("10") }
        let now = rig.pool.clock.now
        var gone = try rig.exchange(number: 1)
        _ = gone.begin(at: now)
        gone.clientLeft(at: now)
        var stopped = try rig.exchange(number: 2)
        _ = stopped.begin(at: now)
        _ = stopped.stop(at: now)
        var failed = try rig.exchange(number: 3)
        var action = failed.begin(at: now)
        for _ in 0..<8 where !action.isFinish {
            action =
                action.isPause
                ? failed.timeUp(at: failed.deadline ?? now) : failed.upstreamLost(.refused("no"), at: now)
        }
        #expect(action.isFinish)
        do {
            var dropped = try rig.exchange(number: 4)
            _ = dropped.begin(at: now)
        }
        #expect(rig.status.reserved == .zero && rig.status.inFlight == 0 && rig.status.spent == .zero)
        #expect(rig.pool.inFlight == 0)
    }

    @Test func `an attempt that failed after it was counted is paid for, beside the one that answered`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("10") }
        let now = rig.pool.clock.now
        var exchange = try rig.exchange()
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: "{\"model\":\"m\",\"mess"), at: now)
        #expect(exchange.upstreamLost(.lost("cut"), at: now).sentTo != nil)
        let first = rig.status.spent
        #expect(first > .zero)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
        _ = exchange.upstreamEnded(at: now)
        #expect(rig.status.spent == first + Self.cost && rig.status.reserved == .zero)
        #expect(rig.status.total.requests == 1)
    }

    @Test func `a stream that is cut costs the same in the account, the book and the record`() throws {
        for ending in 0..<3 {
            let rig = try Rig { $0.allowance.maxBudget = Money("10") }
            let now = rig.pool.clock.now
            var exchange = try rig.exchange(stream: true)
            _ = exchange.begin(at: now)
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
            for _ in 0..<10 { _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.line), at: now) }
            _ = exchange.flush(at: now)
            switch ending {
            case 0: exchange.clientLeft(at: now)
            case 1: _ = exchange.upstreamLost(.lost("cut"), at: now)
            default: _ = exchange.stop(at: now)
            }
            let spent = rig.status.spent
            #expect(spent > .zero && exchange.record.cost == spent.picodollars)
            #expect(exchange.record.completionTokens > 1 && exchange.record.failedAttemptsCost == 0)
            let entry = try #require(rig.ledger.takeBatch()?.entries.first)
            #expect(entry.money == spent && entry.completionTokens == exchange.record.completionTokens)
            #expect(rig.status.total.completionTokens == Int64(entry.completionTokens))
        }
    }

    @Test func `an attempt that was cut before it was counted is in the record at its price`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("10") }
        let now = rig.pool.clock.now
        var exchange = try rig.exchange()
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: "{\"model\":\"m\",\"mess"), at: now)
        _ = exchange.upstreamLost(.lost("cut"), at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
        _ = exchange.upstreamEnded(at: now)
        #expect(exchange.record.cost == Self.cost.picodollars)
        #expect(Money(picodollars: exchange.record.failedAttemptsCost + exchange.record.cost) == rig.status.spent)
    }

    @Test func `an answer whose tokens nobody has counted says the cost that is booked`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("10") }
        let now = rig.pool.clock.now
        var exchange = try rig.exchange()
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        let uncounted = #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"Hi"},"done":true}"#
        _ = exchange.upstreamBytes(ByteBuffer(string: uncounted), at: now)
        let answer = exchange.upstreamEnded(at: now).bytes
        #expect(rig.status.spent > .zero && exchange.record.cost == rig.status.spent.picodollars)
        #expect(answer?.contains("x-litellm-response-cost: \(rig.status.spent)\r\n") == true)
        #expect(answer?.contains("x-litellm-key-spend: \(rig.status.spent)\r\n") == true)
    }

    @Test func `a request that was not sent at first is one of its minute`() throws {
        var rig = try Rig { $0.allowance.requestsPerMinute = 2 }
        rig.pool.settings.largeBody = 20
        let now = rig.pool.clock.now
        for number in 1...2 {
            var exchange = try rig.exchange(number: UInt64(number))
            var action = exchange.begin(at: now)
            // Taken out while its bytes are written: the attempt is not sent, and another is made.
            var attempts = 0
            while case .work(let work) = action {
                if !work.run().isScan, attempts == 0 {
                    attempts += 1
                    for box in 0..<3 {
                        let gone = Outage(instance: InstanceID(index: box), model: nil, reason: "r", since: now)
                        _ = exchange.tookOut(gone, at: now)
                    }
                }
                action = exchange.worked(work.run(), at: now)
            }
            #expect(action.sentTo != nil && attempts == 1)
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
            _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
            #expect(exchange.upstreamEnded(at: now).bytes?.hasPrefix("HTTP/1.1 200 ") == true)
        }
        var third = try rig.exchange(number: 3)
        var action = third.begin(at: now)
        while case .work(let work) = action { action = third.worked(work.run(), at: now) }
        #expect(action.bytes?.hasPrefix("HTTP/1.1 429 ") == true)
        #expect(rig.status.total.requests == 2)
    }

    @Test func `a budget without room for the prompt refuses before anything is sent`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("0.001") }
        var exchange = try rig.exchange(#","max_tokens":5"#)
        let answer = exchange.begin(at: rig.pool.clock.now)
        #expect(answer.bytes?.hasPrefix("HTTP/1.1 422 ") == true)
        #expect(answer.bytes?.contains(#""type":"budget_exceeded""#) == true)
        #expect(answer.bytes?.contains("Budget has been exceeded! Key=sk-...aaaa") == true)
        #expect(rig.pool.inFlight == 0 && rig.status.inFlight == 0)
    }

    @Test func `what others hold is waited for, and what they leave is used`() throws {
        let rig = try Rig { $0.allowance.maxBudget = Money("0.3") }
        let now = rig.pool.clock.now
        var first = try rig.exchange(#","max_tokens":50"#, number: 1)
        #expect(first.begin(at: now).sentTo != nil)
        var second = try rig.exchange(#","max_tokens":50"#, number: 2)
        #expect(second.begin(at: now).isPause)
        #expect(rig.status.inFlight == 1)
        _ = first.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = first.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
        _ = first.upstreamEnded(at: now)
        let due = second.deadline ?? now
        #expect(second.timeUp(at: due).sentTo != nil)
        second.clientLeft(at: now)
        #expect(rig.status.reserved == .zero && rig.status.spent <= Money("0.3")!)
    }

    @Test func `a limit of requests is told with the time at which there is room`() throws {
        let rig = try Rig { $0.allowance.requestsPerMinute = 1 }
        let now = rig.pool.clock.now
        var first = try rig.exchange(number: 1)
        _ = first.begin(at: now)
        _ = first.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = first.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
        let answer = first.upstreamEnded(at: now)
        #expect(answer.bytes?.contains("x-ratelimit-api_key-remaining-requests: 0\r\n") == true)
        var second = try rig.exchange(number: 2)
        let refused = second.begin(at: now)
        #expect(refused.bytes?.hasPrefix("HTTP/1.1 429 ") == true)
        #expect(refused.bytes?.contains("retry-after: 60\r\n") == true)
    }

    @Test func `a model that is not on the list is 403, also as a fallback of the client's own`() throws {
        let rig = try Rig { $0.models = ["llama3"] }
        var fine = try rig.exchange(#","fallbacks":["llama3"]"#)
        #expect(fine.begin(at: rig.pool.clock.now).sentTo != nil)
        fine.clientLeft(at: rig.pool.clock.now)
        var named = try rig.exchange(#","fallbacks":["gpt-4o"]"#)
        let answer = named.begin(at: rig.pool.clock.now)
        #expect(answer.bytes?.hasPrefix("HTTP/1.1 403 ") == true)
        #expect(answer.bytes?.contains("'gpt-4o' is not available for this API key") == true)
        let other = try Rig { $0.models = ["gpt-4o"] }
        var denied = try other.exchange()
        #expect(denied.begin(at: other.pool.clock.now).bytes?.contains(#""code":"model_not_allowed""#) == true)
    }

    @Test func `a key's alias is the model it stands for`() throws {
        let rig = try Rig { ($0.models, $0.aliases) = (["llama3"], ["m": "llama3"]) }
        let head = CallHead(
            callID: CallID(high: 1, low: 1), random: 1, front: .openAIChat,
            caller: Caller(flow: 1, pass: try rig.ledger.pass(for: rig.key.hash, at: Self.wall)))
        var exchange = Exchange(
            head, body: ByteBuffer(string: #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#),
            balancer: rig.pool.balancer, routes: rig.pool.routes, settings: .init(rig.pool.settings),
            at: rig.pool.clock.now,
            unixSeconds: 1)
        #expect(exchange.begin(at: rig.pool.clock.now).sentTo != nil)
        exchange.clientLeft(at: rig.pool.clock.now)
    }

    @Test func `nothing is reserved where nothing binds, and the cost is summed all the same`() throws {
        let rig = try Rig { _ in }
        let now = rig.pool.clock.now
        var ledgerTime: LedgerTime { LedgerTime(wall: Self.wall, ticks: now.nanoseconds) }
        func served(_ number: UInt64) -> Bool {
            var exchange = rig.pool.exchange(ExchangeRig.chat(extra: #","user":"u""#), random: number)
            let isBound = exchange.spend != nil
            _ = exchange.begin(at: now)
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
            _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
            _ = exchange.upstreamEnded(at: now)
            return isBound
        }
        func sum() throws -> AccountStatus { try #require(rig.ledger.status(of: .global, at: ledgerTime)) }
        #expect(!served(1))
        #expect(try sum().spent == Self.cost && sum().total.requests == 1 && sum().total.promptTokens == 5)
        let entry = try #require(rig.ledger.takeBatch()?.entries.first)
        #expect(entry.money == Self.cost && entry.customer == "u")
        try rig.ledger.apply([.putCustomer(Customer(id: "u", stamps: Stamps(at: Self.wall, by: "t")))], at: Self.wall)
        #expect(served(2))
        #expect(try sum().spent == Self.cost + Self.cost && sum().total.requests == 2)
        #expect(rig.ledger.status(of: .customer("u"), at: ledgerTime)?.spent == Self.cost)
        try rig.ledger.apply(.removeCustomer("u"), at: Self.wall)
        var settings = LedgerSettings()
        settings.global.maxBudget = Money("0.02")
        #expect(!served(3))
        rig.ledger.configure(settings, at: Self.wall)
        #expect(served(4))
        #expect(try sum().total.requests == 3)
    }

    @Test func `a key's class and its promise to stay are those of its requests`() throws {
        let rig = try Rig { ($0.localOnly, $0.serviceClass) = (true, "batch") }
        let caller = Caller(flow: 1, pass: try rig.ledger.pass(for: rig.key.hash, at: Self.wall))
        #expect(caller.confinement == .key && caller.serviceClass == .batch)
    }

    @Test func `a key that a client sends as its user or as a tag stands in no book`() throws {
        let rig = try Rig { _ in }
        let extra = #","user":"sk-WQQ1xRqJSolQgVuq9J0d-A","metadata":{"tags":["t","sk-WQQ1xRqJSolQgVuq9J0d-A"]}"#
        var exchange = rig.pool.exchange(ExchangeRig.chat(extra: extra), random: 1)
        let now = rig.pool.clock.now
        _ = exchange.begin(at: now)
        _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: now)
        _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: now)
        _ = exchange.upstreamEnded(at: now)
        let entry = try #require(rig.ledger.takeBatch()?.entries.first)
        #expect(entry.customer == "sk-...0d-A" && entry.tags == ["t", "sk-...0d-A"])
    }
}
