import TestSupport
import Testing

@testable import Balancer

/// What others have in flight counts beside one's own, and is forgotten when they are gone.
@Suite struct OtherGatewaysTests {
    /// A gateway's pool and its side of the exchange, on a clock of the test.
    private struct Rig: ~Copyable {
        var pool: PoolState
        var exchange: PoolExchange
        let id: UInt64

        init(_ fixture: PoolFixture, id: UInt64 = 1, isAlone: Bool = false) {
            pool = PoolState(fixture.spec, at: .zero)
            self.id = id
            exchange = PoolExchange(gateway: id, isAlone: isAlone)
            exchange.enlist(pool.places())
            pool.take(exchange.load(), at: .zero)
        }

        mutating func talk(_ store: inout PoolMeeting, at now: Moment) {
            let news = store.tell(exchange.word(pool.loads()), of: id, at: now)
            if let load = exchange.hear(news, saidAt: now, at: now) { pool.take(load, at: now) }
        }

        mutating func lapse(at now: Moment) { if let load = exchange.lapse(at: now) { pool.take(load, at: now) } }

        mutating func pick(at now: Moment) throws -> Int {
            Int(try pool.pick(0, .after(), at: now).get().instance)
        }
    }

    private static func moment(_ milliseconds: Int) -> Moment { .zero + .milliseconds(milliseconds) }

    /// A word of one gateway with so many in flight at each deployment of the fixture.
    private static func word(_ fixture: PoolFixture, _ counts: [Int32]) -> PoolWord {
        PoolWord(
            zip(fixture.spec.deployments, counts).map {
                PoolWord.Line(
                    place: SharedPlace($0, on: fixture.spec.instances[$0.instance.index]), inFlight: $1, waiting: 0)
            })
    }

    @Test(arguments: ["least-busy", "power-of-two", "peak-ewma", "latency-based", "soonest", "prefix-affinity"])
    func `every strategy that counts sees what others have in flight`(strategy: String) throws {
        let fixture = PoolFixture(strategy, size: 2)
        var rig = Rig(fixture)
        var store = PoolMeeting()
        _ = store.tell(Self.word(fixture, [20, 0]), of: 2, at: Self.moment(0))
        rig.talk(&store, at: Self.moment(10))
        for _ in 0..<3 { #expect(try rig.pick(at: Self.moment(20)) == 1) }
    }

    @Test func `own counts stay one's own, and those of others stand beside them`() throws {
        let fixture = PoolFixture("least-busy", size: 2)
        var rig = Rig(fixture)
        var store = PoolMeeting()
        _ = store.tell(Self.word(fixture, [2, 5]), of: 2, at: Self.moment(0))
        _ = store.tell(Self.word(fixture, [1, 0]), of: 3, at: Self.moment(0))
        rig.talk(&store, at: Self.moment(10))
        #expect(try rig.pick(at: Self.moment(20)) == 0)
        let snapshot = rig.pool.frame(at: Self.moment(20)).snapshot()
        #expect(snapshot.inFlight == 1 && snapshot.instances.map(\.inFlight) == [1, 0])
        #expect(snapshot.othersInFlight == 8 && snapshot.instances.map(\.othersInFlight) == [3, 5])
        #expect(snapshot.deployments.map(\.othersInFlight) == [3, 5])
    }

    @Test func `one that says nothing is forgotten within two seconds, by the store or without it`() throws {
        let fixture = PoolFixture("least-busy", size: 2)
        for isStoreThere in [true, false] {
            var rig = Rig(fixture)
            var store = PoolMeeting()
            _ = store.tell(Self.word(fixture, [4, 0]), of: 2, at: Self.moment(0))
            for time in stride(from: 100, through: 1_700, by: 100) {
                if isStoreThere || time == 100 { rig.talk(&store, at: Self.moment(time)) }
                rig.lapse(at: Self.moment(time))
                #expect(rig.pool.instances[0].outside == 4, "\(time) ms")
            }
            if isStoreThere { rig.talk(&store, at: Self.moment(1_900)) }
            rig.lapse(at: Self.moment(1_900))
            #expect(rig.pool.instances[0].outside == 0 && rig.pool.instances[0].load == 0)
        }
    }

    @Test func `one that ends is forgotten with the next word, and one that is alone again has all of a cap`() throws {
        let fixture = PoolFixture("least-busy", size: 2, maxParallel: 4)
        var first = Rig(fixture, id: 1, isAlone: true)
        var second = Rig(fixture, id: 2)
        var store = PoolMeeting()
        #expect(second.pool.deployments[0].maxParallel == 0)
        for time in stride(from: 0, to: 1_500, by: 250) {
            first.talk(&store, at: Self.moment(time))
            second.talk(&store, at: Self.moment(time + 10))
        }
        #expect(first.pool.deployments[0].maxParallel == 2 && second.pool.deployments[0].maxParallel == 2)
        _ = try second.pick(at: Self.moment(1_500))
        second.talk(&store, at: Self.moment(1_500))
        first.talk(&store, at: Self.moment(1_510))
        #expect(first.pool.instances.indices.contains { first.pool.instances[$0].outside == 1 })
        store.leave(2)
        first.talk(&store, at: Self.moment(1_700))
        #expect(first.pool.instances.indices.allSatisfy { first.pool.instances[$0].outside == 0 })
        if let load = first.exchange.beAlone() { first.pool.take(load, at: Self.moment(1_800)) }
        #expect(first.pool.deployments[0].maxParallel == 4)
    }

    @Test func `an answer that comes too late raises nothing`() {
        let fixture = PoolFixture("least-busy", size: 1, maxParallel: 4)
        var rig = Rig(fixture)
        var store = PoolMeeting()
        let news = store.tell(rig.exchange.word(rig.pool.loads()), of: 1, at: Self.moment(0))
        #expect(news.granted.lines.map(\.claim) == [4])
        #expect(rig.exchange.hear(news, saidAt: Self.moment(0), at: Self.moment(1_750)) == nil)
    }

    @Test func `a slot that others have is not promised again, and what comes free is divided among those who wait`() {
        var fixture = PoolFixture("soonest", size: 1)
        fixture.spec.deployments[0].slots = 4
        var rig = Rig(fixture)
        var store = PoolMeeting()
        var word = Self.word(fixture, [4])
        _ = store.tell(word, of: 2, at: Self.moment(0))
        rig.talk(&store, at: Self.moment(10))
        guard case .failure(.full) = rig.pool.pick(0, .after(), at: Self.moment(20)) else {
            Issue.record("all slots are taken")
            return
        }
        // Two are free, and the other one has requests waiting: one of the two is left to it.
        word.lines[0].inFlight = 2
        word.lines[0].waiting = 9
        _ = store.tell(word, of: 2, at: Self.moment(250))
        rig.talk(&store, at: Self.moment(260))
        #expect(
            (0..<4).map { _ in (try? rig.pool.pick(0, .after(), at: Self.moment(270)).get()) != nil } == [
                true, false, false, false,
            ])
        // Nobody waits there any more.
        word.lines[0].waiting = 0
        _ = store.tell(word, of: 2, at: Self.moment(500))
        rig.talk(&store, at: Self.moment(510))
        #expect((try? rig.pool.pick(0, .after(), at: Self.moment(520)).get()) != nil)
    }

