import Balancer
import Gateway
import Locking
import Logging
import Telemetry
import TestSupport
import Testing

@testable import Exporters

@Suite struct ExportServiceTests {
    private let clock = ManualClock()
    private let other = OtherSide()

    private func service(_ inbox: ExportInbox, _ counts: ExportCounts) -> ExportService {
        func lane(_ name: String, _ wanted: RequestOutcome) -> any RecordExporter {
            FilteredExporter(
                ExportLane(
                    ExportPlace(name: name, url: "http://sink", headers: []), encoder: LangfuseEncoder { Sample.names },
                    transport: other.transport, counts: counts,
                    logger: Logger(label: "x") { _ in SwiftLogNoOpLogHandler() }, time: clock.source), isInside: true
            ) { $0.record.outcome == wanted }
        }
        return ExportService(
            inbox: inbox, exporters: [lane("good", .succeeded), lane("bad", .failed)], alerts: nil, curl: nil,
            time: clock.source)
    }

    @Test func `each exporter gets the requests that it is for`() {
        let counts = ExportCounts(exporters: ["good", "bad"])
        let inbox = ExportInbox(limit: 10, counts: counts)
        inbox.offer([Sample.item(), Sample.item()])
        inbox.offer([Sample.item { ($0.outcome, $0.error) = (.failed, 1) }])
        let service = service(inbox, counts)
        service.distribute()
        #expect(other.bodies.map { $0.contains("upstream_failed") } == [false, true])
        other.answer(200)
        other.answer(200)
        #expect(counts.count(.sent, of: "good") == 2)
        #expect(counts.count(.sent, of: "bad") == 1)
    }

    @Test func `the end of the gateway waits for no pause before another try`() async {
        let counts = ExportCounts(exporters: ["good", "bad"])
        let inbox = ExportInbox(limit: 10, counts: counts)
        let service = service(inbox, counts)
        inbox.offer([Sample.item()])
        service.distribute()
        other.answer(429, retryAfter: .seconds(60))
        service.distribute()
        #expect(other.requests.count == 1)
        let running = Task { await service.run() }
        running.cancel()
        await running.value
        #expect(other.requests.count == 2)
    }

    @Test func `once a second it carries what has come, and at the end what is left is counted`() async {
        let counts = ExportCounts(exporters: ["good", "bad"])
        let inbox = ExportInbox(limit: 10, counts: counts)
        let service = service(inbox, counts)
        let running = Task { await service.run() }
        inbox.offer([Sample.item()])
        #expect(await clock.nextSleep() == clock.now + ExportService.interval)
        #expect(other.requests.isEmpty)
        clock.advance(by: .seconds(1))
        #expect(await clock.nextSleep() == clock.now + ExportService.interval)
        #expect(other.requests.count == 1)
        running.cancel()
        await running.value
        // Its answer never came.
        #expect(counts.count(.dropped, of: "good") == 1)
    }
}
