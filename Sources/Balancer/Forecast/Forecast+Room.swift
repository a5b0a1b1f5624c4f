#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The models that have to go when another is loaded.
extension Forecast {
    /// The models that a load of the placement would drive out, and their cost to others. Holds for a second, or until
    /// something changes on the instance.
    mutating func room(for placement: Int, at now: Double) -> Placement.Room {
        if now - placements[placement].room.at <= 1 { return placements[placement].room }
        var room = Placement.Room()
        room.readyAt = now
        room.at = now
        for victim in victims(of: placement) {
            if placements[victim].isAtWork {
                room.readyAt = max(room.readyAt, lastEnd(victim, at: now))
                room.penalty += ForecastConstants.busyVictimPenalty
                room.isBusy = true
            }
            room.readyAt += ForecastConstants.memoryWait
            let tag = Int(placements[victim].tag)
            let others = Double(max(0, tags[tag].residents - 1))
            let wanted = 1 - exp(-rate(of: tag, at: now) * ForecastConstants.evictionHorizon / (others + 1))
            room.penalty += figures(victim)[2] * wanted * (others == 0 ? 2 : 1)
        }
        placements[placement].room = room
        return room
    }

    /// The placements that Ollama would drive out, in its order: the first idle one by name, else the first by name, until the
    /// model fits. Models that are none of ours go first: nothing is known of who uses them.
    func victims(of placement: Int) -> [Int] {
        let instance = Int(placements[placement].instance)
        let size = tags[Int(placements[placement].tag)].size
        var residents = residents(of: instance, except: placement).map { Int($0) }
        var held = residents.reduce(instances[instance].foreignBytes) { $0 + tags[Int(placements[$1].tag)].size }
        var count = residents.count + instances[instance].foreignCount
        if !instances[instance].memory.fits(size, beside: held, count: count) {
            held -= instances[instance].foreignBytes
            count -= instances[instance].foreignCount
        }
        var leaving: [Int] = []
        while !residents.isEmpty, !instances[instance].memory.fits(size, beside: held, count: count) {
            let first =
                residents.indices.min { left, right in
                    let (a, b) = (residents[left], residents[right])
                    if placements[a].isAtWork != placements[b].isAtWork { return placements[b].isAtWork }
                    return tags[Int(placements[a].tag)].name < tags[Int(placements[b].tag)].name
                } ?? 0
            let victim = residents.remove(at: first)
            leaving.append(victim)
            held -= tags[Int(placements[victim].tag)].size
            count -= 1
        }
        return leaving
    }

    /// Requests per second for a kind.
    func rate(of tag: Int, at now: Double) -> Double {
        tags[tag].rate * exp(-max(0, now - tags[tag].rateAt) / ForecastConstants.rateTime)
    }

    /// A request for a kind came.
    mutating func countArrival(of tag: Int, at now: Double) {
        tags[tag].rate = rate(of: tag, at: now) + 1 / ForecastConstants.rateTime
        tags[tag].rateAt = max(now, tags[tag].rateAt)
    }

    /// One more or one less of a class is at work for a kind.
    mutating func count(_ change: Int32, _ serviceClass: ServiceClass, of tag: Int, at now: Double) {
        tags[tag].urgentMean = urgentMean(of: tag, at: now)
        tags[tag].urgentAt = max(now, tags[tag].urgentAt)
        if serviceClass == .batch { tags[tag].batch += change } else { tags[tag].urgent += change }
    }

    /// How many requests that somebody waits for are at work for a kind, on average over the last minute.
    func urgentMean(of tag: Int, at now: Double) -> Double {
        let kept = exp(-max(0, now - tags[tag].urgentAt) / ForecastConstants.rateTime)
        return tags[tag].urgentMean * kept + Double(tags[tag].urgent) * (1 - kept)
    }

    /// Notes what is in an instance's memory, by what we know ourselves or by what it says.
    mutating func setResidency(_ placement: Int, _ residency: Placement.Residency, at now: Double) {
        let old = placements[placement].residency
        guard old != residency else { return }
        let tag = Int(placements[placement].tag)
        if old == .absent { tags[tag].residents += 1 }
        if residency == .absent {
            tags[tag].residents -= 1
            placements[placement].contextLength = 0
            for place in memories[placement].indices where !memories[placement][place].isBusy {
                memories[placement][place].chain = []
            }
        }
        placements[placement].residency = residency
        placements[placement].residencyAt = now
        changed(Int(placements[placement].instance))
    }
}
