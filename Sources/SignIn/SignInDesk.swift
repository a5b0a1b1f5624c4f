import CCrypto
public import Gateway
public import Ledger
import Locking

/// Judges the tokens of an identity provider, from any thread.
public final class SignInDesk: TokenDesk {
    private struct State {
        var keys: PublishedKeys
        var tokens = VerifiedTokens()
        var budget = CheckBudget()
    }

    private let rules: SignInRules
    private let tokenRules: TokenRules
    private let issuers: [IssuerRules]
    /// How many places publish keys for tokens of no issuer that is named; those of the issuers come behind.
    private let sources: Int
    private let library: ccr_library
    private let state: Locked<State>
    /// A word whenever a token names a key that is not known.
    public let misses: AsyncStream<Void>
    private let missing: AsyncStream<Void>.Continuation

    /// - Parameters:
    ///   - sources: how many places publish keys for tokens of no issuer that is named.
    ///   - issuers: those that are named; the keys of each are published at one place, behind those.
    /// - Throws: `NoCryptoLibrary` on a machine that has none.
    public init(
        _ rules: SignInRules, _ tokenRules: TokenRules, sources: Int, issuers: [IssuerRules] = []
    ) throws(NoCryptoLibrary) {
        guard let library = CryptoLibrary.loaded else { throw NoCryptoLibrary() }
        self.library = library
        (self.rules, self.tokenRules) = (rules, tokenRules)
        (self.sources, self.issuers) = (sources, issuers)
        state = Locked(State(keys: PublishedKeys(count: sources + issuers.count)))
        (misses, missing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    // MARK: Keys

    /// How a set of keys was taken.
    public struct Taken: Sendable, Equatable {
        /// The keys that can be used.
        public var keys: Int
        /// Those that cannot.
        public var passedOver: Int
    }

    /// Takes the keys of one of the places.
    /// - Parameter until: they are not used from here on.
    /// - Returns: nil for what is no set of keys, or has none that can be used; those before stay.
    public func take(_ text: [UInt8], of source: Int, until: WallTime) -> Taken? {
        guard let set = KeySet(text, library: library), !set.keys.isEmpty else { return nil }
        state.withLock { state in
            state.keys.take(set, of: source, until: until)
            state.tokens.keep(signedBy: state.keys.prints)
        }
        return Taken(keys: set.keys.count, passedOver: set.passedOver)
    }

    /// All places have been asked.
    public func looked() { state.withLock { $0.keys.looked() } }

    // MARK: Tokens

    /// Whether a credential is a token at first sight.
    public func takes(_ credential: UnsafeRawBufferPointer) -> Bool { CompactToken.isLike(credential) }

    /// Judges a token at once: by the memory of those that were good, else by its signature.
    public func judge(_ token: UnsafeRawBufferPointer, hash: KeyHash, at now: WallTime) -> TokenVerdict {
        let known = state.withLock { state -> [SignedIn]? in
            guard let entry = state.tokens.entry(hash, at: now), state.keys.has(entry.key, at: now) else { return nil }
            return entry.people
        }
        if let known { return .people(known) }
        do throws(TokenFault) {
            return try verify(token, hash, at: now)
        } catch {
            return refusal(of: error, at: now)
        }
    }

    private func verify(
        _ text: UnsafeRawBufferPointer, _ hash: KeyHash, at now: WallTime
    ) throws(TokenFault) -> TokenVerdict {
        let token = try CompactToken(text)
        let authority = try authority(of: token)
        let (isUnknown, candidates, isFree) = state.withLock { state in
            let keys = state.keys.keys(id: token.keyID, for: token.algorithm, of: authority.sources, at: now)
            return (
                state.keys.isUnknown(authority.sources, at: now), keys, keys.isEmpty || state.budget.take(at: now)
            )
        }
        // They are being asked for without end already.
        if isUnknown { return .refused(Self.silent, isGuess: false) }
        guard isFree else { return .refused(Self.busy, isGuess: false) }
        guard !candidates.isEmpty else { throw .unknownKey }
        let signed = UnsafeRawBufferPointer(rebasing: text[..<token.signedCount])
        // Places may name their keys alike, and so may one that is changing them: each is tried, and each is a check.
        var signer: KeySet.Key?
        for (number, key) in candidates.prefix(Self.mostTried).enumerated() {
            guard number == 0 || state.withLock({ $0.budget.take(at: now) }) else {
                return .refused(Self.busy, isGuess: false)
            }
            if key.publicKey.verifies(token.signature, over: signed, token.algorithm) {
                signer = key
                break
            }
        }
        guard let key = signer else { throw .wrongSignature }
        guard let claims = ClaimTree(token.payload), case .members = claims else {
            throw .malformed("the token's claims are no JSON object")
        }
        let until = try authority.tokenRules.check(claims, at: now)
        let people = try authority.rules.people(claims)
        state.withLock { state in
            state.tokens.remember(hash, VerifiedTokens.Entry(people: people, until: until, key: key.print))
        }
        return .people(people)
    }

    /// The rules of the identity provider that a token says it comes from, and the places of its keys: none but these are tried, so that
    /// no provider can speak for another one.
    private struct Authority {
        let rules: SignInRules
        let tokenRules: TokenRules
        let sources: Range<Int>
    }

    private func authority(of token: CompactToken) throws(TokenFault) -> Authority {
        if !issuers.isEmpty, case .text(let issuer)? = ClaimTree(token.payload)?["iss"],
            let number = issuers.firstIndex(where: { $0.issuer == issuer })
        {
            let own = issuers[number]
            let source = sources + number
            return Authority(rules: own.rules, tokenRules: own.tokenRules, sources: source..<(source + 1))
        }
        guard sources > 0 else { throw .notForHere("the token comes from an issuer that is not known here") }
        return Authority(rules: rules, tokenRules: tokenRules, sources: 0..<sources)
    }

    // MARK: Refusals

    /// Keys of one name that one token is tried with. Each takes time on the loop that every token waits for.
    private static let mostTried = 8

    private static let silent = GatewayError.noInstanceAvailable(
        message: "the identity provider's keys could not be fetched yet, so no token can be checked", retryAfter: 5)
    private static let looking = GatewayError.noInstanceAvailable(
        message: "the token's key is not known yet: the identity provider is being asked for it", retryAfter: 2)
    private static let busy = GatewayError.rateLimited(
        message: "too many tokens are being checked; try again in 1 s", retryAfter: 1)

    private func refusal(of fault: TokenFault, at now: WallTime) -> TokenVerdict {
        switch fault {
        case .unknownKey where begin(at: now):
            return .refused(Self.looking, isGuess: false)
        case .notAllowed: return .refused(.forbidden(message: fault.message), isGuess: false)
        case .malformed, .unusable, .wrongSignature: return .refused(.invalidKey(message: fault.message), isGuess: true)
        case .unknownKey, .untimely, .notForHere:
            return .refused(.invalidKey(message: fault.message), isGuess: false)
        }
    }

    /// Whether the places are asked for keys that are not known, now or already.
    private func begin(at now: WallTime) -> Bool {
        switch state.withLock({ $0.keys.look(at: now) }) {
        case .begin:
            missing.yield()
            return true
        case .underWay: return true
        case .no: return false
        }
    }
}

/// The machine has no library to check signatures with.
public struct NoCryptoLibrary: Error, Sendable, CustomStringConvertible {
    /// What to do.
    public var description: String {
        "general_settings.enable_jwt_auth needs OpenSSL's libcrypto, which is not on this machine: install the package libssl3"
    }
}
