/// The answer to a gateway's word: what the others have in flight, and its own parts of caps.
public struct PoolNews: Equatable, Sendable {
    /// The others that have said something of late.
    public var others: [OtherGateways.Heard]
    /// The gateway's own word with the claims that it was granted.
    public var granted: PoolWord
    /// Counts on with the store's clock, for all gateways alike.
    public var turn: Int64

    /// News of these.
    public init(others: [OtherGateways.Heard], granted: PoolWord, turn: Int64) {
        (self.others, self.granted, self.turn) = (others, granted, turn)
    }

    /// The store's side: answers a word beside those of the others, which were said within `OtherGateways.remembered`. One word
    /// is answered at a time.
    /// - Parameter unixSeconds: by the store's clock.
    public init(answering word: PoolWord, of gateway: UInt64, others: [OtherGateways.Heard], unixSeconds: Int64) {
        let round = CapRound(
            gateways: (others.map(\.gateway) + [gateway]).sorted(), turn: unixSeconds / Self.secondsPerTurn)
        var granted = word
        for index in granted.lines.indices where granted.lines[index].cap > 0 {
            let line = granted.lines[index]
            let claims = others.compactMap { other in
                other.word.lines.first { $0.place.deployment == line.place.deployment && $0.cap > 0 }
                    .map { (id: other.gateway, line: $0) }
            }
            granted.lines[index].claim = CapShare.grant(line, to: gateway, others: claims, round)
        }
        self.init(others: others, granted: granted, turn: round.turn)
    }

    private static let secondsPerTurn: Int64 = 2
}

extension OtherGateways {
    /// The store keeps a word for so long: longer than a gateway keeps its claims without an answer.
    public static let remembered = Duration.seconds(2)
}

/// The requests of the pool that the others are to hear of.
package struct PoolLoads: Equatable, Sendable {
    /// By deployment.
    package var inFlight: [Int32] = []
    /// By deployment, for its model.
    package var waiting: [Int32] = []
}

/// What a pool has to know of other gateways.
package struct OutsideLoad: Equatable, Sendable {
    /// What one deployment has to know.
    struct Deployment: Equatable, Sendable {
        /// In flight at the same deployment.
        var inFlight: Int32 = 0
        /// In flight at the same model on the same instance, for whichever deployment.
        var onPlacement: Int32 = 0
        /// Others that have requests waiting for it.
        var contenders: Int32 = 0
        /// How many of these come before this gateway when there are places that cannot be divided.
        var rank: Int32 = 0
        /// No request is begun there while as many are in flight; nil: the configured cap is not shared.
        var limit: Int32?

        /// The part of free places that this gateway may fill before it hears more.
        func part(of free: Int32) -> Int32 {
            free / (contenders + 1) + (rank < free % (contenders + 1) ? 1 : 0)
        }
    }

    /// By deployment.
    var deployments: [Deployment] = []
    /// In flight, by instance.
    var instances: [Int32] = []
}
