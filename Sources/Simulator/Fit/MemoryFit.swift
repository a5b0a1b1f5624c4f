import Balancer

/// The memory of an instance as a log shows it: what was in it together, what was loaded beside others, and what drove each other
/// out.
///
/// A further model comes into memory if it takes at most 80 % of what is free: a load beside others shows that there is so much,
/// one that drove another out that there is not.
struct MemoryFit: Equatable {
    /// Bytes that there are.
    private(set) var atLeast = 0.0
    /// Bytes that there are not.
    private(set) var atMost = Double.infinity
    /// The most models that were there together, and the bytes of the largest such company.
    private(set) var together = 0
    private(set) var held = 0.0

    /// Of the stays on one instance, with the models' sizes and what they take of the card: less where there was no more.
    init(_ stays: [ModelStay], sizes: [Double], onCard: [Double]) {
        for (index, stay) in stays.enumerated() {
            // What was there when another came.
            let company = stays.filter { $0.model != stay.model && $0.isThere(from: stay.from, to: stay.from) }
            note((company + [stay]).map { onCard[$0.model] })
            guard let load = stay.load else { continue }
            let beside = company.filter { $0.from <= load.began }
            if !beside.isEmpty {
                atLeast = max(atLeast, Self.needed(sizes[stay.model], beside: beside.map { onCard[$0.model] }))
            }
            learnFromDrivenOut(before: index, stays, sizes, onCard)
        }
        for stay in stays where onCard[stay.model] < sizes[stay.model] { spilled(onCard: onCard[stay.model]) }
        if atMost <= atLeast { atMost = .infinity }
    }

    /// Models left between their last answer and their next load: one of the loads between drove them out, though none beside which
    /// they would have fitted.
    private mutating func learnFromDrivenOut(
        before index: Int, _ stays: [ModelStay], _ sizes: [Double], _ onCard: [Double]
    ) {
        guard let before = stays[..<index].last(where: { $0.model == stays[index].model }), before.wasDrivenOut else {
            return
        }
        var most = 0.0
        for other in stays where other.model != before.model {
            guard let load = other.load, other.from > before.until, load.began < before.gone else { continue }
            let there = stays.filter { $0.model != other.model && $0.mayBeThere(at: load.began) }
            // Where there may have been more models, there may have been too many.
            guard there.count < OllamaMemory.usualModels else { return }
            most = max(most, Self.needed(sizes[other.model], beside: there.map { onCard[$0.model] }))
        }
        if most > 0 { atMost = min(atMost, most) }
    }

    private mutating func note(_ company: [Double]) {
        let bytes = company.reduce(0, +)
        together = max(together, company.count)
        held = max(held, bytes)
        atLeast = max(atLeast, bytes)
    }

    /// A model was only partly on the card: there was no more for it.
    private mutating func spilled(onCard bytes: Double) {
        atLeast = max(atLeast, bytes)
        atMost = min(atMost, bytes * 1.02)
    }

    /// With what another instance shows, unless the two contradict each other: then it is of another kind.
    func joined(_ other: MemoryFit) -> MemoryFit {
        guard max(atLeast, other.atLeast) < min(atMost, other.atMost) else { return self }
        var joined = self
        joined.atLeast = max(atLeast, other.atLeast)
        joined.atMost = min(atMost, other.atMost)
        joined.together = max(together, other.together)
        joined.held = max(held, other.held)
        return joined
    }

    /// The bytes that an instance needs on which models of these sizes may meet: more make no difference.
    static func enough(for sizes: [Double], together: Int) -> Double {
        let largest = sizes.sorted(by: >).prefix(max(OllamaMemory.usualModels, together))
        guard largest.count > 1, let first = largest.first else { return largest.first ?? 0 }
        return needed(first, beside: Array(largest.dropFirst()))
    }

    /// The memory that decides as the instance does, for models of these sizes; nil where the log does not tell. `best` finds it
    /// between two bounds.
    func memory(for sizes: [Double], best: (Double, Double) -> Double) -> Double? {
        let enough = Self.enough(for: sizes, together: together)
        let largest = sizes.sorted(by: >).prefix(max(OllamaMemory.usualModels, together)).reduce(0, +)
        if atLeast >= enough || held >= largest { return max(enough, atLeast) }
        return atMost < .infinity ? best(atLeast, min(atMost, enough)) : nil
    }

    private static func needed(_ size: Double, beside others: [Double]) -> Double {
        others.isEmpty ? size : others.reduce(0, +) + size / OllamaMemory.usableShare
    }
}
