public import Balancer
public import Dialects

/// A place where answers are kept that clients can go on from: each for the client that has got it, and for nobody else.
///
/// Asked on event loops, for requests of an API that keeps answers alone.
public protocol ResponseShelf: AnyObject, Sendable {
    /// Keeps an answer, as long as there is room.
    ///
    /// - Parameter confinement: the reasons that keep its words inside.
    func keep(_ response: KeptResponse, of owner: ResponseOwner, _ confinement: Confinement, at now: Moment)

    /// The answer of this name; nil where this client has none.
    func find(
        _ id: String, of owner: ResponseOwner, at now: Moment
    ) -> (response: KeptResponse, confinement: Confinement)?

    /// Whether one that is not found may be where finding takes time: it is recalled then (``Exchange/Action/recall(_:of:)``).
    func mayBeElsewhere(_ id: String, of owner: ResponseOwner) -> Bool
}

extension ResponseShelf {
    /// Of a shelf that has all at hand.
    public func mayBeElsewhere(_ id: String, of owner: ResponseOwner) -> Bool { false }
}

/// Kept answers could not be looked for, or be had.
public struct RecallFault: Error, Equatable {
    /// What the client is told.
    public let refusal: GatewayError

    /// The place cannot be reached, unless it is something else.
    public init(_ refusal: GatewayError? = nil) {
        self.refusal =
            refusal
            ?? .overloaded(message: "the responses that are kept cannot be reached now; send the request again")
    }
}
