/// How fast an instance loads models, from loads that nothing delayed but, perhaps, the memory of a model that had to go.
struct LoadFit {
    private struct Load {
        let bytes: Double
        let seconds: Double
        /// Whether something seems to have been driven out for it.
        let droveOut: Bool
    }

    private var loads: [Load] = []

    /// Seconds until the memory of a model that was driven out is free, as the simulator has it.
    private static let recovery = 1.0
    /// Loads that differ by this share, in seconds, are equally fast.
    private static let tolerance = 0.05
    /// Fewer do not show how long one takes.
    private static let fewest = 3
    /// As many are looked at.
    private static let most = 300

    init(_ stays: [ModelStay], sizes: [Double]) {
        for stay in stays {
            guard loads.count < Self.most, let load = stay.load else { continue }
            let isClear = stays.allSatisfy { other in
                guard other.model != stay.model, let before = other.load else { return true }
                return other.from <= load.asked || before.asked >= stay.from
            }
            guard isClear else { continue }
            let droveOut = stays.contains { other in
                other.model != stay.model && other.wasDrivenOut && other.from < load.began && other.until < stay.from
                    && other.gone > stay.from
            }
            loads.append(Load(bytes: sizes[stay.model], seconds: stay.from - load.asked, droveOut: droveOut))
        }
    }

    /// Nothing but what others show.
    init(_ fits: [LoadFit]) { loads = Array(fits.flatMap(\.loads).prefix(Self.most)) }

    /// Bytes per second: what explains the most loads, with or without a victim; nil where there are too few.
    var bytesPerSecond: Double? {
        guard loads.count >= Self.fewest else { return nil }
        var best: (speed: Double, support: Int)?
        for load in loads {
            for wait in [0, Self.recovery] where load.seconds - wait > PoolFit.noise {
                let speed = load.bytes / (load.seconds - wait)
                let support = support(of: speed)
                if support > best?.support ?? 0 { best = (speed, support) }
            }
        }
        return best?.speed
    }

    /// How many loads it explains; twice those that also seem to have been with or without a victim.
    private func support(of speed: Double) -> Int {
        loads.reduce(0) { sum, load in
            let own = load.bytes / speed
            let explained = [false, true].filter { waits in
                abs(load.seconds - own - (waits ? Self.recovery : 0)) <= Self.tolerance * load.seconds
            }
            return sum + (explained.isEmpty ? 0 : explained.contains(load.droveOut) ? 2 : 1)
        }
    }
}
