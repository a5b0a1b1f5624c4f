import Balancer

/// Any box, by chance.
struct RandomChoice: Baseline {
    static let name = "random"

    init(boxes: Int, models: Int) {}

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        boxes[random.below(boxes.count)]
    }
}

/// One after the other, for each model by itself.
struct RoundRobin: Baseline {
    static let name = "round-robin"

    private var turns: [Int]

    init(boxes: Int, models: Int) {
        turns = Array(repeating: 0, count: models)
    }

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        let model = Int(request.model)
        defer { turns[model] += 1 }
        return boxes[turns[model] % boxes.count]
    }
}

/// Of two different boxes drawn by chance the one with fewer requests in flight; of equals the first drawn.
///
/// Mitzenmacher, "The power of two choices in randomized load balancing", 2001.
struct PowerOfTwo: Baseline {
    static let name = "p2c"

    init(boxes: Int, models: Int) {}

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        let first = random.below(boxes.count)
        guard boxes.count > 1 else { return boxes[first] }
        var second = random.below(boxes.count - 1)
        if second >= first { second += 1 }
        return counts.ofBox[boxes[second]] < counts.ofBox[boxes[first]] ? boxes[second] : boxes[first]
    }
}

/// The fewest requests in flight on the whole box; equals by chance.
struct LeastBusyBoxes: Baseline {
    static let name = "least-busy-boxes"

    init(boxes: Int, models: Int) {}

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        var least = Int.max
        var equals = 0
        for box in boxes {
            let count = counts.ofBox[box]
            if count < least { (least, equals) = (count, 1) } else if count == least { equals += 1 }
        }
        var left = random.below(equals)
        for box in boxes where counts.ofBox[box] == least {
            if left == 0 { return box }
            left -= 1
        }
        preconditionFailure("one of the equals is chosen")
    }
}
