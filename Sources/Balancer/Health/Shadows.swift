/// The requests that have failed on one instance and count as in flight there on, until each one's time is over.
struct Shadows: Equatable, Sendable {
    /// More on one instance change nothing.
    static let most = 64
    /// They end together in such steps, because every end puts models in order anew.
    private static let step = Duration.milliseconds(50)

    private var ends: [Moment] = []

    var count: Int { ends.count }

    /// When the next one ends; nil where there is none.
    var nextEnd: Moment? { ends.min() }

    /// One more, which ends at the step behind `end`. Beyond the most it takes the place of the one that ends first, if it
    /// ends later itself.
    mutating func cast(until end: Moment) {
        let step = Self.step.nanoseconds
        let end = Moment(nanoseconds: (end.nanoseconds + step - 1) / step * step)
        guard ends.count >= Self.most else { return ends.append(end) }
        guard let first = ends.indices.min(by: { ends[$0] < ends[$1] }), ends[first] < end else { return }
        ends[first] = end
    }

    /// Takes those away whose time is over.
    mutating func lift(at now: Moment) { ends.removeAll { $0 <= now } }
}
