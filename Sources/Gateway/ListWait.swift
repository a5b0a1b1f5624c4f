import Balancer

/// A request that must stay inside waits for instances to list their tags: it goes nowhere before it is known that they
/// keep prompts to themselves.
struct ListWait {
    /// How long a request waits for the first list, and how often it looks.
    static let longest = Duration.seconds(3)
    static let pause = Duration.milliseconds(50)

    /// Since when it waits; nil: it does not.
    private var since: Moment?

    /// An instance that was chosen has not listed its tags. It did not, or it would not have been chosen.
    var hasBegun: Bool { since != nil }

    mutating func begin(at now: Moment) { since = since ?? now }

    /// Whether it looks again after a pause.
    ///
    /// - Parameter unlisted: of the instances inside whose tags are not known.
    func goesOn(_ unlisted: some Sequence<Forwarding>, at now: Moment) -> Bool {
        guard let since, now - since < Self.longest else { return false }
        return unlisted.contains(.notYetKnown)
    }
}
