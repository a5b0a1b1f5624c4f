extension Forecast {
    /// One tag on one instance, as the forecast sees it: what it costs there, who runs there, whether it is in memory. Several
    /// deployments may share one.
    struct Placement: Sendable {
        enum Residency: Equatable, Sendable {
            case absent
            case resident
            /// A request of ours makes the instance load it.
            case loading
        }

        let instance: Int32
        let tag: Int32
        /// The next placement on the same instance; -1: none.
        var next: Int32 = -1

        // The requests there, in the order of dispatch.
        var firstRequest: Int32 = -1
        var lastRequest: Int32 = -1
        var count: Int32 = 0
        /// Requests of other gateways there; see `Forecast.take`.
        var outside: Int32 = 0
        var slots: SlotBelief

        /// Requests there, whoever sent them.
        var busy: Int32 { count + outside }
        var isAtWork: Bool { busy > 0 }

        /// Its own measurements, in the lanes of `Figures`.
        var figures = Figures.unknown
        /// The part of them that the means of others hold, per byte.
        var told = Figures.unknown

        var residency = Residency.absent
        /// When a load under way will be done.
        var readyAt = 0.0
        /// When `residency` changed last, by what we know ourselves.
        var residencyAt = -Double.infinity
        /// Tokens of context per slot, as the instance says; 0: unknown.
        var contextLength: Int32 = 0
        /// Tokens of context that our latest load there asked for; 0: none did.
        var askedContext: Int32 = 0
        /// The most that the instance gives this model, once it gave less than was asked for; 0: not known.
        var contextCap: Int32 = 0
        /// The share of it that is not on the card.
        var spilled = 0.0

        /// When the next slot comes free, as it looked at `lookedAt`; only looked at while all are taken.
        var freeAt = 0.0
        var lookedAt = -Double.infinity
        /// The cost of making room for it, as it looked at `room.at`.
        var room = Room()

        /// Streams at work over time, to average over a request's life: ∫ n dt up to `integratedAt`.
        var streamSeconds = 0.0
        var integratedAt = 0.0

        /// When all prompts that were sent there will have been read, as far as is foreseen.
        var readsUntil = -Double.infinity
        /// Prompts there without a first token.
        var readers: Int32 = 0
        /// How long the first of them may read before it is late, and when it is; endless where nobody sees its first token.
        var readingGrace = 0.0
        var lateAt = Double.infinity
        /// When a request there last had its first token, or ended: the next one's turn on the card may have begun then.
        var turnedAt = -Double.infinity

        /// Seconds in which prompts were read there, up to `integratedAt`: the streams beside them nearly stood still.
        var readSeconds = 0.0

        // Learned.
        var prefill = LearnedValue()
        var decode = DecodeCurve()
        var load = LearnedValue()
        /// How far predicted times to first token were off: |predicted − actual| / actual.
        var firstTokenError = LearnedValue()

        /// The models that a load would drive out, in seconds.
        struct Room: Sendable {
            /// When the last of them is done.
            var readyAt = 0.0
            /// The cost of their absence to others.
            var penalty = 0.0
            /// Whether one of them is at work.
            var isBusy = false
            var at = -Double.infinity
        }
    }
}
