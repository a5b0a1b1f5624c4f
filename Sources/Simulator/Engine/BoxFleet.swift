import Balancer
import BoxModel

/// The boxes of a run and what is wrong with them.
struct BoxFleet {
    enum Health: Equatable {
        case well
        case dead
        case hanging
    }

    var boxes: [BoxScheduler]
    private(set) var health: [Health]
    /// When each wakes by itself.
    private(set) var wakes: WakeTable
    /// The changes of the last call.
    var changes: [BoxChange] = []
    /// Time at work before a box was started anew.
    private var pastWork: [Int64]
    private var slowness: [Double]
    private let settings: [BoxSettings]

    init(_ pool: SimulatedPool) {
        settings = pool.boxes.indices.map(pool.settings(of:))
        boxes = settings.map { BoxScheduler($0) }
        for (box, simulated) in pool.boxes.enumerated() {
            for model in simulated.preloaded { _ = boxes[box].preload(model, at: 0) }
        }
        health = Array(repeating: .well, count: boxes.count)
        wakes = WakeTable(count: boxes.count)
        pastWork = Array(repeating: 0, count: boxes.count)
        slowness = Array(repeating: 1, count: boxes.count)
        for box in boxes.indices { schedule(box) }
    }

    mutating func arrive(_ demand: BoxDemand, _ request: Int, on box: Int, at now: Int64) {
        boxes[box].arrive(demand, id: request, at: now, into: &changes)
        schedule(box)
    }

    mutating func cancel(_ request: Int, on box: Int, at now: Int64) {
        boxes[box].cancel(request, at: now, into: &changes)
        schedule(box)
    }

    mutating func advance(_ box: Int, to now: Int64) {
        boxes[box].advance(to: now, into: &changes)
        schedule(box)
    }

    /// A box stops answering.
    mutating func stop(_ box: Int, _ health: Health, at now: Int64) {
        advance(box, to: now)
        self.health[box] = health
        schedule(box)
    }

    mutating func slow(_ box: Int, by factor: Double, at now: Int64) {
        slowness[box] = factor
        guard health[box] == .well else { return }
        boxes[box].slow(by: factor, reading: factor, at: now, into: &changes)
        schedule(box)
    }

    /// A box works as it should again; one that did not answer is empty.
    mutating func mend(_ box: Int, at now: Int64) {
        slowness[box] = 1
        if health[box] != .well {
            pastWork[box] += boxes[box].workingTime
            boxes[box] = BoxScheduler(settings[box])
            health[box] = .well
        }
        boxes[box].slow(by: 1, reading: 1, at: now, into: &changes)
        schedule(box)
    }

    /// How long some request was at work on a box so far.
    func workingTime(of box: Int) -> Int64 { pastWork[box] + boxes[box].workingTime }

    private mutating func schedule(_ box: Int) {
        wakes[box] = health[box] == .well ? boxes[box].nextWake() ?? WakeTable.never : WakeTable.never
    }
}
