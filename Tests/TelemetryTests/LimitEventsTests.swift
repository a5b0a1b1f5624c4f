import Balancer
import Testing

@testable import Telemetry

@Suite struct LimitEventsTests {
    @Test func `an episode begins with an event behind a minute without one`() {
        let counts = LimitCounts()
        let begins = [0, 1, 59, 119, 180, 240, 301].map {
            counts.add(.idleClosed, at: .zero + .seconds($0))
        }
        #expect(begins == [true, false, false, false, true, false, true])
        #expect(counts.add(.shortage, at: .zero), "each kind has its own")
    }

    @Test func `all kinds are published from the start`() {
        let counts = LimitCounts()
        _ = counts.add(.memoryRefused, at: .zero)
        var text = PrometheusText()
        counts.publish(into: &text)
        let lines = String(decoding: text.bytes, as: UTF8.self)
        #expect(lines.contains("gateway_limit_events_total{event=\"memory_refused\"} 1\n"))
        for event in LimitEvent.allCases { #expect(lines.contains("{event=\"\(event.rawValue)\"}")) }
    }
}
