/// A set of instances as bits.
public typealias InstanceSet = IdentifierSet<InstanceID>

/// A set of deployments as bits.
public typealias DeploymentSet = IdentifierSet<DeploymentID>

/// A set of positions in the pool as bits: no allocation while all are below 64.
public struct IdentifierSet<Identifier: PoolIdentifier>: Equatable, Sendable, ExpressibleByArrayLiteral {
    private var low: UInt64 = 0
    /// Words for positions from 64; trailing zero words are never kept, so that equal sets compare equal.
    private var high: [UInt64] = []

    /// The empty set.
    public init() {}

    /// The set of the given identifiers.
    public init(arrayLiteral elements: Identifier...) {
        for element in elements { insert(element) }
    }

    /// Adds an identifier; adding it twice changes nothing.
    public mutating func insert(_ identifier: Identifier) {
        let index = identifier.index
        if index < 64 {
            low |= 1 << UInt64(index)
            return
        }
        let word = index / 64 - 1
        while high.count <= word { high.append(0) }
        high[word] |= 1 << UInt64(index % 64)
    }

    /// Adds all of another set.
    public mutating func formUnion(_ other: Self) {
        low |= other.low
        while high.count < other.high.count { high.append(0) }
        for index in other.high.indices { high[index] |= other.high[index] }
    }

    /// Whether the identifier is in the set.
    public func contains(_ identifier: Identifier) -> Bool {
        let index = identifier.index
        if index < 64 { return low & (1 << UInt64(index)) != 0 }
        let word = index / 64 - 1
        return word < high.count && high[word] & (1 << UInt64(index % 64)) != 0
    }

    /// Whether nothing is in the set.
    public var isEmpty: Bool { low == 0 && high.isEmpty }

    /// How many identifiers are in the set.
    public var count: Int { high.reduce(low.nonzeroBitCount) { $0 + $1.nonzeroBitCount } }
}
