import Balancer
import BoxModel

/// A decider of where requests go: the product's balancer, or another algorithm for comparison.
///
/// It is told what a gateway sees, when it sees it, and answers in `decisions`, also later than it was asked.
protocol RoutingPolicy: ~Copyable {
    /// Its decisions that nobody has carried out yet, in order.
    var decisions: [RoutingDecision] { get set }
    /// Whether it wants to be told what probes find.
    var isProbing: Bool { get }
    /// Whether it looks into the boxes.
    var isClairvoyant: Bool { get }
    /// How far off its predictions were.
    var predictions: PredictionErrors { get }

    /// A request wants a box. `tried` are those it has failed on.
    mutating func choose(_ request: Int, tried: InstanceSet, at now: Moment)
    /// The first token of its answer came, that long after it was sent.
    mutating func firstToken(_ request: Int, after time: Duration, at now: Moment)
    /// A request's stay on a box ended.
    mutating func ended(_ request: Int, _ outcome: Outcome, at now: Moment)
    /// A request that it keeps waiting gives up.
    mutating func leave(_ request: Int, at now: Moment)
    /// A look at a box.
    mutating func probed(_ report: ProbeReport, at now: Moment)
    /// When it wants to be woken; nil: not.
    mutating func nextWake() -> Moment?
    /// That time has come.
    mutating func wake(at now: Moment)
    /// After each change, only if it is clairvoyant: the truth.
    mutating func look(into boxes: [BoxScheduler], at now: Moment)
    /// Boxes that it wants to be probed at once; empties the list.
    mutating func takeProbeWishes() -> [Int]
}

extension RoutingPolicy where Self: ~Copyable {
    var isProbing: Bool { false }
    var isClairvoyant: Bool { false }
    var predictions: PredictionErrors { PredictionErrors() }
    mutating func firstToken(_ request: Int, after time: Duration, at now: Moment) {}
    mutating func leave(_ request: Int, at now: Moment) {}
    mutating func probed(_ report: ProbeReport, at now: Moment) {}
    mutating func nextWake() -> Moment? { nil }
    mutating func wake(at now: Moment) {}
    mutating func look(into boxes: [BoxScheduler], at now: Moment) {}
    mutating func takeProbeWishes() -> [Int] { [] }
}

/// The outcome of a request.
enum RoutingDecision: Sendable {
    /// It goes to that box, with so much context; -1: as it asks.
    case send(request: Int, box: Int, context: Int32 = -1)
    /// It waits: `send` or `refuse` will come.
    case hold(request: Int)
    /// It gets an error.
    case refuse(request: Int)
}
