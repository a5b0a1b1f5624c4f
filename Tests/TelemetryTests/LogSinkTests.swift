import Gateway
import Glibc
import Testing

@testable import Telemetry

@Suite struct LogSinkTests {
    @Test func `everything handed over before the end is written, in each writer's order`() {
        let bench = TelemetryBench()
        for index in 0..<1_000 { bench.telemetry.sink.write(Array("line \(index)\n".utf8)) }
        let lines = bench.written().split(separator: "\n")
        #expect(lines.count == 1_000)
        #expect(lines.enumerated().allSatisfy { $1 == "line \($0)" })
    }

    @Test func `lines from many threads come whole`() async {
        let bench = TelemetryBench()
        await withTaskGroup { group in
            for writer in 0..<4 {
                group.addTask {
                    let line = Array((String(repeating: "\(writer)", count: 100) + "\n").utf8)
                    for _ in 0..<100 { bench.telemetry.sink.write(line) }
                }
            }
        }
        let lines = bench.written().split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.utf8.count == 100 && Set($0).count == 1 })
    }

    @Test func `a reader that stands still costs lines, not time, and the log says so`() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let sink = LogSink(descriptor: ends[1], format: .json, maximumQueuedBytes: 1 << 17)
        let line = [UInt8](repeating: UInt8(ascii: "x"), count: 999) + [0x0a]
        // Far more than a pipe and the queue hold together; nobody reads.
        for _ in 0..<2_000 { sink.write(line) }
        let dropped = sink.dropped
        #expect(dropped > 1_000)
        let writing = ends[1]

        let text = readAll(ends[0]) {
            sink.close()
            close(writing)
        }
        let lines = text.split(separator: "\n")
        let whole = lines.filter { $0.utf8.count == 999 }.count
        #expect(whole == 2_000 - Int(dropped))
        let said = lines.filter { $0.contains("log lines were dropped") }
        #expect(said == [#"{"level":"warning","message":"log lines were dropped","log.dropped":\#(dropped)}"#])
    }

    @Test func `a pipe that is full and that nobody reads does not hold up the end`() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let sink = LogSink(descriptor: ends[1], format: .json, maximumQueuedBytes: 1 << 20)
        for _ in 0..<500 { sink.write([UInt8](repeating: UInt8(ascii: "x"), count: 999) + [0x0a]) }
        sink.close(patience: .milliseconds(50))
        sink.close()
        // Lets the thread go that stayed behind.
        let (reading, writing) = (ends[0], ends[1])
        _ = readAll(reading) { close(writing) }
    }

    @Test func `a reader that went away does not end the process`() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        close(ends[0])
        let sink = LogSink(descriptor: ends[1], format: .json, maximumQueuedBytes: 1 << 17)
        sink.write(Array("nobody hears\n".utf8))
        sink.close()
        #expect(sink.dropped == 1)
        close(ends[1])
    }

    @Test func `after the end lines are counted as dropped, and ending twice is ending once`() {
        let bench = TelemetryBench()
        bench.telemetry.sink.close()
        bench.telemetry.sink.close()
        bench.telemetry.sink.write([0x0a])
        #expect(bench.telemetry.sink.dropped == 1)
    }

    @Test func `a loop's full buffers come in order and empty ones come back`() {
        let bench = TelemetryBench()
        let loop = bench.telemetry.makeLoopTelemetry()
        for attempt in 0..<130 { loop.finished(.sample { $0.attempts = attempt }) }
        loop.flush()
        loop.flush()
        let lines = bench.written().split(separator: "\n")
        #expect(lines.count == 130)
        #expect(lines.enumerated().allSatisfy { $1.contains(#""attempts":\#($0),"#) })
    }

    @Test func `what a loop has not flushed is written when the loop ends`() {
        let bench = TelemetryBench()
        var loop: LoopTelemetry? = bench.telemetry.makeLoopTelemetry()
        loop?.finished(.sample())
        loop = nil
        #expect(bench.written().split(separator: "\n").count == 1)
    }
}
