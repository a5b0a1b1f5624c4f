#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is known of the boxes in seconds: who runs where, what is in memory, how fast each is. A pure value that learns
/// from what the pool sees and answers what a request would cost on a unit.
///
/// Kept only by pools in which a model is routed by `soonest`. Its times are seconds of the monotonic clock.
struct Forecast: Sendable {
    var units: [Unit] = []
    var boxes: [Box] = []
    var kinds: [Kind] = []
    /// By deployment.
    var unitOf: [Int32] = []
    var runs: [Run] = []
    private var freeRun: Int32 = -1
    /// By unit; only as many as there are slots to remember.
    var memories: [[SlotMemory]] = []
    /// By box: the load of ours that the next look at its memory confirms.
    var loadChecks: [LoadCheck?] = []

    private var kindIndex: [String: Int] = [:]
    /// Over all units.
    private var all = Figures()
    private var scratch: [Double] = []
    var best = BestChoice()

    /// What was in memory when a load began, for what its end teaches.
    struct LoadCheck: Sendable {
        var unit: Int32
        var residents: [Int32]
        var held: Double
        var count: Int
    }

    /// A copy whose arrays are its own: a shared one would be copied by the next request, under the lock.
    func copied() -> Forecast {
        var copy = self
        copy.units = units.withUnsafeBufferPointer { Array($0) }
        copy.boxes = boxes.withUnsafeBufferPointer { Array($0) }
        copy.kinds = kinds.withUnsafeBufferPointer { Array($0) }
        copy.runs = runs.withUnsafeBufferPointer { Array($0) }
        copy.memories = memories.map { $0.withUnsafeBufferPointer { Array($0) } }
        copy.loadChecks = loadChecks.withUnsafeBufferPointer { Array($0) }
        copy.scratch = []
        copy.best = BestChoice()
        return copy
    }

    // MARK: Membership

    /// Adds a box; boxes have the positions of the pool's instances.
    mutating func addBox(isProbed: Bool) {
        boxes.append(Box(isAlwaysReady: !isProbed))
        loadChecks.append(nil)
    }

    /// Adds the pool's next deployment.
    mutating func addDeployment(on box: Int, tag: String, slots: Int?) {
        let kind = kindIndex[tag] ?? addKind(tag)
        var last: Int32 = -1
        var cursor = boxes[box].firstUnit
        while cursor >= 0 {
            if units[Int(cursor)].kind == Int32(kind) {
                unitOf.append(cursor)
                return
            }
            last = cursor
            cursor = units[Int(cursor)].next
        }
        let index = Int32(units.count)
        var unit = Unit(
            box: Int32(box), kind: Int32(kind), slots: SlotBelief(configured: slots))
        if boxes[box].isAlwaysReady {
            unit.residency = .resident
            kinds[kind].residents += 1
        }
        units.append(unit)
        memories.append([])
        unitOf.append(index)
        if last >= 0 { units[Int(last)].next = index } else { boxes[box].firstUnit = index }
    }

    private mutating func addKind(_ tag: String) -> Int {
        kindIndex[tag] = kinds.count
        kinds.append(Kind(name: tag))
        return kinds.count - 1
    }

    /// The kind of this name; nil when no deployment has it.
    func kind(named tag: String) -> Int? { kindIndex[tag] }

    // MARK: Runs

    /// Takes a place for a run and puts it at the end of its unit's list.
    mutating func insert(_ run: Run) -> Int32 {
        var run = run
        let unit = Int(run.unit)
        let index: Int32
        run.previous = units[unit].lastRun
        run.next = -1
        if freeRun >= 0 {
            index = freeRun
            freeRun = runs[Int(index)].next
            runs[Int(index)] = run
        } else {
            index = Int32(runs.count)
            runs.append(run)
        }
        if units[unit].lastRun >= 0 {
            runs[Int(units[unit].lastRun)].next = index
        } else {
            units[unit].firstRun = index
        }
        units[unit].lastRun = index
        return index
    }

    /// Takes a run out of its unit's list and gives its place back.
    mutating func remove(_ index: Int32) {
        let run = runs[Int(index)]
        let unit = Int(run.unit)
        if run.previous >= 0 { runs[Int(run.previous)].next = run.next } else { units[unit].firstRun = run.next }
        if run.next >= 0 { runs[Int(run.next)].previous = run.previous } else { units[unit].lastRun = run.previous }
        runs[Int(index)].next = freeRun
        freeRun = index
    }

    // MARK: Estimates

