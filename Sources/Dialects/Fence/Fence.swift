/// Decides whether a request may leave: the one place that does.
///
/// A client's request reaches an upstream only as bytes that ``Provider/encode(_:with:load:unixSeconds:into:)`` writes,
/// and those are not written without a permit, which nothing but this makes.
public enum Fence {
    /// Permission to send a request to a target.
    ///
    /// - Parameters:
    ///   - target: where it would go.
    ///   - isPassedOn: whether its instance is known to pass the model's prompts on to a cloud.
    ///   - confinement: what keeps the request inside.
    /// - Throws: `FenceRefusal` where the target is a cloud, or leads to one, and anything keeps the request inside.
    public static func permit(
        _ target: UpstreamTarget, isPassedOn: Bool, for confinement: Confinement
    ) throws(FenceRefusal) -> EgressPermit {
        let staysInside = target.isLocal && !isPassedOn
        guard staysInside || confinement.isEmpty else { throw FenceRefusal(confinement: confinement) }
        return EgressPermit(target)
    }
}

/// Leave to send one request to one target. Only ``Fence`` makes one.
public struct EgressPermit: Sendable {
    /// Where it may go.
    public let target: UpstreamTarget

    fileprivate init(_ target: UpstreamTarget) { self.target = target }
}

/// A request that must stay inside would have left.
public struct FenceRefusal: Error, Sendable, Equatable {
    /// The reasons that keep it inside.
    public let confinement: Confinement

    /// A refusal for these reasons.
    public init(confinement: Confinement) { self.confinement = confinement }
}
