import Balancer
import Ledger
import NIOCore
import Telemetry

/// What has to hold, whatever a seed draws.
enum Oracles {
    /// Whoever has no answer after this will never get one.
    static let longest = Duration.seconds(900)
    /// A request that was picked for a box before that was left out comes there within this.
    private static let longestDial = Duration.seconds(3)

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
        if let retries = call.reply.header("x-litellm-attempted-retries: "), retries != "0" {
            world.census.count(.retried)
        }
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
        checkWaiting(world)
    }

    /// Nobody waits for a model whose every deployment has room. Where answers are predicted one may wait for a better place, and where
    /// tokens are counted a large request for those of others that take fewer than they might.
    private static func checkWaiting(_ world: World) {
        guard !world.scenario.countsTokens else { return }
        let pool = world.gateway.balancer.snapshot()
        guard pool.waiting > 0 else { return }
        for model in pool.models
        where model.waiting > 0 && Strategies.named(model.strategy)?.needs.contains(.prediction) != true {
            let rows = pool.deployments.filter { $0.modelName == model.modelName }
            // A retry waits where none of those that are left has shown that it is well again.
            if rows.allSatisfy({ $0.state == "ready" && $0.failures == 0 }) {
                world.fail("\(model.waiting) requests wait for \(model.modelName), and all its instances have room")
            }
        }
    }

    /// The words that a client has got are the beginning of one answer of one box, and all of it where the client was told so.
    static func checkWords(_ call: ClientCall, in world: World) {
        let attempts = world.attempts[call.marker].map { (text: $0.words.joined(), isWhole: $0.isWhole) }
        guard call.reply.status == 200 else { return }
        let texts = call.texts
        for text in texts {
            if call.saysWhole {
                let isLegal = attempts.contains { $0.isWhole && $0.text == text }
                if !isLegal {
                    world.fail("request \(call.marker) has `\(text)` for a whole answer, and no box gave that")
                }
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
        if let since = world.leftOut[box.index], world.time.now - since > longestDial {
            world.fail("request \(marker) came to box-\(box.index), which was left out \(world.time.now - since) ago")
        }
        let pool = world.gateway.balancer.snapshot()
        if pool.audit?.drift != 0 {
            world.fail("the pool finds its own counts wrong: \(pool.audit.map { "\($0)" } ?? "")")
        }
        let open = box.openCalls()
        let counted = pool.instances.first { $0.instance == "box-\(box.index)" }?.inFlight ?? 0
        if open > counted {
            world.fail("box-\(box.index) has \(open) requests, and the pool counts \(counted)")
        }
        for (place, plan) in world.gateway.parts.deployments.enumerated() where plan.box == box.index {
            guard let cap = plan.cap, let row = pool.deployments.first(where: { $0.modelID == "d\(place)" }) else {
                continue
            }
            let open = box.openCalls(ofModel: plan.model)
            if max(open, row.inFlight) > world.mostOpen(place, cap: cap, found: max(open, row.inFlight)) {
                world.fail("\(row.modelID) has \(open) requests, counts \(row.inFlight), and may have \(cap)")
            }
        }
    }

    // MARK: The end of a run

    static func checkEnd(_ world: World) {
        for call in world.waiting {
            world.fail("request \(call.marker) has no answer after \(longest)")
        }
        for call in world.calls where call.ending != .answered {
            checkWords(call, in: world)
            checkCut(call, in: world)
        }
        checkPool(world)
        checkLedger(world)
        checkCounts(world)
    }

    /// A connection ends without an answer only for a reason: a client that leaves, sends nonsense or does not read, or the end
    /// of the gateway.
    private static func checkCut(_ call: ClientCall, in world: World) {
        let scenario = world.scenario
        if scenario.isClean {
            return world.fail(
                "request \(call.marker) of a clean run has no answer: \(call.ending.map { "\($0)" } ?? "")")
        }
        guard call.ending == .connectionEnded, !scenario.endsConnections else { return }
        let own = scenario.clients[call.client].calls
        if !own.contains(where: { $0.flaw != nil || $0.sticks != nil }) {
            world.fail("request \(call.marker) was cut off without an answer")
        }
    }

    private static func checkPool(_ world: World) {
        let pool = world.gateway.balancer.snapshot()
        if pool.inFlight != 0 { world.fail("\(pool.inFlight) requests are in flight behind the last") }
        if pool.waiting != 0 { world.fail("\(pool.waiting) requests wait behind the last") }
        if pool.audit?.drift != 0 { world.fail("the pool finds its own counts wrong at the end") }
        for deployment in pool.deployments {
            if deployment.inFlight != 0 { world.fail("\(deployment.modelID) has \(deployment.inFlight) in flight") }
            if deployment.abandoned != 0 {
                world.fail("\(deployment.modelID): \(deployment.abandoned) leases abandoned")
            }
        }
        for (name, count) in world.gateway.factCounts { world.census.count("pool: \(name)", count) }
    }

    private static func checkLedger(_ world: World) {
        let now = world.gateway.ledgerTime
        let entries = world.gateway.ledger.takeBatch()?.entries ?? []
        for (index, plan) in world.scenario.keys.enumerated() {
            guard let status = world.gateway.ledger.status(of: .key(SimulatedGateway.hash(ofKey: index)), at: now)
            else {
                continue
            }
            let booked = entries.filter { $0.keyHash == SimulatedGateway.hash(ofKey: index) }.map {
                ($0.money + $0.failedMoney).picodollars
            }
            if booked.reduce(0, +) != status.total.money.picodollars {
                world.fail("key \(index) has spent \(status.total.money), and the book has \(booked)")
            }
            if status.reserved.picodollars != 0 {
                world.fail("key \(index) has \(status.reserved) reserved at the end")
            }
            if status.inFlight != 0 { world.fail("key \(index) has \(status.inFlight) requests under way at the end") }
            if let budget = plan.budget, status.spent.picodollars > budget {
                world.fail("key \(index) has spent \(status.spent) of \(budget) picodollars")
            }
        }
    }
}