    /// Seconds per prompt token, per written token alone, and per load: a unit's own where it has any, else of other
    /// models on its box by size, of the same model elsewhere, of anything anywhere by size, or a guess.
    func figures(_ unit: Int) -> Figures.Lanes {
        let own = units[unit].figures
        if own[0] == own[0], own[1] == own[1], own[2] == own[2] { return own }
        let size = kinds[Int(units[unit].kind)].size
        var lanes = boxes[Int(units[unit].box)].figures.filling(own, size: size)
        lanes = kinds[Int(units[unit].kind)].figures.filling(lanes, size: size)
        lanes = all.filling(lanes, size: size)
        let guess = ForecastConstants.usual * (size / Kind.usualSize)
        return Figures.sound(lanes.replacing(with: guess, where: lanes .!= lanes))
    }

    /// A unit has measured something: it counts for others from now on.
    mutating func measured(_ unit: Int) {
        let (box, kind) = (Int(units[unit].box), Int(units[unit].kind))
        let lanes = Figures.Lanes(
            units[unit].prefill.value ?? .nan, units[unit].decode.alone ?? .nan, units[unit].load.value ?? .nan, 0)
        let perByte = lanes / kinds[kind].size
        boxes[box].figures.replace(units[unit].told, with: perByte)
        kinds[kind].figures.replace(units[unit].told, with: perByte)
        all.replace(units[unit].told, with: perByte)
        units[unit].told = perByte
        units[unit].figures = Figures.sound(lanes)
        units[unit].lookedAt = -.infinity
        units[unit].room.at = -.infinity
    }

    // MARK: When a slot comes free

    /// Seconds per token that a stream on the unit needs beside `streams − 1` others, with `active` models at work.
    func pace(_ unit: Int, streams: Int32, active: Int32) -> Double {
        figures(unit)[1] * Double(max(1, active)) * (1 + units[unit].decode.slope * Double(max(0, streams - 1)))
    }

    /// When the next slot of a unit comes free whose slots are all taken. Looks anew when the last look is too old.
    mutating func slotFree(_ unit: Int, at now: Double) -> Double {
        if now - units[unit].lookedAt > ForecastConstants.lookHolds {
            units[unit].lookedAt = now
            units[unit].freeAt = lookForSlot(unit, at: now)
        }
        return units[unit].freeAt
    }

    /// First come, first served over the slots: each run ends when its expected length is written; one that has a first
    /// token by what its length so far says of the rest.
    private mutating func lookForSlot(_ unit: Int, at now: Double) -> Double {
        let slots = Int(units[unit].slots.count)
        let pace = pace(
            unit, streams: min(units[unit].count, Int32(slots)), active: boxes[Int(units[unit].box)].active)
        let kind = Int(units[unit].kind)
        let perToken = figures(unit)[0]
        var ends = scratch
        ends.removeAll(keepingCapacity: true)
        var cursor = units[unit].firstRun
        while cursor >= 0 {
            let run = runs[Int(cursor)]
            let begins = ends.count >= slots ? ends[ends.count - slots] : now
            let end: Double
            let began = run.isStreamed ? run.firstTokenAt : run.expectedFirst < now ? run.expectedFirst : .nan
            if began == began {
                let written = (now - began) / pace
                let left = min(kinds[kind].lengths.remaining(after: written), run.outputLimit - written)
                end = now + max(1, left) * pace
            } else {
                let prefill = (run.promptTokens - run.cachedTokens) * perToken
                // Overdue: nothing says how much longer, so the longer it is late the longer it is thought to be.
                let first = max(run.expectedFirst, begins + prefill, now + 0.25 * max(0, now - run.expectedFirst))
                end = first + min(kinds[kind].lengths.expected, run.outputLimit) * pace
            }
            let place = ends.firstIndex { $0 > end } ?? ends.count
            ends.insert(end, at: place)
            cursor = run.next
        }
        let free = ends.count >= slots ? ends[ends.count - slots] : now
        scratch = ends
        return max(now, free)
    }

    /// When the last of a unit's runs ends.
    mutating func lastEnd(_ unit: Int, at now: Double) -> Double {
        _ = lookForSlot(unit, at: now)
        return scratch.last ?? now
    }

    /// What was looked at before on this box no longer holds.
    mutating func changed(_ box: Int) {
        var cursor = boxes[box].firstUnit
        while cursor >= 0 {
            units[Int(cursor)].room.at = -.infinity
            cursor = units[Int(cursor)].next
        }
    }
}
