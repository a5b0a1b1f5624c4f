/// When the waiting requests of models that are routed by predictions are planned next.
///
/// A plan is due when something has changed for them, but not at once after another. It is ordered from outside, where time
/// passes; an earlier one makes it needless.
struct PlanClock: Equatable, Sendable {
    /// From one plan to the next at least.
    static let gap = Duration.milliseconds(5)
    /// While anyone waits a plan is made this often in any case: time alone changes what is predicted.
    static let tick = Duration.milliseconds(250)

    /// `never`: nothing has changed.
    private(set) var due = Moment.never
    private var madeAt = Moment.zero
    /// The moment of the next plan that has been ordered; `never`: none has.
    private var orderedFor = Moment.never

    func isDue(at now: Moment) -> Bool { now >= due }

    /// Something has changed for the waiting requests.
    mutating func somethingChanged(at now: Moment) { due = min(due, max(now, madeAt + Self.gap)) }

    /// Somebody waits on after a plan.
    mutating func goesOn(at now: Moment) { due = min(due, now + Self.tick) }

    /// The moment for which a plan is to be ordered; nil where one is ordered that comes no later.
    mutating func order() -> Moment? {
        guard due < orderedFor else { return nil }
        orderedFor = due
        return due
    }

    /// The plan that was ordered for a moment comes. Answers whether it is still needed.
    mutating func comes(orderedFor moment: Moment, at now: Moment) -> Bool {
        let isDue = isDue(at: now)
        if isDue || orderedFor == moment { orderedFor = .never }
        return isDue
    }

    /// A plan is made now.
    mutating func begins(at now: Moment) {
        due = .never
        madeAt = now
    }
}
