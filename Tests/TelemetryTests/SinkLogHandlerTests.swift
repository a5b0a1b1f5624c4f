import Gateway
import Logging
import Telemetry
import Testing

@Suite struct SinkLogHandlerTests {
    @Test func `a line is one JSON object with metadata as fields`() {
        let bench = TelemetryBench()
        var logger = bench.telemetry.logger("pool")
        logger[metadataKey: "instance.id"] = "gpu-1"
        logger.notice("an instance went down", metadata: ["reason": "no \"route\"\n"])
        #expect(
            bench.written() == #"{"time":"2026-11-23T12:00:00.123Z","level":"notice","logger":"pool","#
                + #""message":"an instance went down","instance.id":"gpu-1","reason":"no \"route\"\n"}"# + "\n")
    }

    @Test func `nested metadata get dotted keys, arrays stay arrays, and no field comes twice`() {
        let bench = TelemetryBench()
        bench.telemetry.logger("x").info(
            "m", metadata: ["a": ["b": "1", "c": ["d": "2"]], "l": ["x", "y"], "time": "t"])
        #expect(
            bench.written().hasSuffix(#""message":"m","a.b":"1","a.c.d":"2","l":["x","y"],"metadata.time":"t"}"# + "\n")
        )
    }

    @Test func `text keeps to one line and lets nobody steer the terminal`() {
        let bench = TelemetryBench(.text(colours: false))
        bench.telemetry.logger("x").warning("beware", metadata: ["path": "a\nb\u{1b}[2J"])
        #expect(bench.written() == "12:00:00.123 warning beware path=a b [2J\n")
    }

    @Test func `colours the level of a text line`() {
        let bench = TelemetryBench(.text(colours: true))
        bench.telemetry.logger("x").error("broken")
        #expect(bench.written() == "12:00:00.123 \u{1b}[31merror\u{1b}[0m broken\n")
    }

    @Test func `what is below the level is not written`() {
        let bench = TelemetryBench(level: .warning)
        bench.telemetry.logger("x").notice("quiet")
        let loop = bench.telemetry.makeLoopTelemetry()
        loop.finished(.sample())
        loop.flush()
        #expect(bench.written().isEmpty)
    }
}
