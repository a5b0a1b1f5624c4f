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
    private var scratch: [Double] = []
    var best = BestChoice()

    /// What was in memory when a load began, for what its end teaches.
    struct LoadCheck: Sendable {
        var unit: Int32
        var residents: [Int32]
        var held: Double
        var count: Int
    }

    /// A copy that shares nothing: a shared array would be copied by the next request, under the lock.
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
            box: Int32(box), kind: Int32(kind), slots: SlotBelief(configured: slots), prefillSeconds: 0,
            decodeSeconds: 0, loadSeconds: 0)
        if boxes[box].isAlwaysReady {
            unit.residency = .resident
            kinds[kind].residents += 1
        }
        units.append(unit)
        memories.append([])
        unitOf.append(index)
        if last >= 0 { units[Int(last)].next = index } else { boxes[box].firstUnit = index }
        estimate(Int(index))
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

    /// Makes a unit's figures anew: its own where it has any, else the nearest there are.
    mutating func estimate(_ unit: Int) {
        let size = kinds[Int(units[unit].kind)].size / Kind.usualSize
        units[unit].prefillSeconds =
            nearest(unit) { $0.prefill.value } ?? ForecastConstants.usualPrefill * size
        units[unit].decodeSeconds = nearest(unit) { $0.decode.alone } ?? ForecastConstants.usualDecode * size
        units[unit].loadSeconds = nearest(unit) { $0.load.value } ?? ForecastConstants.usualLoad * size
        units[unit].decodeSlope = units[unit].decode.slope
        units[unit].lookedAt = -.infinity
        units[unit].room.at = -.infinity
    }

    /// Makes the figures of all anew that may take them from this unit.
    mutating func spread(from unit: Int) {
        estimate(unit)
        for other in units.indices
        where other != unit && (units[other].box == units[unit].box || units[other].kind == units[unit].kind) {
            estimate(other)
        }
    }

    /// A figure of the unit's own, of another model on the same box by size, of the same model on other boxes (the mean),
    /// of anything anywhere by size.
    private func nearest(_ unit: Int, _ figure: (Unit) -> Double?) -> Double? {
        if let own = figure(units[unit]) { return own }
        let size = kinds[Int(units[unit].kind)].size
        var (onBox, ofKind, anywhere) = (Mean(), Mean(), Mean())
        for other in units.indices where other != unit {
            guard let value = figure(units[other]) else { continue }
            let scaled = value * size / kinds[Int(units[other].kind)].size
            if units[other].box == units[unit].box { onBox.add(scaled) }
            if units[other].kind == units[unit].kind { ofKind.add(value) }
            anywhere.add(scaled)
        }
        return onBox.value ?? ofKind.value ?? anywhere.value
    }

    private struct Mean {
        private var sum = 0.0
        private var count = 0.0

        var value: Double? { count > 0 ? sum / count : nil }

        mutating func add(_ value: Double) {
            sum += value
            count += 1
        }
    }

    // MARK: When a slot comes free

    /// Seconds per token that a stream on the unit needs beside `streams − 1` others, with `active` models at work.
    func pace(_ unit: Int, streams: Int32, active: Int32) -> Double {
        units[unit].decodeSeconds * Double(max(1, active)) * (1 + units[unit].decodeSlope * Double(max(0, streams - 1)))
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
        var ends = scratch
        ends.removeAll(keepingCapacity: true)
        var cursor = units[unit].firstRun
        while cursor >= 0 {
            let run = runs[Int(cursor)]
            let begins = ends.count >= slots ? ends[ends.count - slots] : now
            let end: Double
            if run.firstTokenAt == run.firstTokenAt {
                let written = (now - run.firstTokenAt) / pace
                let left = min(kinds[kind].lengths.remaining(after: written), run.outputLimit - written)
                end = now + max(1, left) * pace
            } else {
                let prefill = (run.promptTokens - run.cachedTokens) * units[unit].prefillSeconds
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
