import Synchronization

/// The lists of instances in so few bits that every request can ask without a lock whether there is anything to ask for.
///
/// A bit stands for all models or deployments of a number by 64: one that is clear says that nothing is to be found, one that is
/// set that the lists have to be looked at.
struct ListingHints: ~Copyable, Sendable {
    /// As the lists have it.
    struct Found: Equatable {
        /// Models with a deployment whose instance says that it writes no texts.
        var textless: UInt64 = 0
        /// Deployments whose instance spells the model otherwise.
        var respelled: UInt64 = 0
    }

    private let textless = Atomic<UInt64>(0)
    private let respelled = Atomic<UInt64>(0)

    func publish(_ found: Found) {
        textless.store(found.textless, ordering: .relaxed)
        respelled.store(found.respelled, ordering: .relaxed)
    }

    func mayBeTextless(_ model: ModelID) -> Bool { Self.has(model.index, in: textless.load(ordering: .relaxed)) }

    func mayBeRespelled(_ deployment: DeploymentID) -> Bool {
        Self.has(deployment.index, in: respelled.load(ordering: .relaxed))
    }

    static func bit(_ index: Int) -> UInt64 { 1 << UInt64(index & 63) }

    private static func has(_ index: Int, in bits: UInt64) -> Bool { bits & bit(index) != 0 }
}

extension PoolState {
    /// Of all deployments: lists are learned rarely.
    var listingHints: ListingHints.Found {
        var found = ListingHints.Found()
        for deployment in deploymentRecords.indices {
            guard let known = listing(of: deployment) else { continue }
            if known.chats == false { found.textless |= ListingHints.bit(model(of: deployment)) }
            if known.spelling != nil { found.respelled |= ListingHints.bit(deployment) }
        }
        return found
    }
}
