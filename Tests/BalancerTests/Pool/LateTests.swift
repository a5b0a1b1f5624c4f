import Foundation
import TestSupport
import Testing

@testable import Balancer

/// Requests that have had nothing from their box for longer than it takes.
@Suite struct LateTests {
    private let model = ModelID(index: 0)

    /// A pool whose boxes have answered so many streams each, with a first token after so long.
    private func pool(
        _ strategy: String = "least-busy", size: Int = 3, answers: Int = 20, learns: Learning = .answers,
        first: Duration = .milliseconds(100), cap: Int? = nil
    ) async throws -> (balancer: PoolBalancer, clock: ManualClock) {
        let (balancer, clock, _) = PoolFixture(strategy, size: size, isProbed: true, maxParallel: cap).make()
        for box in 0..<size { await balancer.observe(.loaded(box, at: clock.now)) }
        for number in 0..<answers * size {
            clock.advance(by: .milliseconds(200))
            var request = Self.request(learns)
            for other in 0..<size where other != number % size { request.tried.insert(InstanceID(index: other)) }
            var lease = try balancer.pick(model, request)
            lease.firstToken(after: first)
            lease.settle(.success(first))
        }
        return (balancer, clock)
    }

    private static func request(_ learns: Learning = .answers, tried: Int...) -> PickRequest {
        var request = PickRequest.after()
        request.learns = learns
        for box in tried { request.tried.insert(InstanceID(index: box)) }
        return request
    }

    /// What has become of a request that got nothing where it was sent.
    private struct End {
        /// The seconds until another box was asked as well; nil: not within twelve minutes.
        var seconds: Double?
        var from = -1
        var to = -1
        /// The box that was left was found at fault.
        var isFault = false
    }

    /// Sends a request to a box that says nothing, and looks at it when it is said; the second box answers, if one is asked.
    ///
    /// - Parameters:
    ///   - heard: for so long the box answers others.
    ///   - lists: it goes on listing this.
    private func wait(
        _ balancer: PoolBalancer, _ clock: ManualClock, _ request: PickRequest = LateTests.request(),
        isStreamed: Bool = true, heard: Duration? = nil, lists: [String] = ["llama3.1:8b"], most: Int = 720
    ) async throws -> End {
        var lease = try balancer.pick(model, request)
        var end = End(from: lease.instance.index)
        let sent = clock.now
        var elsewhere = request
        elsewhere.tried.insert(lease.instance)
        while clock.now - sent < .seconds(most) {
            clock.advance(by: .seconds(1))
            if let heard, clock.now - sent < heard { balancer.heard(lease.instance, at: clock.now) }
            await balancer.observe(.loaded(lease.instance.index, lists, at: clock.now))
            switch lease.look(elsewhere, sent: sent, bytes: nil, isStreamed: isStreamed, at: clock.now) {
            case .leave: Issue.record("others have room")
            case .look(let next): #expect(next > clock.now)
            case .hedge(let other):
                end.seconds = (clock.now - sent).inSeconds
                end.to = other.instance.index
                end.isFault = lease.leave(sent: sent, bytes: nil, at: clock.now)
                lease.settle(end.isFault ? .failed(.timedOut) : .ignored)
                other.settle(.success())
                return end
            }
        }
        lease.settle(.ignored)
        return end
    }

