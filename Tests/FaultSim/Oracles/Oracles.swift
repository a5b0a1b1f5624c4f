import Balancer
import Ledger
import NIOCore
import Telemetry

/// What has to hold, whatever a seed draws.
enum Oracles {
    /// Whoever has no answer after this will never get one.
    static let longest = Duration.seconds(900)

    // MARK: An answer

    /// The answer that a client has got, whole.
    static func check(_ call: ClientCall, in world: World) {
        let marker = call.marker
        let status = call.reply.status
        if status == 500, call.reply.body.has("internal") {
            world.fail("request \(marker): the gateway's own fault: \(String(buffer: call.reply.body))")
        }
        if let flaw = call.plan.flaw, status == 200 { world.fail("request \(marker): 200 for \(flaw)") }
        if world.scenario.isClean {
            if status != 200 || !call.saysWhole {
                world.fail("request \(marker) of a clean run: \(status) \(String(buffer: call.reply.body))")
            }
            if call.reply.header("x-litellm-attempted-retries: ").map({ $0 != "0" }) ?? false {
                world.fail("request \(marker) of a clean run was retried")
            }
        }
        if let retries = call.reply.header("x-litellm-attempted-retries: "), retries != "0" { world.census.count(.retried) }
        if let place = call.reply.header("x-drover-queue-position: "), place != "0" { world.census.count(.waited) }
        if let fallbacks = call.reply.header("x-litellm-attempted-fallbacks: "), fallbacks != "0" {
            world.census.count(.fellBack)
        }
        if status == 200, !call.saysWhole {
            guard call.plan.streams, call.saysError else {
                return world.fail("request \(marker): neither an end nor an error: \(String(buffer: call.reply.body))")
            }
            world.census.count(.streamEndedWithError)
        }
        checkWords(call, in: world)
    }

    /// The words that a client has got are the beginning of one answer of one box, and all of it where the client was told so.
    static func checkWords(_ call: ClientCall, in world: World) {
        let attempts = world.attempts[call.marker].map { (text: $0.words.joined(), isWhole: $0.isWhole) }
        guard call.reply.status == 200 else { return }
        let texts = call.texts
        for text in texts {
            if call.saysWhole {
                let isLegal = attempts.contains { $0.isWhole && $0.text == text }
                if !isLegal { world.fail("request \(call.marker) has `\(text)` for a whole answer, and no box gave that") }
            } else if !text.isEmpty {
                // A client that has left may have got half a word.
                let isLegal = attempts.contains { $0.text.hasPrefix(text) }
                if !isLegal { world.fail("request \(call.marker) has `\(text)`, which no box has begun") }
            }
        }
        if call.saysWhole, Set(texts).count < texts.count {
            world.fail("request \(call.marker) has one answer twice: \(texts)")
        }
    }

    // MARK: A request at a box

    /// What holds whenever a request has come to a box.
    static func check(_ job: BoxJob, of call: ClientCall, at box: SimulatedBox, in world: World) {
        let marker = call.marker
        if !box.plan.isLocal, call.isConfined {
            world.fail("request \(marker) must stay inside, and came to the cloud box-\(box.index)")
        }
        if call.plan.answers == 1, !call.text.isEmpty {
            world.fail("request \(marker) was sent to box-\(box.index) behind an answer's first words")
        }
        let pool = world.gateway.balancer.snapshot()
        let open = box.openCalls()
        if open > pool.instances[box.index].inFlight {
            world.fail("box-\(box.index) has \(open) requests, and the pool counts \(pool.instances[box.index].inFlight)")
        }
        for (row, plan) in zip(pool.deployments, world.gateway.parts.deployments) where plan.box == box.index {
            guard let cap = plan.cap else { continue }
            let open = box.openCalls(ofModel: plan.model)
            if max(open, row.inFlight) > cap {
                world.fail("\(row.modelID) has \(open) requests, counts \(row.inFlight), and may have \(cap)")
            }
        }
    }

    // MARK: The end of a run

    static func checkEnd(_ world: World) {
        for call in world.waiting {
            world.fail("request \(call.marker) has no answer after \(longest)")
        }
        for call in world.calls where call.ending != .answered { checkWords(call, in: world) }
        checkPool(world)
        checkLedger(world)
        checkCounts(world)
    }

