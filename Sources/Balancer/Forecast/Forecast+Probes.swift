/// What a box says of its memory, corrected by what our own requests have just caused.
extension Forecast {
    /// Takes note of `/api/ps`, read at `seen`.
    mutating func observe(_ loaded: [LoadedModel], on box: Int, seen: Double, at now: Double) {
        var foreign = (bytes: 0.0, count: 0)
        var present: Set<Int32> = []
        var held = 0.0
        for model in loaded {
            held += Double(model.size)
            guard let kind = kind(named: model.model), let unit = unit(of: kind, on: box) else {
                foreign.bytes += Double(model.size)
                foreign.count += 1
                continue
            }
            present.insert(Int32(unit))
            learn(model, kind: kind, unit: unit, isNews: seen > units[unit].residencyAt)
        }
        boxes[box].foreignBytes = foreign.bytes
        boxes[box].foreignCount = foreign.count
        boxes[box].memory.recordTogether(held: held, count: loaded.count)
        confirm(present, on: box)
        var cursor = boxes[box].firstUnit
        while cursor >= 0 {
            believe(Int(cursor), isThere: present.contains(cursor), seen: seen, at: now)
            cursor = units[Int(cursor)].next
        }
        changed(box)
    }

    /// What the box says counts unless we know of something newer, or something we have caused is still to happen.
    private mutating func believe(_ unit: Int, isThere: Bool, seen: Double, at now: Double) {
        guard seen > units[unit].residencyAt else { return }
        let box = Int(units[unit].box)
        switch (units[unit].residency, isThere) {
        case (.loading, true):
            units[unit].readyAt = now
            boxes[box].loaderFreeAt = min(boxes[box].loaderFreeAt, now)
            setResidency(unit, .resident, at: now)
        case (.loading, false):
            if units[unit].count == 0 { setResidency(unit, .absent, at: now) }
        case (.absent, true):
            // It is to make room for a load of ours.
            if boxes[box].loaderFreeAt <= now { setResidency(unit, .resident, at: now) }
        case (.resident, false): setResidency(unit, .absent, at: now)
        case (.resident, true), (.absent, false): break
        }
    }

    /// The box was away: it may have been restarted, with nothing in memory and other settings.
    mutating func cameBack(_ box: Int, at now: Double) {
        boxes[box].loaderFreeAt = min(boxes[box].loaderFreeAt, now)
        loadChecks[box] = nil
        boxes[box].memory = MemoryBelief()
        var cursor = boxes[box].firstUnit
        while cursor >= 0 {
            units[Int(cursor)].slots.forget()
            if units[Int(cursor)].residency == .loading { setResidency(Int(cursor), .absent, at: now) }
            cursor = units[Int(cursor)].next
        }
    }

    private mutating func learn(_ model: LoadedModel, kind: Int, unit: Int, isNews: Bool) {
        if model.size > 0, !kinds[kind].isSizeSeen {
            kinds[kind].size = Double(model.size)
            kinds[kind].isSizeSeen = true
        }
        if isNews, let length = model.contextLength {
            units[unit].contextLength = Int32(clamping: length)
            if units[unit].askedContext > units[unit].contextLength {
                units[unit].contextCap = units[unit].contextLength
            }
        }
        units[unit].spilled =
            model.size > 0 ? max(0, 1 - Double(model.sizeVRAM) / Double(model.size)) : 0
    }

    /// The size on disk, while nobody has seen the model in memory.
    mutating func learnSize(of kind: Int, onDisk bytes: Double) {
        guard !kinds[kind].isSizeSeen, bytes > 0, kinds[kind].size != bytes else { return }
        kinds[kind].size = bytes
    }

    /// A load of ours is done: what is still there beside it fitted, what is not had to go.
    private mutating func confirm(_ present: Set<Int32>, on box: Int) {
        guard let check = loadChecks[box], present.contains(check.unit) else { return }
        loadChecks[box] = nil
        let size = kinds[Int(units[Int(check.unit)].kind)].size
        if check.residents.allSatisfy(present.contains) {
            boxes[box].memory.recordFit(size, beside: check.held, count: check.count)
        } else {
            boxes[box].memory.recordEviction(size, beside: check.held, count: check.count)
        }
    }

    func unit(of kind: Int, on box: Int) -> Int? {
        var cursor = boxes[box].firstUnit
        while cursor >= 0 {
            if Int(units[Int(cursor)].kind) == kind { return Int(cursor) }
            cursor = units[Int(cursor)].next
        }
        return nil
    }
}
