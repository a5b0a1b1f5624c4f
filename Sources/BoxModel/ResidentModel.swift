/// A model in memory, as `/api/ps` shows it.
public struct ResidentModel: Equatable, Sendable {
    /// Its place in the settings.
    public var model: Int
    /// The options that it was loaded with.
    public var options: LoadOptions
    /// Tokens of context per slot.
    public var context: Int
    /// All the memory it takes.
    public var bytes: Int
    /// Of that, on the card.
    public var cardBytes: Int
    /// How long it stays once idle: the last value that a request gave, else the box's.
    public var keepAlive: KeepAlive
    /// When it went idle last, plus its keep-alive; not moved while requests run, so it may have passed.
    public var expiresAt: KeepAlive
    /// Requests that hold one of its slots.
    public internal(set) var running = 0
    /// Requests that hold or wait for one of its slots. It cannot be unloaded above 0.
    public internal(set) var references = 0

    /// Set while nothing uses it: when it leaves.
    var leavesAt: Nanoseconds?
    var evicting = false
    let slots: Int
    var waiters = FIFO()
    var cache: SlotCache

    init(
        model: Int, options: LoadOptions, context: Int, bytes: Int, cardBytes: Int, keepAlive: KeepAlive, slots: Int
    ) {
        self.model = model
        self.options = options
        self.context = context
        self.bytes = bytes
        self.cardBytes = cardBytes
        self.keepAlive = keepAlive
        self.slots = slots
        cache = SlotCache(slots: slots)
        expiresAt = .forever
    }
}
