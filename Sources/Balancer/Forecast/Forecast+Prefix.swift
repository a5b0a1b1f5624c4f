#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The slots' memory of their last prompts: a request that continues one need not have it read again.
extension Forecast {
    /// Remembered per placement at most: more slots than that are rare, and looking at them costs every pick.
    private static let mostMemories = 8

    /// The slot's memory a request would take: the longest common beginning, else an empty one, else the oldest.
    struct Place {
        /// In `memories`; -1: a new one.
        var index: Int
        /// Tokens that need not be read again.
        var cached: Double
        /// Tokens that are written over and may be missed.
        var lost: Double
    }

    /// Where on the placement a prompt that begins with `chain` would go.
    func place(for chain: [UInt64], on placement: Int, at now: Double) -> Place {
        if chain.isEmpty, memories[placement].isEmpty { return Place(index: -1, cached: 0, lost: 0) }
        let isFull = placements[placement].count >= placements[placement].slots.count
        var best = Place(index: -1, cached: 0, lost: 0)
        var oldest = Double.infinity
        var isRoom = memories[placement].count < min(Int(placements[placement].slots.count), Self.mostMemories)
        memories[placement].withUnsafeBufferPointer { memories in
            for index in memories.indices where isFull || !memories[index].isBusy {
                let blocks = Self.common(memories[index].chain, chain)
                let cached = Double(blocks * PrefixChain.blockTokens)
                if cached > best.cached {
                    best = Place(index: index, cached: cached, lost: Self.loss(memories[index], cached, at: now))
                    isRoom = false
                } else if best.cached == 0, !isRoom, memories[index].at < oldest {
                    oldest = memories[index].at
                    best = Place(index: index, cached: 0, lost: Self.loss(memories[index], 0, at: now))
                }
            }
        }
        return best
    }

    /// Takes the place for a run; -1 when every slot's memory is in use.
    mutating func take(_ place: Place, for chain: [UInt64], tokens: Double, on placement: Int, at now: Double) -> Int32
    {
        var index = place.index
        if index < 0 {
            guard !chain.isEmpty, memories[placement].count < Self.mostMemories else { return -1 }
            memories[placement].append(SlotMemory())
            index = memories[placement].count - 1
        }
        guard !memories[placement][index].isBusy else { return -1 }
        memories[placement][index] = SlotMemory(chain: chain, tokens: tokens, at: now, isBusy: true)
        return Int32(index)
    }

    /// The run that held the memory is over: what it read stays.
    mutating func leave(_ memory: Int32, on placement: Int, at now: Double) {
        guard memory >= 0 else { return }
        memories[placement][Int(memory)].isBusy = false
        memories[placement][Int(memory)].at = now
        if placements[placement].residency == .absent { memories[placement][Int(memory)].chain = [] }
    }

    /// Fewer slots than were believed: the oldest memories are of none.
    mutating func trimMemories(_ placement: Int) {
        while memories[placement].count > placements[placement].slots.count, let last = memories[placement].indices.last
        {
            // Runs know their memory by its place, so only the last can go.
            guard !memories[placement][last].isBusy else { return }
            memories[placement].removeLast()
        }
    }

    /// How many blocks two prompts have in common. Each hash stands for all blocks up to its own, so a search by halves
    /// finds the end.
    static func common(_ left: [UInt64], _ right: [UInt64]) -> Int {
        guard let first = left.first, first == right.first else { return 0 }
        var low = 1
        var high = min(left.count, right.count)
        while low < high {
            let middle = (low + high + 1) / 2
            if left[middle - 1] == right[middle - 1] { low = middle } else { high = middle - 1 }
        }
        return low
    }

    private static func loss(_ memory: SlotMemory, _ cached: Double, at now: Double) -> Double {
        guard !memory.chain.isEmpty, cached < memory.tokens / 2 else { return 0 }
        return memory.tokens * exp(-(now - memory.at) / ForecastConstants.overwriteTime)
    }
}
