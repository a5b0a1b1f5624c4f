/// The words about the context's length (`num_ctx`) that a request may say to its instance.
public enum SentContext: Equatable, Sendable {
    /// Anything that the client and the deployment say: nobody protects the loaded model.
    case asRequested
    /// Nothing: what is loaded by the instance's own default serves it.
    case omit
    /// This many tokens, whatever the client and the deployment say.
    case tokens(Int)
}

/// Keeps a model in memory from being loaded again and again for another context length: what one tag on one instance was
/// loaded with, as far as we know, and so what the next request has to say.
///
/// An instance loads a model again for a request whose `num_ctx` differs from the one it was loaded with, in either
/// direction, and a request without one fits only a model that was loaded without one. So two clients that ask for
/// different lengths make it load at every turn. Here a length only ever grows: a request is given what is loaded where
/// that is at least what it asks for, else what it asks for, and never less.
struct ContextGuard: Equatable, Sendable {
    /// The options with which the loaded model was loaded.
    enum Loaded: Equatable, Sendable {
        /// It is not in memory, or somebody else loaded it.
        case unknown
        /// Nothing: the instance chose.
        case unset
        /// A `num_ctx` of ours.
        case asked(Int32)
    }

    private(set) var loaded = Loaded.unknown
    /// Tokens, as the instance said last; 0: it has not said.
    private(set) var length: Int32 = 0
    /// The instance has said `length` of what is `loaded`, not of something before it.
    private(set) var isSeen = false
    /// Tokens that the instance gives when nobody asks; 0: not seen yet.
    private(set) var standard: Int32 = 0
    /// Rises whenever what a request has to say changes; an answer to an earlier one shows nothing. Never 0.
    private(set) var generation: UInt32 = 1
    /// When a request of this generation was first answered: from then on it is loaded so. `never`: not yet.
    private(set) var answeredAt = Moment.never

    /// The generation that an answer would confirm; 0 when there is nothing to confirm any more.
    var unconfirmed: UInt32 { answeredAt == .never ? generation : 0 }

    /// Whether a request that asks for nothing has nothing to say and nothing to confirm.
    var isPlain: Bool { loaded == .unset && answeredAt != .never }

    /// The tokens that a request has to say that asks for so many; 0 is nothing, both ways.
    mutating func admit(_ asked: Int32) -> Int32 {
        switch loaded {
        case .unset:
            let known = isSeen ? length : standard
            return asked <= known || asked == 0 ? 0 : become(.asked(max(asked, length)))
        case .asked(let loadedWith):
            if asked > loadedWith { return become(.asked(asked)) }
            // A request that asks for nothing counts on the instance's own length, where that is known to be more.
            return asked == 0 && standard > loadedWith ? become(.unset) : loadedWith
        case .unknown:
            if asked == 0 { return become(.unset) }
            // Not nothing: if it was loaded with that length, nothing would load it anew and perhaps with less.
            if length >= asked { return become(length == standard ? .unset : .asked(length)) }
            return become(.asked(asked))
        }
    }

    /// A request was answered that was sent under this generation.
    mutating func answered(_ sent: UInt32, at now: Moment) {
        if sent == generation, answeredAt == .never { answeredAt = now }
    }

    /// The instance said at `seen` that the model is in memory with so many tokens.
    mutating func observe(_ tokens: Int32, at seen: Moment) {
        guard tokens > 0 else { return }
        let isTold = seen > answeredAt
        switch loaded {
        case .unknown: length = tokens
        case .asked(tokens): see(tokens)
        case .asked(let loadedWith) where isTold:
            // The first look shows what our length was cut to, if the model cannot have as much.
            if !isSeen, tokens < loadedWith { see(tokens) } else if !isSeen || tokens != length { forget(tokens) }
        case .unset where isTold:
            if isSeen, tokens != length { return forget(tokens) }
            standard = tokens
            see(tokens)
        case .asked, .unset: break  // what it was before our request
        }
    }

    /// The instance said at `seen` that the model is not in memory; nothing of ours is at work there.
    mutating func observeAbsence(at seen: Moment) {
        guard answeredAt == .never || seen > answeredAt else { return }
        forget(0)
    }

    /// The instance was away: it may have other settings.
    mutating func cameBack() {
        standard = 0
        forget(0)
    }

    private mutating func become(_ next: Loaded) -> Int32 {
        loaded = next
        isSeen = false
        answeredAt = .never
        generation = max(1, generation &+ 1)
        if case .asked(let tokens) = next { return tokens }
        return 0
    }

    private mutating func see(_ tokens: Int32) {
        length = tokens
        isSeen = true
    }

    private mutating func forget(_ tokens: Int32) {
        _ = become(.unknown)
        length = tokens
    }
}
