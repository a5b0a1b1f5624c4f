import Balancer

/// The loads of a log once more, on an instance with so much memory: how often something else would have been in memory than was.
struct MemoryReplay {
    /// One load: its model, the others that were surely there, those that had left by themselves, and those at work when it was
    /// asked for.
    private struct Load {
        let model: Int
        var there: Set<Int> = []
        var left: Set<Int> = []
        var busy: Set<Int> = []
    }

    /// In the order in which they began.
    private var loads: [Load] = []
    /// There before the first load.
    private let atFirst: Set<Int>
    private let models: [Int]
    private let sizes: [Double]
    private let onCard: [Double]
    /// By the models' places: Ollama's order of victims.
    private var rank: [Int]
    private let mostModels: Int

    /// Seconds after which an idle model leaves by itself.
    private static let keepAlive = 300.0

    init(
        _ stays: [ModelStay], _ requests: [FitLog.Request], names: [String], sizes: [Double], onCard: [Double],
        mostModels: Int
    ) {
        self.sizes = sizes
        self.onCard = onCard
        self.mostModels = mostModels
        models = Array(Set(stays.map(\.model)))
        atFirst = Set(stays.filter { $0.load == nil }.map(\.model))
        rank = Array(repeating: 0, count: names.count)
        for (place, model) in names.indices.sorted(by: { names[$0] < names[$1] }).enumerated() { rank[model] = place }
        let began = stays.compactMap { stay in stay.load.map { (stay, $0) } }.sorted { $0.1.began < $1.1.began }
        for (stay, load) in began {
            var replayed = Load(model: stay.model)
            for other in stays where other.model != stay.model && other.from < load.began {
                if other.until >= load.began {
                    replayed.there.insert(other.model)
                } else if load.began - other.until > Self.keepAlive, load.began < other.gone {
                    replayed.left.insert(other.model)
                }
            }
            replayed.busy = Set(requests.filter { $0.obtained <= load.asked && $0.ended > load.asked }.map(\.model))
            loads.append(replayed)
        }
    }

    /// The middle of the memory that explains the loads of like instances best, of what lies between two bounds.
    static func best(_ replays: [MemoryReplay], above low: Double, below high: Double) -> Double {
        let thresholds = Set(replays.flatMap { $0.thresholds() }).filter { $0 > low && $0 < high }
        let steps = ([low, high] + thresholds).sorted()
        let counts = zip(steps, steps.dropFirst()).map { low, high in
            replays.reduce(0) { $0 + $1.mismatches(with: (low + high) / 2) }
        }
        guard let least = counts.min(), let first = counts.firstIndex(of: least) else { return (low + high) / 2 }
        let last = first + counts[first...].prefix { $0 == least }.count
        return (steps[first] + steps[last]) / 2
    }

    /// The amounts of memory from which on some model fits beside one or two others.
    private func thresholds() -> [Double] {
        var found: [Double] = []
        for model in models {
            let own = sizes[model] / OllamaMemory.usableShare
            for first in models where first != model {
                found.append(own + onCard[first])
                for second in models where second > first && second != model {
                    found.append(own + onCard[first] + onCard[second])
                }
            }
        }
        return found
    }

    private func mismatches(with memory: Double) -> Int {
        var count = 0
        var present = atFirst
        for load in loads {
            count += load.there.subtracting(present).count
            present.formUnion(load.there)
            present.subtract(load.left.subtracting(load.there))
            if present.remove(load.model) != nil { count += 1 }
            while !fits(load.model, beside: present, in: memory), let victim = victim(of: present, load.busy) {
                present.remove(victim)
            }
            present.insert(load.model)
        }
        return count
    }

    private func fits(_ model: Int, beside others: Set<Int>, in memory: Double) -> Bool {
        guard !others.isEmpty else { return true }
        guard others.count < mostModels else { return false }
        return others.reduce(0) { $0 + onCard[$1] } + sizes[model] / OllamaMemory.usableShare <= memory
    }

    /// The first idle one by name, else the first.
    private func victim(of present: Set<Int>, _ busy: Set<Int>) -> Int? {
        present.min { (busy.contains($0) ? 1 : 0, rank[$0]) < (busy.contains($1) ? 1 : 0, rank[$1]) }
    }
}
