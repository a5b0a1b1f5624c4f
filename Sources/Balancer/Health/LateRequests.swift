/// The requests at an instance that are late, each by what is known of such a request, to tell an instance that answers nobody from one
/// that works on something long: one thread, a long prompt, another model's load.
struct LateRequests: Sendable {
    /// The oldest are forgotten.
    private static let most = 64

    /// When they were sent, also of those that have left without an answer.
    private var sent: [Moment] = []

    /// One more.
    mutating func add(sent moment: Moment) {
        if sent.count == Self.most { sent.removeFirst() }
        sent.append(moment)
    }

    /// Bytes of an answer came from the instance: what was sent before says nothing any more.
    mutating func heard(at moment: Moment?) {
        guard let moment else { return }
        sent.removeAll { $0 < moment }
    }

    /// Whether nothing explains that a late request has waited, since all that were there before it are late, too.
    ///
    /// - Parameter before: requests that were there when it was sent.
    func areAll(upTo moment: Moment, before: Int) -> Bool { sent.count { $0 <= moment } > before }
}
