import Balancer

/// Pure affinity: where the longest beginning of this prompt was last sent, however busy that box is; a prompt of which
/// no box has seen more than the block that most begin with goes to the least busy one, equals by chance.
struct PrefixAffinity: Baseline {
    static let name = "prefix-affinity"

    /// The box each beginning was last sent to, for each model by itself.
    private var seen: [[UInt64: Int32]]
    private var leastBusy: LeastBusyBoxes

    init(boxes: Int, models: Int) {
        seen = Array(repeating: [:], count: models)
        leastBusy = LeastBusyBoxes(boxes: boxes, models: models)
    }

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        let model = Int(request.model)
        var chosen: Int?
        for hash in request.prefix.dropFirst().reversed() {
            guard let box = seen[model][hash].map({ Int($0) }), boxes.contains(box) else { continue }
            chosen = box
            break
        }
        let box = chosen ?? leastBusy.choose(request, from: boxes, counts, random: &random)
        for hash in request.prefix.dropFirst() { seen[model][hash] = Int32(box) }
        return box
    }
}
