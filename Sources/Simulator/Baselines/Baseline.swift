import Balancer

/// A load balancer that decides at once, by what a gateway may know.
protocol Baseline: Sendable {
    /// As written on the command line.
    static var name: String { get }
    /// For a pool of that many boxes and models.
    init(boxes: Int, models: Int)
    /// Chooses one of `boxes`, which are never none and in the pool's order. Of the request it must not look at what only
    /// the answer shows.
    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int
    /// Takes in the measurements of a request that went to a box, at its end.
    mutating func learn(_ model: Int, on box: Int, _ outcome: Outcome)
    /// Whether a retry may go where it has failed.
    static var retriesAnywhere: Bool { get }
}

extension Baseline {
    static var retriesAnywhere: Bool { false }
    mutating func learn(_ model: Int, on box: Int, _ outcome: Outcome) {}
}

/// How many requests are on each box, from sending to the last byte.
struct InFlightCounts {
    private(set) var ofBox: [Int]
    private var ofModel: [Int]
    private let models: Int

    init(boxes: Int, models: Int) {
        self.models = models
        ofBox = Array(repeating: 0, count: boxes)
        ofModel = Array(repeating: 0, count: boxes * models)
    }

    /// Those of one model on one box.
    func of(_ model: Int, on box: Int) -> Int { ofModel[box * models + model] }

    mutating func add(_ change: Int, _ model: Int, on box: Int) {
        ofBox[box] += change
        ofModel[box * models + model] += change
    }
}

/// Keeps the counts for a baseline and carries its choices out.
struct BaselinePolicy<Chooser: Baseline>: RoutingPolicy {
    var decisions: [RoutingDecision] = []

    private var chooser: Chooser
    private var counts: InFlightCounts
    private var random: RandomSource
    private let boxesOfModel: [[Int]]
    private let requests: [SimulatedRequest]
    /// The box each request is on.
    private var box: [Int32]

    init(_ pool: SimulatedPool, _ workload: Workload, placement: Placement, seed: UInt64) {
        chooser = Chooser(boxes: pool.boxes.count, models: pool.models.count)
        counts = InFlightCounts(boxes: pool.boxes.count, models: pool.models.count)
        random = RandomSource(seed: seed)
        boxesOfModel = pool.models.indices.map(placement.boxes(of:))
        requests = workload.requests
        box = Array(repeating: -1, count: requests.count)
    }

    /// Requests that are counted on some box.
    var inFlight: Int { counts.ofBox.reduce(0, +) }

    mutating func choose(_ request: Int, tried: InstanceSet, at now: Moment) {
        let model = Int(requests[request].model)
        var boxes = boxesOfModel[model]
        if !Chooser.retriesAnywhere && !tried.isEmpty {
            boxes.removeAll { tried.contains(InstanceID(index: $0)) }
        }
        guard !boxes.isEmpty else { return decisions.append(.refuse(request: request)) }
        let chosen = chooser.choose(requests[request], from: boxes, counts, random: &random)
        counts.add(1, model, on: chosen)
        box[request] = Int32(chosen)
        decisions.append(.send(request: request, box: chosen))
    }

    mutating func ended(_ request: Int, _ outcome: Outcome, at now: Moment) {
        let model = Int(requests[request].model)
        counts.add(-1, model, on: Int(box[request]))
        chooser.learn(model, on: Int(box[request]), outcome)
    }
}
