/// The memory that models take, by deployment, as their instances said it last: what lines of the request log tell of it.
public struct ModelMemory: Sendable, Equatable {
    /// One model in an instance's memory.
    public struct Held: Sendable, Equatable {
        /// Bytes in all.
        public var size: Int64
        /// Bytes of these on the card.
        public var sizeVRAM: Int64

        /// A model of this size, so much of it on the card.
        public init(size: Int64, sizeVRAM: Int64) { (self.size, self.sizeVRAM) = (size, sizeVRAM) }
    }

    private var held: [Held?] = []

    /// Nothing has been said yet.
    public init() {}

    /// The last word about a deployment's model, also where it has left the memory since; nil before the first.
    subscript(deployment: Int) -> Held? {
        get { held.indices.contains(deployment) ? held[deployment] : nil }
        set {
            while held.count <= deployment { held.append(nil) }
            held[deployment] = newValue
        }
    }

    /// Forgets the positions at which something else stands from now on.
    mutating func keep(where isSame: (Int) -> Bool) {
        for deployment in held.indices where !isSame(deployment) { held[deployment] = nil }
    }
}
