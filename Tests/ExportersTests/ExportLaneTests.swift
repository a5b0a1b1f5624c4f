import Curl
import Exporters
import Logging
import Telemetry
import TestSupport
import Testing

@Suite struct ExportLaneTests {
    private let clock = ManualClock()
    private let other = OtherSide()
    private let counts = ExportCounts(exporters: ["x"])
    private let log = LogCatcher.Lines()

    private func lane(_ change: (inout ExportSettings) -> Void = { _ in }) -> ExportLane<NumberEncoder> {
        var settings = ExportSettings()
        change(&settings)
        return ExportLane(
            ExportPlace(name: "x", url: "http://sink/path", headers: [CurlRequest.Header("Authorization", "secret")]),
            encoder: NumberEncoder(), settings: settings, transport: other.transport, counts: counts,
            logger: log.logger, time: clock.source)
    }

    private func ended(_ result: ExportCounts.Result) -> UInt64 { counts.count(result, of: "x") }

    @Test func `what came together goes in one body`() throws {
        let lane = lane()
        lane.offer([1, 2])
        lane.offer([3])
        #expect(other.requests.isEmpty)
        lane.tick()
        let request = try #require(other.requests.first)
        #expect(request.url == "http://sink/path")
        #expect(request.headers.map(\.name) == ["Content-Type", "Authorization"])
        #expect(other.bodies == ["1,2,3"])
        #expect(!lane.isIdle)
        other.answer(200)
        #expect(lane.isIdle)
        #expect(ended(.sent) == 3)
    }

    @Test func `one body is on its way at a time, and the next follows its answer`() {
        let lane = lane { $0.mostInBatch = 2 }
        lane.offer([1, 2, 3, 4, 5])
        lane.tick()
        lane.tick()
        #expect(other.bodies == ["1,2"])
        other.answer(200)
        #expect(other.bodies == ["1,2", "3,4"])
        other.answer(200)
        other.answer(202)
        #expect(other.bodies == ["1,2", "3,4", "5"])
        #expect(ended(.sent) == 5)
    }

    @Test func `a side that never answers costs a queue, and what finds no room is counted`() {
        let lane = lane { ($0.mostQueued, $0.mostInBatch) = (3, 2) }
        lane.offer([1, 2])
        lane.tick()
        for number in 3...9 { lane.offer([number]) }
        for _ in 0..<100 { lane.tick() }
        #expect(other.requests.count == 1)
        #expect(other.requests[0].totalTimeout == .seconds(10))
        #expect(ended(.dropped) == 4)
        #expect(lane.waiting == 5)
        other.end(.failure(.timedOut("no answer", isConnected: true)))
        clock.advance(by: .seconds(1))
        lane.tick()
        other.answer(200)
        other.answer(200)
        other.answer(200)
        #expect(other.bodies == ["1,2", "1,2", "3,4", "5"])
        #expect(ended(.sent) == 5)
    }

    @Test(arguments: [408, 429, 500, 503])
    func `what may yet be taken is tried again, later each time, and given up in the end`(status: Int) {
        let lane = lane { $0.tries = 3 }
        lane.offer([7])
        lane.tick()
        other.answer(status)
        clock.advance(by: .milliseconds(999))
        lane.tick()
        #expect(other.bodies == ["7"])
        clock.advance(by: .milliseconds(1))
        lane.tick()
        #expect(other.bodies == ["7", "7"])
        other.answer(status)
        clock.advance(by: .milliseconds(1_999))
        lane.tick()
        #expect(other.bodies.count == 2)
        clock.advance(by: .milliseconds(1))
        lane.tick()
        #expect(other.bodies.count == 3)
        other.answer(status)
        #expect(lane.isIdle)
        #expect(ended(.failed) == 1)
        lane.offer([8])
        lane.tick()
        #expect(other.bodies.last == "8")
    }

    @Test(arguments: [(5, 5), (1, 2), (86_400, 60)])
    func `a side that asks for time has it, within bounds`(asked: Int, waited: Int) {
        let lane = lane()
        lane.offer([7])
        lane.tick()
        other.answer(503)
        clock.advance(by: .seconds(1))
        lane.tick()
        other.answer(429, retryAfter: .seconds(asked))
        clock.advance(by: .seconds(waited) - .milliseconds(1))
        lane.tick()
        #expect(other.bodies.count == 2)
        clock.advance(by: .milliseconds(1))
        lane.tick()
        #expect(other.bodies.count == 3)
        other.answer(200)
        #expect(ended(.sent) == 1)
    }

    @Test func `an answer that is too long is not asked for again`() {
        let lane = lane()
        lane.offer([7])
        lane.tick()
        other.end(.failure(.bodyTooLarge(limit: 1)))
        #expect(lane.isIdle)
        #expect(ended(.failed) == 1)
    }

    @Test(arguments: [301, 400, 401, 404, 413])
    func `what is refused is not sent again`(status: Int) {
        let lane = lane()
        lane.offer([1, 2])
        lane.tick()
        other.answer(status)
        #expect(lane.isIdle)
        #expect((ended(.failed), ended(.sent)) == (2, 0))
    }

    @Test func `parts of a body may be refused`() {
        let lane = lane()
        lane.offer([1, 2, 3])
        lane.tick()
        other.answer(207, "1")
        #expect((ended(.failed), ended(.sent)) == (1, 2))
        lane.offer([4])
        lane.tick()
        other.answer(207, "0")
        #expect(
            log.texts == [
                "warning: An exporter's records are not taken; requests are not concerned. exporter=x reason=1 of 3 records were refused",
                "notice: An exporter's records are taken again. exporter=x",
            ])
    }

    @Test func `where there is nothing to say nothing is sent`() {
        let lane = lane()
        lane.offer([-1])
        lane.tick()
        #expect(other.requests.isEmpty)
        #expect(lane.isIdle)
    }

    @Test func `at the end everything left is counted, and nothing more is taken`() {
        let lane = lane { $0.mostInBatch = 2 }
        lane.offer([1, 2, 3])
        lane.tick()
        lane.end()
        #expect(ended(.dropped) == 3)
        lane.offer([4])
        #expect(ended(.dropped) == 4)
        // The answer comes too late to count.
        other.answer(200)
        #expect(ended(.sent) == 0)
        #expect(other.requests.count == 1)
    }
}
