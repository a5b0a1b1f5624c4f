/// An instance's own words about its memory, corrected by the effects of our own requests since.
extension Forecast {
    /// Takes note of `/api/ps`, read at `seen`.
    mutating func observe(_ loaded: [LoadedModel], on instance: Int, seen: Double, at now: Double) {
        var foreign = (bytes: 0.0, count: 0)
        var present: Set<Int32> = []
        var held = 0.0
        var isFull = false
        for model in loaded {
            held += Self.bytesHeld(model)
            isFull = isFull || model.sizeVRAM > 0 && model.sizeVRAM < model.size
            guard let tag = tag(named: model.model), let placement = placement(of: tag, on: instance) else {
                foreign.bytes += Self.bytesHeld(model)
                foreign.count += 1
                continue
            }
            present.insert(Int32(placement))
            learn(model, tag: tag, placement: placement, isNews: seen > placements[placement].residencyAt)
        }
        instances[instance].foreignBytes = foreign.bytes
        instances[instance].foreignCount = foreign.count
        let known = instances[instance].memory.own
        instances[instance].memory.recordTogether(held: held, count: loaded.count)
        if isFull { instances[instance].memory.recordFull(held: held) }
        confirm(present, on: instance)
        shareMemory(of: instance, since: known)
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            believe(Int(cursor), isThere: present.contains(cursor), seen: seen, at: now)
            cursor = placements[Int(cursor)].next
        }
        changed(instance)
    }

    /// Bytes of the memory that decides what fits: the card's, where there is one.
    private static func bytesHeld(_ model: LoadedModel) -> Double {
        Double(model.sizeVRAM > 0 ? min(model.sizeVRAM, model.size) : model.size)
    }

    /// The instance's words count unless we know of something newer, or our own doing is still to take effect.
    private mutating func believe(_ placement: Int, isThere: Bool, seen: Double, at now: Double) {
        guard seen > placements[placement].residencyAt else { return }
        let instance = Int(placements[placement].instance)
        switch (placements[placement].residency, isThere) {
        case (.loading, true):
            placements[placement].readyAt = now
            instances[instance].loaderFreeAt = min(instances[instance].loaderFreeAt, now)
            setResidency(placement, .resident, at: now)
        case (.loading, false):
            if placements[placement].count == 0 { setResidency(placement, .absent, at: now) }
        case (.absent, true):
            // It is to make room for a load of ours.
            if instances[instance].loaderFreeAt <= now { setResidency(placement, .resident, at: now) }
        case (.resident, false): setResidency(placement, .absent, at: now)
        case (.resident, true), (.absent, false): break
        }
    }

    /// The instance was away: it may have been restarted, with nothing in memory and other settings.
    mutating func cameBack(_ instance: Int, at now: Double) {
        instances[instance].loaderFreeAt = min(instances[instance].loaderFreeAt, now)
        loadChecks[instance] = nil
        instances[instance].memory.forget()
        instances[instance].reading = ReadingBelief()
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            placements[Int(cursor)].slots.forget()
            instances[instance].slots = SlotBelief.Likeness()
            if placements[Int(cursor)].residency == .loading { setResidency(Int(cursor), .absent, at: now) }
            cursor = placements[Int(cursor)].next
        }
    }

    private mutating func learn(_ model: LoadedModel, tag: Int, placement: Int, isNews: Bool) {
        if model.size > 0, !tags[tag].isSizeSeen {
            tags[tag].size = Double(model.size)
            tags[tag].isSizeSeen = true
        }
        if isNews, let length = model.contextLength {
            placements[placement].contextLength = Int32(clamping: length)
            if placements[placement].askedContext > placements[placement].contextLength {
                placements[placement].contextCap = placements[placement].contextLength
            }
        }
        placements[placement].spilled =
            model.size > 0 ? max(0, 1 - Double(model.sizeVRAM) / Double(model.size)) : 0
    }

    /// The size on disk, while nobody has seen the model in memory.
    mutating func learnSize(of tag: Int, onDisk bytes: Double) {
        guard !tags[tag].isSizeSeen, bytes > 0, tags[tag].size != bytes else { return }
        tags[tag].size = bytes
    }

    /// A load of ours is done: what is still there beside it fitted, what is not had to go.
    private mutating func confirm(_ present: Set<Int32>, on instance: Int) {
        guard let check = loadChecks[instance], present.contains(check.placement) else { return }
        loadChecks[instance] = nil
        let size = tags[Int(placements[Int(check.placement)].tag)].size
        if check.residents.allSatisfy(present.contains) {
            instances[instance].memory.recordFit(size, beside: check.held, count: check.count)
        } else {
            instances[instance].memory.recordEviction(size, beside: check.held, count: check.count)
        }
    }

    func placement(of tag: Int, on instance: Int) -> Int? {
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            if Int(placements[Int(cursor)].tag) == tag { return Int(cursor) }
            cursor = placements[Int(cursor)].next
        }
        return nil
    }
}
