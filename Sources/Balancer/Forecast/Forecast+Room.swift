#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who has to go when a model is loaded.
extension Forecast {
    /// What a load of the unit would drive out and cost others. Holds for a second, or until something changes on the box.
    mutating func room(for unit: Int, at now: Double) -> Unit.Room {
        if now - units[unit].room.at <= 1 { return units[unit].room }
        var room = Unit.Room()
        room.readyAt = now
        room.at = now
        for victim in victims(of: unit) {
            if units[victim].count > 0 {
                room.readyAt = max(room.readyAt, lastEnd(victim, at: now))
                room.penalty += ForecastConstants.busyVictimPenalty
                room.isBusy = true
            }
            room.readyAt += ForecastConstants.memoryWait
            let kind = Int(units[victim].kind)
            let others = Double(max(0, kinds[kind].residents - 1))
            let wanted = 1 - exp(-rate(of: kind, at: now) * ForecastConstants.evictionHorizon / (others + 1))
            room.penalty += figures(victim)[2] * wanted * (others == 0 ? 2 : 1)
        }
        units[unit].room = room
        return room
    }

    /// The units that Ollama would drive out, in its order: the first idle one by name, else the first by name, until the
    /// model fits. Models that are none of ours go first: nothing is known of who uses them.
    func victims(of unit: Int) -> [Int] {
        let box = Int(units[unit].box)
        let size = kinds[Int(units[unit].kind)].size
        var residents = residents(of: box, except: unit).map { Int($0) }
        var held = residents.reduce(boxes[box].foreignBytes) { $0 + kinds[Int(units[$1].kind)].size }
        var count = residents.count + boxes[box].foreignCount
        if !boxes[box].memory.fits(size, beside: held, count: count) {
            held -= boxes[box].foreignBytes
            count -= boxes[box].foreignCount
        }
        var leaving: [Int] = []
        while !residents.isEmpty, !boxes[box].memory.fits(size, beside: held, count: count) {
            let first =
                residents.indices.min { left, right in
                    let (a, b) = (residents[left], residents[right])
                    if (units[a].count == 0) != (units[b].count == 0) { return units[a].count == 0 }
                    return kinds[Int(units[a].kind)].name < kinds[Int(units[b].kind)].name
                } ?? 0
            let victim = residents.remove(at: first)
            leaving.append(victim)
            held -= kinds[Int(units[victim].kind)].size
            count -= 1
        }
        return leaving
    }

    /// Requests per second for a kind.
    func rate(of kind: Int, at now: Double) -> Double {
        kinds[kind].rate * exp(-max(0, now - kinds[kind].rateAt) / ForecastConstants.rateTime)
    }

    /// A request for a kind came.
    mutating func countArrival(of kind: Int, at now: Double) {
        kinds[kind].rate = rate(of: kind, at: now) + 1 / ForecastConstants.rateTime
        kinds[kind].rateAt = max(now, kinds[kind].rateAt)
    }

    /// One more or one less of a class is at work for a kind.
    mutating func count(_ change: Int32, _ serviceClass: ServiceClass, of kind: Int, at now: Double) {
        kinds[kind].urgentMean = urgentMean(of: kind, at: now)
        kinds[kind].urgentAt = max(now, kinds[kind].urgentAt)
        if serviceClass == .batch { kinds[kind].batch += change } else { kinds[kind].urgent += change }
    }

    /// How many requests that somebody waits for are at work for a kind, on average over the last minute.
    func urgentMean(of kind: Int, at now: Double) -> Double {
        let kept = exp(-max(0, now - kinds[kind].urgentAt) / ForecastConstants.rateTime)
        return kinds[kind].urgentMean * kept + Double(kinds[kind].urgent) * (1 - kept)
    }

    /// Notes what is in a box's memory, by what we know ourselves or by what it says.
    mutating func setResidency(_ unit: Int, _ residency: Unit.Residency, at now: Double) {
        let old = units[unit].residency
        guard old != residency else { return }
        let kind = Int(units[unit].kind)
        if old == .absent { kinds[kind].residents += 1 }
        if residency == .absent {
            kinds[kind].residents -= 1
            units[unit].contextLength = 0
            for place in memories[unit].indices where !memories[unit][place].isBusy {
                memories[unit][place].chain = []
            }
        }
        units[unit].residency = residency
        units[unit].residencyAt = now
        changed(Int(units[unit].box))
    }
}