    @Test func `those that began to be answered and then had nothing excuse none that came behind them`() async throws {
        let (balancer, clock) = try await pool()
        var request = Self.request()
        for other in 1..<3 { request.excluded.insert(DeploymentID(index: other)) }
        var elsewhere = Self.request(tried: 0)
        elsewhere.learns = request.learns
        var first = try balancer.pick(model, request)
        let firstSent = clock.now
        clock.advance(by: .milliseconds(100))
        var second = try balancer.pick(model, request)
        let secondSent = clock.now
        clock.advance(by: .milliseconds(100))
        // The heads of their answers come at once.
        balancer.heard(second.instance, at: clock.now)
        var due: [Moment] = []
        for _ in 0..<2 {
            await balancer.observe(.loaded(0, at: clock.now))
            switch first.look(elsewhere, sent: firstSent, bytes: nil, isStreamed: true, at: clock.now) {
            case .leave: Issue.record("others have room")
            case .look(let next): due.append(next)
            case .hedge(let other): other.settle(.ignored)
            }
            clock.advance(by: try #require(due.first) - clock.now)
        }
        #expect(due.count == 2, "it is late at the second look, and its box was heard of")
        clock.advance(by: .milliseconds(300))
        await balancer.observe(.loaded(0, at: clock.now))
        switch second.look(elsewhere, sent: secondSent, bytes: nil, isStreamed: true, at: clock.now) {
        case .look: Issue.record("it is late")
        case .leave: Issue.record("it is late")
        case .hedge(let other): other.settle(.success())
        }
        let isFault = second.leave(sent: secondSent, bytes: nil, at: clock.now)
        #expect(isFault)
        second.settle(.ignored)
        first.settle(.ignored)
    }

    @Test func `where one left without a proof, the next one waits until those before it are known as late`()
        async throws
    {
        let (balancer, clock) = try await pool()
        var request = Self.request()
        for other in 1..<3 { request.excluded.insert(DeploymentID(index: other)) }
        let elsewhere = Self.request(tried: 0)
        // Nobody has looked at the first one yet.
        let first = try balancer.pick(model, request)
        var second = try balancer.pick(model, request)
        var third = try balancer.pick(model, request)
        let sent = clock.now
        clock.advance(by: .seconds(4))
        await balancer.observe(.loaded(0, at: clock.now))
        switch second.look(elsewhere, sent: sent, bytes: nil, isStreamed: true, at: clock.now) {
        case .look: Issue.record("it is late")
        case .leave: Issue.record("it is late")
        case .hedge(let other): other.settle(.success())
        }
        let isFault = second.leave(sent: sent, bytes: nil, at: clock.now)
        #expect(!isFault)
        second.settle(.ignored)
        var due: [Moment] = []
        for _ in 0..<3 {
            await balancer.observe(.loaded(0, at: clock.now))
            switch third.look(elsewhere, sent: sent, bytes: nil, isStreamed: true, at: clock.now) {
            case .leave: Issue.record("others have room")
            case .look(let next):
                due.append(next)
                clock.advance(by: next - clock.now)
            case .hedge(let other): other.settle(.success())
            }
        }
        #expect(due.count == 3 && due[2] - sent == .milliseconds(4600))
        third.settle(.ignored)
        first.settle(.ignored)
    }

    @Test(arguments: Strategies.names)
    func `a box that says nothing is late by what it has shown, not by the limit of an attempt`(strategy: String)
        async throws
    {
        let (balancer, clock) = try await pool(strategy)
        let end = try await wait(balancer, clock)
        #expect(try #require(end.seconds) <= 3)
        #expect(end.to != end.from && end.isFault)
        #expect(balancer.snapshot().inFlight == 0)
    }

    @Test func `one that was left twice is out at once, and only a request that succeeds brings it back`() async throws
    {
        let (balancer, clock) = try await pool()
        var left = [0, 0, 0]
        while balancer.snapshot().deployments.allSatisfy({ $0.breaker == "closed" }), left.max()! < 20 {
            let end = try await wait(balancer, clock)
            if end.isFault { left[end.from] += 1 }
        }
        let out = try #require(balancer.snapshot().deployments.firstIndex { $0.breaker == "open" })
        #expect(left[out] == 2)
        // Lists are no word of health.
        for _ in 0..<10 { await balancer.observe(.loaded(out, at: clock.now)) }
        #expect(balancer.snapshot().deployments[out].breaker == "open")
        clock.advance(by: .seconds(60))
        for _ in 0..<3 { await balancer.observe(.loaded(out, at: clock.now)) }
        #expect(try balancer.run(.success(), after: Self.request()) == out)
        #expect(balancer.snapshot().deployments[out].breaker == "closed")
    }

    @Test func `one alone is waited for, whatever it takes`() async throws {
        let (balancer, clock) = try await pool(size: 1)
        #expect(try await wait(balancer, clock).seconds == nil)
    }

    @Test func `of a pool of which nothing is known nobody is late by a guess`() async throws {
        let (balancer, clock) = try await pool(answers: 0)
        #expect(try await wait(balancer, clock).seconds == nil)
    }

    @Test func `a box of which nothing is known has much longer than those that are known`() async throws {
        let (balancer, clock, _) = PoolFixture("round-robin", size: 2, isProbed: true).make()
        for box in 0..<2 { await balancer.observe(.loaded(box, at: clock.now)) }
        var only = Self.request()
        only.excluded.insert(DeploymentID(index: 1))
        for _ in 0..<10 { try balancer.run(.success(.seconds(1)), after: only) }
        var end = End()
        while end.from != 1 { end = try await wait(balancer, clock) }
        #expect(try #require(end.seconds) >= 20 && end.seconds! < 90)
    }

    @Test func `whole answers have the time of the other boxes where too few of them are known`() async throws {
        let (balancer, clock, _) = PoolFixture("round-robin", size: 2, isProbed: true).make()
        for box in 0..<2 { await balancer.observe(.loaded(box, at: clock.now)) }
        var only = Self.request()
        only.excluded.insert(DeploymentID(index: 1))
        for _ in 0..<10 { try balancer.run(.success(.seconds(1)), after: only) }
        var end = End()
        while end.from != 1 { end = try await wait(balancer, clock, isStreamed: false) }
        #expect(try #require(end.seconds) >= 20 && end.seconds! < 180)
    }

    @Test func `a box that works for others is given more time, and is at no fault`() async throws {
        let (balancer, clock) = try await pool()
        let end = try await wait(balancer, clock, heard: .seconds(60))
        #expect(try #require(end.seconds) > 4 && end.seconds! < 20)
        #expect(!end.isFault)
    }

    @Test func `a box that works for another gateway is at no fault`() async throws {
        let (balancer, clock) = try await pool()
        await balancer.join(as: 1, isAlone: true)
        let line = PoolWord(
            (0..<3).map { box in
                let spec = PoolFixture("least-busy", size: 3, isProbed: true).spec
                return PoolWord.Line(
                    place: SharedPlace(spec.deployments[box], on: spec.instances[box]), inFlight: 1, waiting: 0)
            })
        var store = PoolMeeting()
        _ = store.tell(line, of: 2, at: clock.now)
        await balancer.hear(store.tell(await balancer.word(), of: 1, at: clock.now), saidAt: clock.now)
        let end = try await wait(balancer, clock)
        #expect(end.seconds != nil && !end.isFault)
    }

    @Test func `a load is not cut short, nor is another begun`() async throws {
        let (balancer, clock) = try await pool()
        for box in 0..<3 { await balancer.observe(.loaded(box, [], at: clock.now)) }
        #expect(try await wait(balancer, clock, lists: []).seconds == nil, "the others would have to load it too")
        // One of the others has it.
        await balancer.observe(.loaded(2, at: clock.now))
        let end = try await wait(balancer, clock, Self.request(tried: 1, 2), lists: [])
        #expect(end.seconds == nil || end.seconds! >= 300, "no load of it was ever seen: it has Ollama's own limit")
    }

    @Test func `a model that was put out before the request came is loaded, and not late by warm answers`() async throws
    {
        let (balancer, clock) = try await pool()
        let end = try await wait(balancer, clock, lists: [])
        #expect(end.seconds.map { $0 >= 300 } ?? true)
    }

    @Test func `a model that thinks is held to its own times`() async throws {
        let (balancer, clock) = try await pool(learns: .thoughts)
        #expect(try await wait(balancer, clock).seconds == nil)
        #expect(try await wait(balancer, clock, Self.request(.thoughts)).seconds != nil)
        #expect(try await wait(balancer, clock, Self.request(.nothing)).seconds == nil)
    }

    @Test func `a whole answer has the time of one`() async throws {
        let (balancer, clock) = try await pool()
        let end = try await wait(balancer, clock, isStreamed: false)
        #expect(try #require(end.seconds) > 3 && end.seconds! < 10)
    }

    @Test func `of healthy boxes no more than a twentieth of the requests is asked twice, some at once`() async throws {
        let (balancer, clock) = try await pool()
        var hedges = 0
        for _ in 0..<400 where try await wait(balancer, clock, heard: .seconds(60), most: 15).seconds != nil {
            hedges += 1
        }
        // The 60 answers before count as well.
        #expect((1...Int(0.05 * 460) + 8).contains(hedges), "\(hedges)")
    }

    /// Half of the first tokens within 5 s, one of a hundred after 94 s, as was measured of models that think.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `healthy boxes of slow and uneven first tokens have under one of a hundred asked twice`(seed: UInt64)
        async throws
    {
        let (balancer, clock) = try await pool(answers: 0)
        // They list the model from here on.
        for box in 0..<3 { await balancer.observe(.loaded(box, at: clock.now + .seconds(10_000_000))) }
        var random = RandomSource(seed: seed)
        var hedges = 0
        for _ in 0..<3_000 {
            var lease = try balancer.pick(model, Self.request(.thoughts))
            let sent = clock.now
            let normal = (-2 * log(1 - random.unit())).squareRoot() * cos(2 * Double.pi * random.unit())
            let first = Duration.seconds(5 * exp(1.26 * normal))
            var elsewhere = Self.request(.thoughts)
            elsewhere.tried.insert(lease.instance)
            var look = sent + .seconds(1)
            while look < sent + first {
                clock.advance(by: look - clock.now)
                switch lease.look(elsewhere, sent: sent, bytes: nil, isStreamed: true, at: clock.now) {
                case .leave: Issue.record("others have room")
                case .look(let next): look = next
                case .hedge(let other):
                    hedges += 1
                    other.settle(.ignored)
                    lease.endHedge(wasOfUse: true)
                    look = sent + first
                }
            }
            clock.advance(by: sent + first - clock.now)
            balancer.heard(lease.instance, at: clock.now)
            lease.firstToken(after: first)
            lease.settle(.success(first))
        }
        #expect(hedges < 30, "\(hedges) of 3,000")
        #expect(balancer.snapshot().deployments.allSatisfy { $0.failures == 0 && $0.breaker == "closed" })
    }

    /// What a silent box's request is told after so many seconds, while others wait for a place at the box that works, or for none.
    private func verdict(
        seconds: Int, isQueue: Bool = true, lists: [String] = ["llama3.1:8b"], heard: Bool = false
    ) async throws -> String {
        let (balancer, clock) = try await pool(size: 2, cap: 1)
        for box in 0..<2 { await balancer.observe(.loaded(box, at: clock.now)) }
        var late = try balancer.pick(model, Self.request(tried: 1))
        let other = try balancer.pick(model, Self.request(tried: 0))
        let box = LeaseBox()
        if isQueue { _ = try balancer.wait(for: model, Self.request()) { box.put($0, as: 0) } }
        let sent = clock.now
        var told = "look"
        for _ in 0..<seconds where told == "look" {
            clock.advance(by: .seconds(1))
            if heard { balancer.heard(late.instance, at: clock.now) }
            await balancer.observe(.loaded(0, lists, at: clock.now))
            await balancer.observe(.loaded(1, at: clock.now))
            switch late.look(Self.request(tried: 0), sent: sent, bytes: nil, isStreamed: true, at: clock.now) {
            case .look: break
            case .hedge(let other):
                told = "hedge"
                other.settle(.ignored)
            case .leave: told = late.leave(sent: sent, bytes: nil, at: clock.now) ? "leave" : "leave without fault"
            }
        }
        late.settle(.ignored)
        other.settle(.ignored)
        box.settleAll()
        #expect(balancer.snapshot().inFlight == 0)
        return told
    }

    @Test func `a request that nobody answers goes to the line for the others where these are full`() async throws {
        #expect(try await verdict(seconds: 60) == "leave")
        #expect(try await verdict(seconds: 60, isQueue: false) == "leave")
        // It is late after two seconds and loses its place here only after four.
        #expect(try await verdict(seconds: 2) == "look")
        #expect(try await verdict(seconds: 120, heard: true) == "look", "its box works for others")
        #expect(try await verdict(seconds: 120, lists: []) == "look", "a load is not cut short")
    }

    @Test func `one request at a time shows whether a box answers nobody`() async throws {
        let (balancer, clock) = try await pool()
        var leases: [LeaseHolder] = []
        for _ in 0..<3 { leases.append(LeaseHolder(try balancer.pick(model, Self.request(tried: 1, 2)))) }
        let sent = clock.now
        clock.advance(by: .seconds(3))
        await balancer.observe(.loaded(0, at: clock.now))
        var asked = 0
        for lease in leases where lease.isHedged(Self.request(tried: 0), sent: sent, at: clock.now) { asked += 1 }
        #expect(asked == 1)
        for lease in leases { lease.end() }
        #expect(balancer.snapshot().inFlight == 0)
    }

    /// Leases for a list.
    private final class LeaseHolder {
        private var lease: Lease?
        init(_ lease: consuming Lease) { self.lease = consume lease }

        func isHedged(_ request: PickRequest, sent: Moment, at now: Moment) -> Bool {
            switch lease!.look(request, sent: sent, bytes: nil, isStreamed: true, at: now) {
            case .look: return false
            case .leave: return false
            case .hedge(let other):
                other.settle(.ignored)
                return true
            }
        }

        func end() { lease.take()?.settle(.ignored) }
    }
}
