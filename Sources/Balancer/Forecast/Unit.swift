/// One tag on one box, as the forecast sees it: what it costs there, who runs there, whether it is in memory. Several
/// deployments may share one.
struct Unit: Sendable {
    enum Residency: Equatable, Sendable {
        case absent
        case resident
        /// A request of ours makes the box load it.
        case loading
    }

    let box: Int32
    let kind: Int32
    /// The next unit on the same box; -1: none.
    var next: Int32 = -1

    // Who runs there, in the order of dispatch.
    var firstRun: Int32 = -1
    var lastRun: Int32 = -1
    var count: Int32 = 0
    var slots: SlotBelief

    /// What was measured here, in the lanes of `Figures`.
    var figures = Figures.unknown
    /// What of it the means of others hold, per byte.
    var told = Figures.unknown

    var residency = Residency.absent
    /// When a load under way will be done.
    var readyAt = 0.0
    /// When `residency` changed last, by what we know ourselves.
    var residencyAt = -Double.infinity
    /// Tokens of context per slot, as the box says; 0: unknown.
    var contextLength: Int32 = 0
    /// Tokens of context that our latest load there asked for; 0: none did.
    var askedContext: Int32 = 0
    /// The most that the box gives this model, once it gave less than was asked for; 0: not known.
    var contextCap: Int32 = 0
    /// The share of it that is not on the card.
    var spilled = 0.0

    /// When the next slot comes free, as it looked at `lookedAt`; only looked at while all are taken.
    var freeAt = 0.0
    var lookedAt = -Double.infinity
    /// What making room for it would take, as it looked at `room.at`.
    var room = Room()

    /// Streams at work over time, to average over a request's life: ∫ n dt up to `integratedAt`.
    var streamSeconds = 0.0
    var integratedAt = 0.0

    // Learned.
    var prefill = LearnedValue()
    var decode = DecodeCurve()
    var load = LearnedValue()
    /// How far predicted times to first token were off: |predicted − actual| / actual.
    var firstTokenError = LearnedValue()

    /// Whom a load would drive out, in seconds.
    struct Room: Sendable {
        /// When the last of them is done.
        var readyAt = 0.0
        /// What their absence will cost others.
        var penalty = 0.0
        /// Whether one of them is at work.
        var isBusy = false
        var at = -Double.infinity
    }
}

/// One box, as the forecast sees it.
struct Box: Sendable {
    var firstUnit: Int32 = -1
    /// Requests of ours at work there.
    var running: Int32 = 0
    /// Models of ours that are at work there.
    var active: Int32 = 0
    /// When the loads of ours are done.
    var loaderFreeAt = 0.0
    var memory = MemoryBelief()
    /// Of the units that were measured there.
    var figures = Figures()
    /// What it holds that is none of our units.
    var foreignBytes = 0.0
    var foreignCount = 0
    /// It does not list what it has in memory, or is not probed: everything it serves counts as in memory.
    var isAlwaysReady: Bool
}

/// One tag, wherever it is.
struct Kind: Sendable {
    let name: String
    /// Bytes in memory; from a box that has it loaded, else from its size on disk, else a guess.
    var size = Kind.usualSize
    var isSizeSeen = false
    /// Boxes that have it in memory.
    var residents = 0
    var lengths = OutputLengths()
    var keyLengths = KeyLengths()
    /// Of the boxes on which it was measured.
    var figures = Figures()
    /// Tokens that a box counts for each one estimated.
    var promptScale = LearnedValue()
    /// Requests per second, decayed.
    var rate = 0.0
    var rateAt = 0.0
    /// Requests at work that somebody waits for, and those that nobody does.
    var urgent: Int32 = 0
    var batch: Int32 = 0
    /// `urgent` on average over the last minute, as of `urgentAt`.
    var urgentMean = 0.0
    var urgentAt = 0.0

    static let usualSize = 5e9
}
