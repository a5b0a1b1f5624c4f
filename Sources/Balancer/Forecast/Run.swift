/// One request that is at work on a unit, or on its way there.
struct Run: Sendable {
    var unit: Int32
    // The list of the unit's runs, in the order of dispatch; `next` also links the free ones.
    var previous: Int32 = -1
    var next: Int32 = -1

    var sentAt: Double
    /// Not a number before it is seen.
    var firstTokenAt = Double.nan
    /// When the first token is expected.
    var expectedFirst: Double
    var isStreamed: Bool
    /// Tokens of the prompt, as the gateway estimated them.
    var estimatedTokens: Double
    /// The same, as the box will count them.
    var promptTokens: Double
    /// Of these, in the slot's cache already, as far as we know.
    var cachedTokens: Double
    var outputLimit: Double
    var flow: UInt64
    /// The place of the slot's memory it writes over; -1: none.
    var memory: Int32 = -1
    /// The load under way belongs to it.
    var isCold: Bool
    var serviceClass: ServiceClass
    /// Others of its unit that were there when it came.
    var ahead: Int32
    /// Earlier ones still at work at its first token.
    var beside: Int32 = 0
    /// Models at work on the box when it came, its own included.
    var active: Int32
    var streamSecondsAtFirst = 0.0
    /// Nothing but its own load stood between it and its slot.
    var isAlone: Bool
}

/// A slot's last prompt: who continues it need not have it read again.
struct SlotMemory: Sendable {
    /// Empty: nothing known.
    var chain: [UInt64] = []
    var tokens = 0.0
    var at = 0.0
    /// A run is at work in the slot.
    var isBusy = false
}