    private static func checkPool(_ world: World) {
        let pool = world.gateway.balancer.snapshot()
        if pool.inFlight != 0 { world.fail("\(pool.inFlight) requests are in flight behind the last") }
        if pool.waiting != 0 { world.fail("\(pool.waiting) requests wait behind the last") }
        for deployment in pool.deployments {
            if deployment.inFlight != 0 { world.fail("\(deployment.modelID) has \(deployment.inFlight) in flight") }
            if deployment.abandoned != 0 { world.fail("\(deployment.modelID): \(deployment.abandoned) leases abandoned") }
        }
        for (name, count) in world.gateway.factCounts { world.census.count("pool: \(name)", count) }
    }

    private static func checkLedger(_ world: World) {
        let now = world.gateway.ledgerTime
        for (index, plan) in world.scenario.keys.enumerated() {
            guard let status = world.gateway.ledger.status(of: .key(SimulatedGateway.hash(ofKey: index)), at: now) else {
                continue
            }
            if status.reserved.picodollars != 0 { world.fail("key \(index) has \(status.reserved) reserved at the end") }
            if status.inFlight != 0 { world.fail("key \(index) has \(status.inFlight) requests under way at the end") }
            if let budget = plan.budget, status.spent.picodollars > budget {
                world.fail("key \(index) has spent \(status.spent) of \(budget) picodollars")
            }
        }
    }

    /// Every request is one line of the log and one in the counters, and both say what its client was told.
    private static func checkCounts(_ world: World) {
        let metrics = world.gateway.prometheus()
        var counted: [String: Int] = [:]
        for line in metrics.split(separator: "\n") where line.hasPrefix("gateway_requests_total{") {
            guard let outcome = field("outcome=\"", of: line), let value = line.split(separator: " ").last.flatMap({ Int($0) })
            else { continue }
            counted[outcome, default: 0] += value
        }
        var logged = 0
        var attempts = 0
        var statuses: [Int: (status: Int, success: Bool, error: String)] = [:]
        let lines = world.gateway.log.lines()
        if world.isPrinted { print(lines.joined(separator: "\n")) }
        for line in lines where line.contains("\"request finished\"") {
            logged += 1
            let status = field("\"status\":", of: line, until: ",").flatMap { Int($0) } ?? 0
            let error = field("\"error\":", of: line, until: ",") ?? ""
            if error != "null" { world.census.count("error: \(error.filter { $0 != "\"" })") }
            attempts += field("\"attempts\":", of: line, until: ",").flatMap { Int($0) } ?? 0
            guard let call = field("\"call_id\":\"call-", of: line).flatMap({ Int($0) }) else { continue }
            if statuses[call] != nil { world.fail("request \(call) has two lines in the log") }
            statuses[call] = (status, line.contains("\"success\":true"), error)
        }
        let total = counted.values.reduce(0, +)
        if total != logged { world.fail("\(total) requests in the metrics, \(logged) in the log") }
        let begun = world.gateway.balancer.snapshot().deployments.map(\.requests).reduce(0, +)
        if begun != attempts { world.fail("\(begun) attempts in the pool, \(attempts) in the log") }
        for (outcome, count) in counted { world.census.count("outcome: \(outcome)", count) }
        for call in world.calls where call.ending == .answered {
            guard let line = statuses[call.marker] else {
                // Its head was never read.
                if ![400, 408, 413, 431].contains(call.reply.status) {
                    world.fail("request \(call.marker) has an answer, and no line in the log")
                }
                continue
            }
            if line.status != call.reply.status {
                world.fail("request \(call.marker) was told \(call.reply.status), and the log says \(line.status)")
            }
            if line.success != call.saysWhole {
                world.fail("request \(call.marker): whole \(call.saysWhole), and the log says success \(line.success)")
            }
        }
        if world.gateway.log.sink.dropped > 0 { world.fail("lines of the log were dropped") }
    }

    private static func field(_ name: String, of line: Substring, until end: Character = "\"") -> String? {
        guard let found = line.firstRange(of: name) else { return nil }
        return String(line[found.upperBound...].prefix { $0 != end })
    }
}
