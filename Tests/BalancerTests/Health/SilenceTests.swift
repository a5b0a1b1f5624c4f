import TestSupport
import Testing

@testable import Balancer

/// Servers of one thread, which answer no probe while they work, beside those that hang.
@Suite struct SilenceTests {
    private let probe = Duration.seconds(2)

    private func moment(_ seconds: Int) -> Moment { .zero + .seconds(seconds) }

    /// One that answered a probe at the beginning, and what is made of its silences.
    private final class Server {
        var silence = Silence()

        init() { silence.spoke(at: .zero) }

        func isWork(has: Bool, usual: Duration?, probe: Duration, at now: Moment) -> Bool {
            silence.isWork(has: has, usual: usual, probe: probe, at: now)
        }
    }

    @Test func `one that never spoke is not taken for one at work`() {
        let server = Server()
        server.silence = Silence()
        #expect(!server.isWork(has: true, usual: nil, probe: probe, at: moment(1)))
    }

    @Test func `without requests silence is a failure`() {
        let server = Server()
        #expect(!server.isWork(has: false, usual: .seconds(60), probe: probe, at: moment(3)))
    }

    @Test(arguments: [
        (nil, 29, true), (nil, 30, false), (5, 14, true), (5, 15, false), (60, 179, true), (1_000, 299, true),
        (1_000, 300, false),
    ])
    func `work explains it for three usual answers, and for half a minute where none is known`(
        usual: Int?, after: Int, isExplained: Bool
    ) {
        let server = Server()
        let usual = usual.map { Duration.seconds($0) }
        #expect(server.isWork(has: true, usual: usual, probe: probe, at: moment(after)) == isExplained)
    }

    @Test func `bytes that came since the probe began explain it whatever the time`() {
        let server = Server()
        server.silence.spoke(at: moment(100))
        #expect(server.isWork(has: true, usual: .zero, probe: probe, at: moment(101)))
        #expect(
            server.isWork(has: false, usual: .zero, probe: probe, at: moment(101)), "its last answer ended just now")
        #expect(!server.isWork(has: true, usual: .zero, probe: probe, at: moment(102)))
    }

    @Test func `a request that was given up keeps it at work until it speaks`() {
        let server = Server()
        #expect(server.isWork(has: true, usual: nil, probe: probe, at: moment(5)))
        #expect(server.isWork(has: false, usual: nil, probe: probe, at: moment(8)))
        server.silence.spoke(at: moment(9))
        #expect(!server.isWork(has: false, usual: nil, probe: probe, at: moment(12)))
    }

    @Test func `one that went on after a long silence is given twice as long the next time`() {
        let server = Server()
        #expect(!server.isWork(has: true, usual: .seconds(1), probe: probe, at: moment(20)))
        server.silence.spoke(at: moment(60))
        #expect(server.isWork(has: true, usual: .seconds(1), probe: probe, at: moment(179)))
        #expect(!server.isWork(has: true, usual: .seconds(1), probe: probe, at: moment(180)))
    }

    @Test func `what ended otherwise than in silence teaches nothing`() {
        let server = Server()
        #expect(!server.isWork(has: true, usual: .seconds(1), probe: probe, at: moment(20)))
        server.silence.broke()
        server.silence.spoke(at: moment(60))
        #expect(!server.isWork(has: true, usual: .seconds(1), probe: probe, at: moment(70)))
    }

    // MARK: In the pool

    private func silent(at now: Moment) -> ProbeReport {
        var report = ProbeReport.bad(0, "time-out")
        report.at = now
        report.latency = probe
        report.isSilence = true
        return report
    }

    /// After three probes without an answer in as many seconds: its state.
    private func state(
        mayFallSilent: Bool = true, isSilence: Bool = true, from start: Int = 2, streams: Bool = false
    ) async throws -> String {
        var fixture = PoolFixture("least-busy", size: 2, isProbed: true)
        fixture.spec.instances[0].mayFallSilent = mayFallSilent
        let (balancer, clock, _) = fixture.make()
        for instance in 0..<2 { await balancer.observe(.good(instance)) }
        let lease = try balancer.pick(ModelID(index: 0), .after(1))
        clock.advance(by: .seconds(start))
        for _ in 0..<3 {
            clock.advance(by: .seconds(1))
            if streams { balancer.heard(InstanceID(index: 0), at: clock.now) }
            var report = silent(at: clock.now)
            report.isSilence = isSilence
            await balancer.observe(report)
        }
        let state = balancer.states[0]
        lease.settle(.ignored)
        return state
    }

    @Test func `a server of one thread stays while it works on a request`() async throws {
        #expect(try await state() == "ready")
        #expect(try await state(mayFallSilent: false) == "down", "an Ollama answers its probes while it works")
        #expect(try await state(isSilence: false) == "down", "a refused connection is no work")
    }

    @Test func `it stays for as long as its stream goes on, and is taken out behind its time`() async throws {
        #expect(try await state(from: 500, streams: true) == "ready")
        #expect(try await state(from: 500) == "down")
    }
}
