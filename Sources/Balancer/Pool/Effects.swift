/// Work that has to happen outside the lock after a change.
package struct Effects: Sendable {
    package struct Granted: Sendable {
        package let ticket: UInt64
        package let grant: Grant
        let granted: @Sendable (consuming Lease) -> Void
    }

    package struct Refused: Sendable {
        package let ticket: UInt64
        let error: PickError
        let refused: @Sendable (PickError) -> Void
    }

    package var facts: [Fact] = []
    package var refused: [Refused] = []
    package var granted: [Granted] = []
    /// When the waiting requests have to be planned; nil: a plan is ordered already.
    var plan: Moment?
}
