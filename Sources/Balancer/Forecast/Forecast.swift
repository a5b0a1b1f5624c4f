#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The instances' costs in seconds: the requests at work, the models in memory, the speed of each. A pure value that
/// learns from the pool's events and answers the cost of a request on a placement.
///
/// Kept only by pools in which a model is routed by `soonest`. Its times are seconds of the monotonic clock.
struct Forecast: Sendable {
    var placements: [Placement] = []
    var instances: [Instance] = []
    var tags: [Tag] = []
    /// By deployment.
    var placementOf: [Int32] = []
    var requests: [RunningRequest] = []
    private var freeRequest: Int32 = -1
    /// Those of instances that have gone.
    var freePlacements: [Int32] = []
    /// By placement; only as many as there are slots to remember.
    var memories: [[SlotMemory]] = []
    /// By instance: the load of ours that the next look at its memory confirms.
    var loadChecks: [LoadCheck?] = []

    private var tagIndex: [String: Int] = [:]
    /// Over all placements.
    private var all = Figures()
    private var scratch: [Double] = []
    var best = BestChoice()

    /// The models in memory when a load began: the load's end teaches from them.
    struct LoadCheck: Sendable {
        var placement: Int32
        var residents: [Int32]
        var held: Double
        var count: Int
    }

    /// A copy whose arrays are its own: a shared one would be copied by the next request, under the lock.
    func copied() -> Forecast {
        var copy = self
        copy.placements = placements.withUnsafeBufferPointer { Array($0) }
        copy.instances = instances.withUnsafeBufferPointer { Array($0) }
        copy.tags = tags.withUnsafeBufferPointer { Array($0) }
        copy.requests = requests.withUnsafeBufferPointer { Array($0) }
        copy.memories = memories.map { $0.withUnsafeBufferPointer { Array($0) } }
        copy.loadChecks = loadChecks.withUnsafeBufferPointer { Array($0) }
        copy.scratch = []
        copy.best = BestChoice()
        return copy
    }

    // MARK: Membership

    /// Adds an instance; instances have the positions of the pool's instances.
    mutating func addInstance(isProbed: Bool, memory: Int? = nil) {
        instances.append(Instance(isAlwaysReady: !isProbed, memory: memory))
        loadChecks.append(nil)
    }

