public import Ledger

/// An answer that its client can go on from, as a row.
public struct KeptAnswer: Equatable, Sendable {
    /// Its name in the store.
    public struct Name: Hashable, Sendable {
        /// Whose it is.
        public let owner: String
        /// What its client calls it.
        public let id: String

        /// A name of both.
        public init(owner: String, id: String) { (self.owner, self.id) = (owner, id) }
    }

    /// Its name.
    public let name: Name
    /// As its client got it.
    public let object: [UInt8]
    /// The conversation so far.
    public let items: [UInt8]
    /// The reasons that keep its words inside, a bit each.
    public let confinement: UInt8
    /// From then on it is not there.
    public let until: WallTime

    /// A row of these.
    public init(name: Name, object: [UInt8], items: [UInt8], confinement: UInt8, until: WallTime) {
        (self.name, self.object, self.items) = (name, object, items)
        (self.confinement, self.until) = (confinement, until)
    }
}

/// Everything that is kept, at the start of a gateway.
public struct KeptRows: Equatable, Sendable {
    /// Answers whose time is not over, the oldest first.
    public var answers: [KeptAnswer] = []

    /// Nothing.
    public init() {}
}

/// What is to be written: the same again changes nothing.
public struct KeptChanges: Equatable, Sendable {
    /// Answers that are new, or other than before.
    public var answers: [KeptAnswer] = []
    /// Those that are kept no longer.
    public var forgotten: [KeptAnswer.Name] = []

    /// Nothing.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool { answers.isEmpty && forgotten.isEmpty }
}
