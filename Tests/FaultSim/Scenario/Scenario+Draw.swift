import Balancer

extension Scenario {
    /// Where virtual time begins: later than the origin, as on a machine that has been on for a while.
    static let start = 100_000
    /// Faults begin before this, and end a little later.
    static let faultsEnd = start + 25_000

    /// The world of a seed. Every fourth is clean.
    init(seed: UInt64) {
        var draw = Draw(seed: seed, 1)
        self.seed = seed
        isClean = seed % 4 == 0
        cutsBytes = draw.chance(50)
        requiresKeys = draw.chance(50)
        digestsDiffer = draw.chance(10)
        limits = Limits(&draw, isClean: isClean)
        (boxes, models, deployments) = ([], [], [])
        keys = Self.keys(&draw, isClean: isClean)
        (clients, operations) = ([], [])
        drawPool(&draw)
        drawClients(&draw)
        if !isClean { drawOperations(&draw) }
        drawReloads()
    }

    // MARK: The pool

    private mutating func drawPool(_ draw: inout Draw) {
        let insides = draw.int(1...4)
        for _ in 0..<insides {
            boxes.append(
                Box(
                    kind: draw.chance(75) ? .ollama : .openAI, isLocal: true, slots: draw.int(1...4),
                    moods: moods(&draw)))
        }
        let clouds = draw.chance(50) ? draw.int(1...2) : 0
        for _ in 0..<clouds {
            boxes.append(
                Box(kind: draw.chance(50) ? .openAI : .anthropic, isLocal: false, slots: 16, moods: moods(&draw)))
        }
        let own = draw.int(1...3)
        for model in 0..<own {
            models.append(
                Model(
                    strategy: draw.one(of: Strategies.names), fallbacks: [], isLocalOnly: draw.chance(15),
                    overflow: nil))
            var at = (0..<insides).filter { _ in draw.chance(70) }
            if at.isEmpty { at = [draw.below(insides)] }
            for box in at { drawDeployment(&draw, model: model, box: box) }
        }
        if clouds > 0 {
            models.append(
                Model(strategy: draw.one(of: Strategies.names), fallbacks: [], isLocalOnly: false, overflow: nil))
            for box in insides..<boxes.count { drawDeployment(&draw, model: own, box: box) }
        }
        for model in 0..<models.count where draw.chance(60) {
            models[model].fallbacks = (0..<models.count).filter { $0 != model && draw.chance(60) }
        }
        for model in 0..<own where models.count > 1 && draw.chance(20) {
            models[model].overflow = ((model + 1) % models.count, draw.milliseconds(50...2000))
        }
    }

    private mutating func drawDeployment(_ draw: inout Draw, model: Int, box: Int) {
        let isBound = !isClean && draw.chance(25)
        deployments.append(
            Deployment(
                model: model, box: box, cap: draw.chance(50) ? draw.int(1...3) : nil,
                slots: draw.chance(50) ? boxes[box].slots : nil, order: draw.chance(80) ? 0 : draw.int(0...1),
                rpm: isBound && draw.chance(50) ? draw.int(1...20) : nil,
                tpm: isBound && draw.chance(50) ? draw.int(100...4000) : nil,
                price: boxes[box].isLocal && draw.chance(60) ? 0 : Int64(draw.int(1...40)) * 1_000_000))
    }

    private func moods(_ draw: inout Draw) -> [Spell] {
        guard !isClean else { return [] }
        var spells: [Spell] = []
        var at = Self.start - 1000
        while at < Self.faultsEnd, spells.count < 8 {
            at += draw.int(500...9000)
            spells.append(Spell(until: .zero + .milliseconds(at), mood: mood(&draw)))
        }
        return spells
    }

    private func mood(_ draw: inout Draw) -> Mood {
        switch draw.below(100) {
        case ..<20: .healthy
        case ..<70: .flaky(percent: draw.int(20...100))
        case ..<82:
            .status(
                draw.one(of: [500, 500, 502, 503, 503, 429, 429, 404, 401, 400, 408, 418, 504]),
                retryAfter: draw.chance(40) ? draw.one(of: [0, 1, 2, 5, 60]) : nil)
        case ..<91: .dead
        case ..<95: .blackHole
        default: .zombie
        }
    }

    // MARK: The rest

    private static func keys(_ draw: inout Draw, isClean: Bool) -> [Key] {
        (0..<draw.int(1...4)).map { _ in
            var key = Key()
            guard !isClean else { return key }
            key.isLocalOnly = draw.chance(30)
            if draw.chance(40) { key.budget = Int64(draw.int(1...2000)) * 10_000_000 }
            if draw.chance(20) { key.parallel = draw.int(1...4) }
            if draw.chance(20) { key.requestsPerMinute = draw.int(1...30) }
            if draw.chance(15) { key.model = 0 }
            return key
        }
    }

    private mutating func drawClients(_ draw: inout Draw) {
        for _ in 0..<draw.int(2...14) {
            clients.append(
                Client(
                    opens: draw.moment(Self.start + 500...Self.start + 12_000),
                    key: requiresKeys ? draw.below(keys.count) : nil,
                    calls: (0..<draw.int(1...4)).map { _ in call(&draw) }, pipelines: draw.chance(10)))
        }
    }

