import Testing

@testable import Balancer

@Suite struct DecodeCurveTests {
    @Test func `takes the usual slope while all samples are at one load`() throws {
        var curve = DecodeCurve()
        for _ in 0..<20 { curve.record(0.02 * 1.6, streams: 4) }
        let alone = try #require(curve.alone)
        #expect(abs(curve.slope - 0.2) < 0.01)
        #expect(abs(alone - 0.02) < 0.001)
    }

    @Test(arguments: [0.0, 0.05, 0.5]) func `finds the true slope from different loads`(slope: Double) throws {
        var curve = DecodeCurve()
        for round in 0..<40 {
            let streams = Double(round % 4 + 1)
            curve.record(0.01 * (1 + slope * (streams - 1)), streams: streams)
        }
        #expect(abs(curve.slope - slope) < 0.06)
        #expect(abs(try #require(curve.alone) - 0.01) < 0.001)
    }

    @Test func `follows a box that becomes five times slower`() throws {
        var curve = DecodeCurve()
        for _ in 0..<50 { curve.record(0.01, streams: 1) }
        for _ in 0..<20 { curve.record(0.05, streams: 1) }
        #expect(try #require(curve.alone) > 0.04)
    }
}
