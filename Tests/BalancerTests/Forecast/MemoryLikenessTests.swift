import Testing

@testable import Balancer

/// Equal instances tell each other what their loads show of their memory.
@Suite struct MemoryLikenessTests {
    private static let gigabyte: Int64 = 1_000_000_000

    /// Three instances with two models; the first two read and write as fast, if they were measured.
    private func forecast(measured: Set<Int> = [0, 1, 2]) -> Forecast {
        var forecast = Forecast()
        for instance in 0..<3 {
            forecast.addInstance(isProbed: true)
            for tag in ["a", "b"] { forecast.addDeployment(on: instance, tag: tag, slots: 4) }
        }
        for instance in measured { measure(&forecast, instance) }
        return forecast
    }

    private func measure(_ forecast: inout Forecast, _ instance: Int) {
        let placement = Int(forecast.instances[instance].firstPlacement)
        let factor = instance == 2 ? 3.0 : 1
        forecast.placements[placement].prefill.record(0.001 * factor, at: 0)
        forecast.placements[placement].decode.record(0.02 * factor, streams: 1)
        forecast.measured(placement)
    }

    private func model(_ tag: String, _ gigabytes: Int64, onCard: Int64? = nil) -> LoadedModel {
        LoadedModel(
            model: tag, contextLength: nil, size: gigabytes * Self.gigabyte,
            sizeVRAM: (onCard ?? gigabytes) * Self.gigabyte, expiresAt: "")
    }

    @Test func `what is seen on one counts for its like and for no other`() {
        var forecast = forecast()
        forecast.observe([model("a", 9), model("b", 9)], on: 0, seen: 1, at: 1)
        #expect(forecast.instances[0].memory.own.atLeast == 18e9)
        forecast.instances[0].memory.recordEviction(9e9, beside: 18e9, count: 2)
        forecast.shareMemory(of: 0, since: MemoryBelief.Bounds())
        #expect(!forecast.instances[1].memory.fits(9e9, beside: 20e9, count: 2))
        #expect(forecast.instances[2].memory.isBlank)
    }

    @Test func `one that is measured later finds out at its next look`() {
        var forecast = forecast(measured: [0])
        forecast.observe([model("a", 9, onCard: 8)], on: 0, seen: 1, at: 1)
        forecast.observe([], on: 1, seen: 1, at: 1)
        #expect(forecast.instances[1].memory.isBlank)
        // The size that was seen makes what was measured before another figure per byte.
        for instance in 0..<2 { measure(&forecast, instance) }
        forecast.observe([], on: 1, seen: 2, at: 2)
        #expect(!forecast.instances[1].memory.fits(4e9, beside: 4e9, count: 1))
    }

    @Test func `one that was restarted is told nothing by itself`() {
        var forecast = forecast()
        forecast.observe([model("a", 9, onCard: 8)], on: 0, seen: 1, at: 1)
        forecast.cameBack(1, at: 2)
        #expect(forecast.instances[1].memory.isBlank)
    }
}