    /// Adds the pool's next deployment.
    mutating func addDeployment(on instance: Int, tag: String, slots: Int?) {
        let tag = tagIndex[tag] ?? addTag(tag)
        var last: Int32 = -1
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            if placements[Int(cursor)].tag == Int32(tag) {
                placementOf.append(cursor)
                return
            }
            last = cursor
            cursor = placements[Int(cursor)].next
        }
        var placement = Placement(
            instance: Int32(instance), tag: Int32(tag), slots: SlotBelief(configured: slots))
        if instances[instance].isAlwaysReady {
            placement.residency = .resident
            tags[tag].residents += 1
        }
        let index = place(placement)
        placementOf.append(index)
        if last >= 0 { placements[Int(last)].next = index } else { instances[instance].firstPlacement = index }
    }

    private mutating func place(_ placement: Placement) -> Int32 {
        if let free = freePlacements.popLast() {
            placements[Int(free)] = placement
            return free
        }
        placements.append(placement)
        memories.append([])
        return Int32(placements.count - 1)
    }

    /// What a placement has measured counts for others no more.
    mutating func withdraw(_ told: Figures.Lanes) { all.replace(told, with: Figures.unknown) }

    private mutating func addTag(_ tag: String) -> Int {
        tagIndex[tag] = tags.count
        tags.append(Tag(name: tag))
        return tags.count - 1
    }

    /// The kind of this name; nil when no deployment has it.
    func tag(named tag: String) -> Int? { tagIndex[tag] }

    // MARK: Runs

    /// How many there are: the places that are not free.
    var runs: Int {
        var (count, free) = (requests.count, freeRequest)
        while free >= 0, count > 0 {
            count -= 1
            free = requests[Int(free)].next
        }
        return count
    }

    /// Takes a place for a run and puts it at the end of its placement's list.
    mutating func insert(_ running: RunningRequest) -> Int32 {
        var running = running
        let placement = Int(running.placement)
        let index: Int32
        running.previous = placements[placement].lastRequest
        running.next = -1
        if freeRequest >= 0 {
            index = freeRequest
            freeRequest = requests[Int(index)].next
            requests[Int(index)] = running
        } else {
            index = Int32(requests.count)
            requests.append(running)
        }
        if placements[placement].lastRequest >= 0 {
            requests[Int(placements[placement].lastRequest)].next = index
        } else {
            placements[placement].firstRequest = index
        }
        placements[placement].lastRequest = index
        return index
    }

    /// Takes a run out of its placement's list and gives its place back.
    mutating func remove(_ index: Int32) {
        let running = requests[Int(index)]
        let placement = Int(running.placement)
        if running.previous >= 0 {
            requests[Int(running.previous)].next = running.next
        } else {
            placements[placement].firstRequest = running.next
        }
        if running.next >= 0 {
            requests[Int(running.next)].previous = running.previous
        } else {
            placements[placement].lastRequest = running.previous
        }
        requests[Int(index)].next = freeRequest
        freeRequest = index
    }

    // MARK: Estimates

    /// Seconds per prompt token, per written token alone, and per load: a placement's own where it has any, else of other
    /// models on its instance by size, of the same model elsewhere, of anything anywhere by size, or a guess.
    func figures(_ placement: Int) -> Figures.Lanes {
        let own = placements[placement].figures
        if Figures.areKnown(own) { return own }
        let size = tags[Int(placements[placement].tag)].size
        var lanes = instances[Int(placements[placement].instance)].figures.filling(own, size: size)
        lanes = tags[Int(placements[placement].tag)].figures.filling(lanes, size: size)
        lanes = all.filling(lanes, size: size)
        let guess = ForecastConstants.usual * (size / Tag.usualSize)
        return Figures.sound(lanes.replacing(with: guess, where: Figures.unmeasured(lanes)))
    }

    /// A placement has measured something: it counts for others from now on.
    mutating func measured(_ placement: Int) {
        let (instance, tag) = (Int(placements[placement].instance), Int(placements[placement].tag))
        let lanes = Figures.Lanes(
            placements[placement].prefill.value ?? .nan, placements[placement].decode.alone ?? .nan,
            placements[placement].load.value ?? .nan, 0)
        let perByte = lanes / tags[tag].size
        instances[instance].figures.replace(placements[placement].told, with: perByte)
        tags[tag].figures.replace(placements[placement].told, with: perByte)
        all.replace(placements[placement].told, with: perByte)
        placements[placement].told = perByte
        placements[placement].figures = Figures.sound(lanes)
        placements[placement].lookedAt = -.infinity
        placements[placement].room.at = -.infinity
    }

    // MARK: When a slot comes free

    /// Seconds per token that a stream on the placement needs beside `streams − 1` others, with `active` models at work.
    func pace(_ placement: Int, streams: Int32, active: Int32) -> Double {
        figures(placement)[1] * Double(max(1, active))
            * (1 + placements[placement].decode.slope * Double(max(0, streams - 1)))
    }

    /// When the next slot of a placement comes free whose slots are all taken. Looks anew when the last look is too old.
    mutating func slotFree(_ placement: Int, at now: Double) -> Double {
        if now - placements[placement].lookedAt > ForecastConstants.lookHolds {
            placements[placement].lookedAt = now
            placements[placement].freeAt = lookForSlot(placement, at: now)
        }
        return placements[placement].freeAt
    }

    /// First come, first served over the slots: each run ends when its expected length is written; one that has a first
    /// token by what its length so far says of the rest.
    private mutating func lookForSlot(_ placement: Int, at now: Double) -> Double {
        let slots = Int(usableSlots(placement, at: now))
        let pace = pace(
            placement, streams: min(placements[placement].busy, Int32(slots)),
            active: instances[Int(placements[placement].instance)].active)
        let tag = Int(placements[placement].tag)
        let perToken = figures(placement)[0]
        let stallAhead = stallAhead(placement, at: now) * ForecastConstants.readingStall
        var ends = scratch
        ends.removeAll(keepingCapacity: true)
        // Nobody says how far those of other gateways are: their ends lie evenly within the time of an answer.
        let outside = Int(placements[placement].outside)
        for number in 0..<outside {
            ends.append(now + tags[tag].lengths.expected * pace * Double(number + 1) / Double(outside + 1))
        }
        var cursor = placements[placement].firstRequest
        while cursor >= 0 {
            let running = requests[Int(cursor)]
            let begins = ends.count >= slots ? ends[ends.count - slots] : now
            let end: Double
            let began =
                running.isStreamed
                ? running.firstTokenAt : running.expectedFirst < now ? running.expectedFirst : nil
            if let began {
                let stalled = stalled(running, at: now) * ForecastConstants.readingStall
                let written = max(0, now - began - stalled) / pace
                let left = min(tags[tag].lengths.remaining(after: written), running.outputLimit - written)
                end = now + stallAhead + max(1, left) * pace
            } else {
                let prefill = (running.promptTokens - running.cachedTokens) * perToken
                // Overdue: nothing says how much longer, so the longer it is late the longer it is thought to be.
                let first = max(
                    running.expectedFirst, begins + prefill, now + 0.25 * max(0, now - running.expectedFirst))
                end = first + min(tags[tag].lengths.expected, running.outputLimit) * pace
            }
            let place = ends.firstIndex { $0 > end } ?? ends.count
            ends.insert(end, at: place)
            cursor = running.next
        }
        let free = ends.count >= slots ? ends[ends.count - slots] : now
        scratch = ends
        return max(now, free)
    }

    /// When the last of a placement's runs ends.
    mutating func lastEnd(_ placement: Int, at now: Double) -> Double {
        _ = lookForSlot(placement, at: now)
        return scratch.last ?? now
    }

    /// Makes earlier looks at this instance void.
    mutating func changed(_ instance: Int) {
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            placements[Int(cursor)].room.at = -.infinity
            cursor = placements[Int(cursor)].next
        }
    }
}
