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
