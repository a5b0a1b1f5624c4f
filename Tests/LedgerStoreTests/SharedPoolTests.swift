import Balancer
import Ledger
import Logging
import PostgreSQL
import TestSupport
import Testing

@testable import LedgerStore

/// What several gateways over one database have in flight.
@Suite(.timeLimit(.minutes(2)), .serialized, .enabled(if: !Scratch.isSQLite, "run by scripts/with-postgresql"))
struct SharedPoolTests {
    let base: SharedStoreTests

    init() throws { base = try SharedStoreTests() }

    private func say(_ gateway: SharedStoreTests.Gateway, _ line: PoolWord.Line) async throws -> PoolNews {
        var report = gateway.ledger.report(at: SharedStoreTests.Gateway.time())
        report.pool = PoolWord([line]).bytes
        let answer = try await gateway.store.tell(report)
        let news = try #require(answer)
        _ = gateway.ledger.hear(news, of: report, at: SharedStoreTests.Gateway.time())
        let words = news.pool.flatMap { PoolNews($0) }
        return try #require(words)
    }

    private func line(_ inFlight: Int32, waiting: Int32 = 0, claim: Int32 = 0) -> PoolWord.Line {
        PoolWord.Line(
            place: SharedPlace(instance: 1, tag: 2, deployment: 3), inFlight: inFlight, waiting: waiting, cap: 4,
            claim: claim)
    }

    @Test func `the others hear what a gateway has in flight, and no claim on a cap is granted twice`() async throws {
        let (first, second) = try await base.pair()
        var news = try await say(first, line(3, claim: 4))
        #expect(news.others.isEmpty && news.granted.lines == [line(3, claim: 4)])
        news = try await say(second, line(0, waiting: 2))
        #expect(news.others.map(\.gateway) == [1] && news.others[0].word.lines == [line(3, claim: 4)])
        #expect(news.others[0].age < .seconds(1))
        #expect(news.granted.lines == [line(0, waiting: 2)], "all of the cap is claimed")
        _ = try await say(first, line(2, claim: 2))
        news = try await say(second, line(0, waiting: 2))
        #expect(news.granted.lines == [line(0, waiting: 2, claim: 2)])
        news = try await say(first, line(2, waiting: 9, claim: 2))
        #expect(news.granted.lines[0].claim == 2 && news.others[0].word.lines[0].claim == 2)
    }

    @Test func `one that is silent for two seconds or has ended is left out, and its claims are free`() async throws {
        let (first, second) = try await base.pair()
        _ = try await say(first, line(4, claim: 4))
        try Session(base.address).execute(script: "UPDATE drover.gateways SET at = at - 2000000 WHERE id = 1")
        var news = try await say(second, line(0, waiting: 4))
        #expect(news.others.isEmpty && news.granted.lines[0].claim == 4)
        news = try await say(first, line(0, waiting: 4))
        #expect(news.others.map(\.gateway) == [2] && news.granted.lines[0].claim == 0)
        _ = try await second.store.tell(second.ledger.lastReport(at: SharedStoreTests.Gateway.time()))
        news = try await say(first, line(0, waiting: 4))
        #expect(news.others.isEmpty && news.granted.lines[0].claim == 4)
    }

    @Test func `a word of another release is as good as none`() async throws {
        let (first, second) = try await base.pair()
        _ = try await say(first, line(1))
        try Session(base.address).execute(script: "UPDATE drover.gateways SET pool = '\\xff01' WHERE id = 1")
        #expect(try await say(second, line(0)).others.isEmpty)
        try Session(base.address).execute(script: "UPDATE drover.gateways SET pool = NULL WHERE id = 1")
        #expect(try await say(second, line(0)).others.isEmpty)
    }

    @Test func `two gateways see each other's requests, apart from their own`() async throws {
        let (first, second) = try await base.pair()
        let fixture = PoolFixture("least-busy", size: 2, maxParallel: 4)
        let pools = [0, 1].map { _ in PoolBalancer(fixture.spec, time: .live, observer: FactRecorder()) }
        let keepers = zip([first, second], pools).map { gateway, pool in
            ShareKeeper(
                gateway.ledger, store: gateway.store, pool: pool, time: .live, logger: Logger(label: "test"))
        }
        for (pool, id) in zip(pools, [1, 2] as [UInt64]) { await pool.join(as: id, isAlone: id == 1) }
        let model = ModelID(index: 0)
        let lease = try pools[0].pick(model, .after())
        for _ in 0..<4 {
            await keepers[0].tell()
            await keepers[1].tell()
        }
        #expect(pools[0].snapshot().inFlight == 1 && pools[0].snapshot().othersInFlight == 0)
        #expect(pools[1].snapshot().inFlight == 0 && pools[1].snapshot().othersInFlight == 1)
        // The other box is the less busy one, and each has two of a cap of four.
        let other = try pools[1].pick(model, .after())
        #expect(other.instance != lease.instance)
        lease.settle(.ignored)
        other.settle(.ignored)
        await keepers[0].tell()
        await keepers[1].tell()
        #expect(pools[1].snapshot().othersInFlight == 0)
        let leases = LeaseBox()
        for number in 0..<4 { leases.put(try pools[0].pick(model, .after()), as: number) }
        #expect(throws: PickError.self) { try pools[0].run(.ignored) }
        leases.settleAll()
    }
}
