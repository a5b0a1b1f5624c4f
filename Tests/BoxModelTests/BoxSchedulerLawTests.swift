import BoxModel
import Testing

/// What holds whatever comes, on random histories.
@Suite struct BoxSchedulerLawTests {
    /// SplitMix64.
    struct Dice {
        var state: UInt64
        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((z ^ (z >> 31)) % UInt64(sides))
        }
    }

    @Test(arguments: 1...40)
    func `nothing is lost, nothing happens twice, and all ends`(seed: UInt64) {
        var dice = Dice(state: seed)
        var box = BoxDriver(
            models: 4, slots: 1 + dice.roll(4), memory: 3 + dice.roll(6), maxLoaded: 1 + dice.roll(3),
            maxQueue: 1 + dice.roll(12), slowdown: Double(dice.roll(3)) / 2,
            recovery: Nanoseconds(dice.roll(2)) * 400 * .millisecond)
        var asked: Set<Int> = []
        var cancelled: Set<Int> = []
        for _ in 0..<400 {
            switch dice.roll(10) {
            case 0...4:
                asked.insert(
                    box.ask(
                        dice.roll(4), tokens: dice.roll(12), prompt: dice.roll(400),
                        context: dice.roll(5) == 0 ? 64 << dice.roll(2) : nil,
                        keepAlive: [nil, nil, .after(0), .after(.second), .forever][dice.roll(5)],
                        sticks: dice.roll(20) == 0))
            case 5:
                let over = Set(box.finished)
                if let id = asked.subtracting(cancelled).subtracting(over).sorted().first { cancelled.insert(id) }
                cancelled.sorted().last.map { box.cancel($0) }
            default:
                box.pass(Nanoseconds(dice.roll(900)) * .millisecond)
            }
            let resident = box.box.residentModels
            #expect(box.box.counts.open == box.box.openRequests, "seed \(seed)")
            #expect(resident.map(\.running).reduce(0, +) == box.box.counts.running)
            #expect(resident.map { $0.references - $0.running }.reduce(0, +) == box.box.counts.waiting)
            #expect(resident.allSatisfy { $0.running <= box.box.settings.gpu.slots })
            #expect(resident.count <= box.box.settings.maxLoadedModels)
            #expect(resident.map(\.cardBytes).reduce(0, +) <= box.box.settings.gpu.memoryBytes)
        }
        // Those who stick are ended by their clients; each may hold up others that stick.
        while box.box.openRequests > 0 {
            box.pass(3_600 * .second)
            let over = Set(box.finished)
            for id in asked.subtracting(over).sorted() where !cancelled.contains(id) {
                cancelled.insert(id)
                box.cancel(id)
                break
            }
        }
        let over = box.finished
        #expect(Set(over).count == over.count)
        #expect(Set(over).isDisjoint(with: rejected(box)))
        #expect(Set(over).union(rejected(box)).union(cancelled) == asked, "seed \(seed)")
        #expect(box.box.counts == BoxCounts())
    }

    @Test(arguments: 1...10)
    func `one model's requests start in the order they came`(seed: UInt64) {
        var dice = Dice(state: seed)
        var box = BoxDriver(slots: 1 + dice.roll(4), slowdown: 0.3)
        for _ in 0..<200 {
            box.ask(0, tokens: dice.roll(20), prompt: dice.roll(100))
            box.pass(Nanoseconds(dice.roll(300)) * .millisecond)
        }
        box.runDry()
        #expect(box.started == box.started.sorted())
        #expect(box.started.count == 200)
    }

    @Test(arguments: 1...10)
    func `loads begin in the order of the requests that need them`(seed: UInt64) {
        var dice = Dice(state: seed)
        var box = BoxDriver(models: 4, maxLoaded: 1)
        let wanted = (0..<60).map { _ in dice.roll(4) }
        for model in wanted { box.ask(model, tokens: 1) }
        box.runDry()
        var expected: [Int] = []
        for model in wanted where model != expected.last { expected.append(model) }
        #expect(box.loads == expected)
    }

    private func rejected(_ box: BoxDriver) -> Set<Int> {
        Set(box.changes.compactMap { if case .rejected(let id) = $0 { id } else { nil } })
    }
}