    @Test func `a place that the queue takes at once never looks free to others`() throws {
        let fixture = PoolFixture("soonest", size: 1)
        var rig = Rig(fixture)
        func said(_ inFlight: Int32, waiting: Int32) -> Int32? {
            rig.exchange.word(PoolLoads(inFlight: [inFlight], waiting: [waiting])).lines.first?.inFlight
        }
        #expect(said(4, waiting: 2) == 4)
        // Between an end and the plan that follows it.
        #expect(said(3, waiting: 2) == 4)
        // It has been free for a whole word.
        #expect(said(3, waiting: 2) == 3)
        #expect(said(2, waiting: 0) == 2)
        #expect(said(0, waiting: 0) == nil)
    }

    @Test func `gateways with other names, orders and deployments mean the same boxes`() throws {
        let fixture = PoolFixture("least-busy", size: 3)
        var other = fixture
        other.spec.instances.swapAt(0, 2)
        other.spec.instances[0].name = "my box"
        other.addModel("mistral", strategy: "least-busy", onFirst: 1)
        var first = Rig(fixture, id: 1)
        var second = Rig(other, id: 2)
        var store = PoolMeeting()
        // On the third box of the first gateway, which is the first box of the other one.
        _ = second.pool.pick(1, .after(), at: .zero)
        second.talk(&store, at: Self.moment(0))
        first.talk(&store, at: Self.moment(10))
        #expect(first.pool.instances.indices.map { first.pool.instances[$0].outside } == [0, 0, 1])
    }

    @Test(arguments: Strategies.names, [1, 2, 3] as [UInt64])
    func `whatever others say, counts are zero at rest and no request is forgotten`(strategy: String, seed: UInt64) {
        let fixture = PoolFixture(strategy, size: 3, maxParallel: 3)
        var random = RandomSource(seed: seed)
        var rig = Rig(fixture)
        var store = PoolMeeting()
        var now = Moment.zero
        var held: [Grant] = []
        func collect() { for granted in rig.pool.takeEffects()?.granted ?? [] { held.append(granted.grant) } }
        for _ in 0..<2_000 {
            now = now + .milliseconds(random.below(80))
            switch random.below(8) {
            case 0, 1, 2:
                switch rig.pool.pick(0, .after(), at: now) {
                case .success(let grant): held.append(grant)
                case .failure:
                    _ = rig.pool.wait(0, .after(), granted: { _ in }, refused: { _ in }, at: now)
                }
            case 3, 4:
                guard !held.isEmpty else { break }
                rig.pool.settle(held.remove(at: random.below(held.count)), .success(), sampled: false, at: now)
            case 5:
                var word = Self.word(fixture, (0..<3).map { _ in Int32(random.below(5)) })
                for line in word.lines.indices {
                    word.lines[line].cap = 3
                    word.lines[line].claim = min(word.lines[line].inFlight, 3)
                    word.lines[line].waiting = Int32(random.below(3))
                }
                _ = store.tell(word, of: 2 + UInt64(random.below(2)), at: now)
            case 6: rig.talk(&store, at: now)
            default:
                rig.lapse(at: now)
                rig.pool.serveAll(at: now)
            }
            collect()
        }
        for _ in 0..<200 {
            now = now + .milliseconds(250)
            rig.talk(&store, at: now)
            rig.pool.serveAll(at: now)
            collect()
            while let grant = held.popLast() { rig.pool.settle(grant, .success(), sampled: false, at: now) }
            collect()
        }
        #expect(rig.pool.waiting == 0 && held.isEmpty && rig.pool.inFlight == 0)
        #expect(rig.pool.instances.indices.allSatisfy { rig.pool.instances[$0].load == 0 })
        #expect(rig.pool.deployments.indices.allSatisfy { rig.pool.deployments[$0].inFlight == 0 })
        if let forecast = rig.pool.forecast {
            #expect(forecast.placements.allSatisfy { $0.busy == 0 })
            #expect(forecast.instances.allSatisfy { $0.running == 0 && $0.outside == 0 && $0.active == 0 })
        }
    }
}