    private func call(_ draw: inout Draw) -> Call {
        var call = Call(
            front: draw.one(of: Call.Front.allCases), model: draw.below(models.count), streams: draw.chance(60),
            isConfined: draw.chance(15), words: draw.chance(90) ? draw.int(1...40) : draw.int(400...900),
            maxTokens: draw.chance(30) ? draw.int(20...60) : nil, answers: 1, leaves: nil, sticks: nil, timeout: nil,
            flaw: nil,
            pause: draw.milliseconds(0...3000))
        // The simulated OpenAI gives one answer, so others must be taken apart.
        if boxes.allSatisfy({ $0.kind == .ollama }), call.front == .openAIChat, draw.chance(30) {
            call.answers = draw.int(2...3)
        }
        // Anthropic has none.
        if call.front == .openAIEmbeddings, isClean, boxes.contains(where: { $0.kind == .anthropic }) {
            call.front = .ollamaChat
        }
        if call.front == .openAIEmbeddings { call.streams = false }
        // The fence would refuse it.
        if isClean, call.isConfined, !boxes[deployments.first { $0.model == call.model }!.box].isLocal {
            call.isConfined = false
        }
        guard !isClean else { return call }
        if draw.chance(15) { call.leaves = (draw.milliseconds(0...3000), draw.chance(50)) }
        if draw.chance(10) { call.sticks = (draw.milliseconds(0...800), draw.milliseconds(100...12_000)) }
        if draw.chance(10) { call.timeout = Double(draw.int(1...60)) / 10 }
        if draw.chance(6) { call.flaw = draw.one(of: Call.Flaw.allCases) }
        // Any key is right where none is asked for.
        if call.flaw == .wrongKey, !requiresKeys { call.flaw = .badJSON }
        return call
    }

    private mutating func drawOperations(_ draw: inout Draw) {
        for _ in 0..<draw.int(0...5) {
            let at = draw.int(Self.start...Self.faultsEnd)
            let box = draw.below(boxes.count)
            switch draw.below(10) {
            case ..<4:
                operations.append((.zero + .milliseconds(at), .drain(box)))
                // Whatever is drained comes back.
                operations.append((.zero + .milliseconds(at + draw.int(10...8000)), .undrain(box)))
            case ..<7: operations.append((.zero + .milliseconds(at), .restart(box)))
            case ..<9: operations.append((.zero + .milliseconds(at), .grow(model: draw.below(models.count), box: box)))
            default: operations.append((.zero + .milliseconds(at), draw.chance(50) ? .stopLanes : .quiesce))
            }
        }
        operations.sort { $0.at < $1.at }
    }
}

/// Configurations that take the place of one another while all goes on, in clean runs as well: nothing may be lost by them.
extension Scenario {
    private mutating func drawReloads() {
        // By chance of its own, so that the rest of a seed is what it was.
        var draw = Draw(seed: seed, 2)
        guard draw.chance(40) else { return }
        for _ in 0..<draw.int(1...4) {
            let at = draw.int(Self.start + 500...Self.faultsEnd - 2000)
            operations.append((.zero + .milliseconds(at), .reload(configuration(&draw))))
        }
        // The last one is the first again: whatever was left out is back, with its counts.
        operations.append((.zero + .milliseconds(Self.faultsEnd), .reload(Configuration())))
        operations.sort { $0.at < $1.at }
    }

    /// Each model keeps its first deployment, and with it a box that has answered probes.
    private func configuration(_ draw: inout Draw) -> Configuration {
        var other = Configuration()
        let kept = Set(models.indices.compactMap { model in deployments.first { $0.model == model }?.box })
        for box in boxes.indices where !kept.contains(box) && draw.chance(50) { other.without.insert(box) }
        for model in models.indices where draw.chance(25) { other.strategies[model] = draw.one(of: Strategies.names) }
        for index in deployments.indices where draw.chance(50) {
            let isBound = !isClean && draw.chance(25)
            other.bounds[index] = Configuration.Bounds(
                cap: draw.chance(50) ? draw.int(1...3) : nil,
                slots: draw.chance(50) ? boxes[deployments[index].box].slots : nil,
                order: draw.chance(80) ? 0 : draw.int(0...1), rpm: isBound ? draw.int(1...20) : nil,
                tpm: isBound ? draw.int(100...4000) : nil, weight: Double(draw.int(1...8)) / 2)
        }
        return other
    }
}

extension Scenario.Limits {
    init(_ draw: inout Draw, isClean: Bool) {
        self.init(
            retries: draw.int(0...4), maxWaiting: isClean ? 1000 : draw.int(0...6),
            maxWait: isClean ? .seconds(600) : draw.milliseconds(200...10_000),
            request: isClean ? .seconds(600) : draw.milliseconds(2000...20_000),
            betweenPieces: isClean ? .seconds(600) : draw.milliseconds(500...8000),
            firstToken: draw.chance(30) ? (isClean ? .seconds(300) : draw.milliseconds(800...6000)) : nil,
            total: !isClean && draw.chance(20) ? draw.milliseconds(2000...30_000) : nil,
            ping: draw.chance(30) ? draw.milliseconds(200...2000) : nil,
            headerTimeout: .seconds(5), bodyTimeout: .seconds(8),
            idleTimeout: .seconds(isClean ? 600 : draw.int(5...60)),
            probeInterval: draw.milliseconds(500...4000), fall: draw.int(1...3), rise: draw.int(1...3),
            tripAfter: draw.int(1...5), breakerOpen: draw.milliseconds(500...8000), breakers: draw.chance(90),
            retryPercent: draw.int(0...50), retryMinimum: draw.int(0...4),
            largeBody: draw.chance(20) ? 300 : 1 << 20, maxBody: 12_000, protectsContext: draw.chance(50),
            decisions: draw.chance(50) ? 100 : 0, hedges: draw.chance(60))
    }
}
