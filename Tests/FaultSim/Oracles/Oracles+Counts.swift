import Balancer
import NIOCore
import Telemetry

/// Log, counters, pool and clients tell the same story.
extension Oracles {
    /// What a line of the log says of one request.
    private struct Line {
        var status: Int
        var isSuccess: Bool
    }

    /// Every request is one line of the log and one in the counters, and both say what its client was told.
    static func checkCounts(_ world: World) {
        let (lines, logged, attempts) = readLog(world)
        let counted = countedRequests(world)
        if counted != logged { world.fail("\(counted) requests in the metrics, \(logged) in the log") }
        let begun = world.gateway.balancer.snapshot().deployments.map(\.requests).reduce(0, +)
        if begun != attempts { world.fail("\(begun) attempts in the pool, \(attempts) in the log") }
        for call in world.calls where call.ending == .answered {
            guard let line = lines[call.marker] else {
                // Its head was never read.
                if ![400, 408, 413, 431].contains(call.reply.status) {
                    world.fail("request \(call.marker) has an answer, and no line in the log")
                }
                continue
            }
            if line.status != call.reply.status {
                world.fail("request \(call.marker) was told \(call.reply.status), and the log says \(line.status)")
            }
            if line.isSuccess != call.saysWhole {
                world.fail(
                    "request \(call.marker): whole \(call.saysWhole), and the log says success \(line.isSuccess)")
            }
        }
        if world.gateway.log.sink.dropped > 0 { world.fail("lines of the log were dropped") }
    }

    /// The lines of requests that simulated clients have named, how many lines there are of all, and the sum of their attempts.
    private static func readLog(_ world: World) -> (lines: [Int: Line], count: Int, attempts: Int) {
        var log = world.gateway.log.text()
        if world.isPrinted { print(String(buffer: log)) }
        var lines: [Int: Line] = [:]
        var (count, attempts) = (0, 0)
        while let length = log.distance(to: "\n"), let line = log.readSlice(length: length + 1) {
            guard line.has("\"message\":\"request finished\"") else { continue }
            count += 1
            attempts += line.number(behind: "\"attempts\":") ?? 0
            if line.has("\"error\":\"") { world.census.count("error: \(line.firstQuoted(behind: "\"error\":\""))") }
            guard let call = line.number(behind: "\"call_id\":\"call-") else { continue }
            if lines[call] != nil { world.fail("request \(call) has two lines in the log") }
            lines[call] = Line(
                status: line.number(behind: "\"status\":") ?? 0, isSuccess: line.has("\"success\":true"))
        }
        return (lines, count, attempts)
    }

    /// The sum of the requests in `/metrics`.
    private static func countedRequests(_ world: World) -> Int {
        var metrics = world.gateway.prometheus()
        var sum = 0
        while let at = metrics.distance(to: "\ngateway_requests_total{") {
            metrics.moveReaderIndex(forwardBy: at + 1)
            guard let length = metrics.distance(to: "\n"),
                let line = metrics.getSlice(at: metrics.readerIndex, length: length)
            else { break }
            let count = line.number(behind: "} ") ?? 0
            world.census.count("outcome: \(line.firstQuoted(behind: "outcome=\""))", count)
            sum += count
        }
        return sum
    }
}
