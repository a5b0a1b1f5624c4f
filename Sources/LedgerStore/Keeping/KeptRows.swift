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
    /// The sizes of a stream's pieces.
    public let pieces: [UInt8]
    /// The reasons that keep its words inside, a bit each.
    public let confinement: UInt8
    /// From then on it is not there.
    public let until: WallTime

    /// A row of these.
    public init(
        name: Name, object: [UInt8], items: [UInt8], pieces: [UInt8] = [], confinement: UInt8, until: WallTime
    ) {
        (self.name, self.object, self.items, self.pieces) = (name, object, items, pieces)
        (self.confinement, self.until) = (confinement, until)
    }
}

/// Five minutes of a box, as a row.
public struct KeptSpan: Equatable, Sendable {
    /// The box's name.
    public let box: String
    /// When it began, in spans since 1970.
    public let number: Int64
    /// How often the box was looked at.
    public var looks = 0
    /// At how many looks it could not be picked.
    public var out = 0
    /// The most requests at one time.
    public var busiest = 0
    /// Attempts that began.
    public var requests = 0
    /// The last known time to a first token, in milliseconds.
    public var firstTokenMilliseconds: Double?
    /// The last known rate.
    public var tokensPerSecond: Double?
    /// Models that came.
    public var loads = 0
    /// Models that went.
    public var evictions = 0

    /// A span in which nothing was seen.
    public init(box: String, number: Int64) { (self.box, self.number) = (box, number) }
}

/// A model that came into a box's memory or left it, as a row.
public struct KeptMove: Hashable, Sendable {
    /// The box's name.
    public let box: String
    /// When, in seconds since 1970.
    public let unixSeconds: Int64
    /// The model, as the box calls it.
    public let model: String
    /// Whether it came.
    public let isLoad: Bool

    /// A move.
    public init(box: String, unixSeconds: Int64, model: String, isLoad: Bool) {
        (self.box, self.unixSeconds, self.model, self.isLoad) = (box, unixSeconds, model, isLoad)
    }
}

/// Everything that is kept, at the start of a gateway.
public struct KeptRows: Equatable, Sendable {
    /// Answers whose time is not over, the oldest first.
    public var answers: [KeptAnswer] = []
    /// The last day of each box, in order.
    public var spans: [KeptSpan] = []
    /// In order.
    public var moves: [KeptMove] = []

    /// Nothing.
    public init() {}
}

/// What is to be written: the same again changes nothing.
public struct KeptChanges: Equatable, Sendable {
    /// Answers that are new, or other than before.
    public var answers: [KeptAnswer] = []
    /// Those that are kept no longer.
    public var forgotten: [KeptAnswer.Name] = []
    /// Spans that are new, or other than before.
    public var spans: [KeptSpan] = []
    /// Moves that are new.
    public var moves: [KeptMove] = []

    /// Nothing.
    public init() {}

    /// Whether there is nothing to write.
    public var isEmpty: Bool { answers.isEmpty && forgotten.isEmpty && spans.isEmpty && moves.isEmpty }
}
