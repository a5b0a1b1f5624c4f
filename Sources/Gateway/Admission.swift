import Dialects
public import Ledger

/// Says who calls: a request's key against the master key, where one is set, and then against those that were made with it.
public struct Admission: Sendable {
    private let masterKey: [UInt8]?
    private let seed: UInt64
    private let keys: Keys?
    /// The tickets of the dashboard's sessions.
    private var tickets: (any TicketDesk)?
    /// The identity provider, whose tokens stand for keys.
    private let tokens: (any TokenDesk)?

    /// The keys that were handed out.
    public struct Keys: Sendable {
        let ledger: SpendLedger
        let clock: @Sendable () -> WallTime

        /// - Parameter clock: the calendar, for keys whose time is over.
        public init(_ ledger: SpendLedger, clock: @escaping @Sendable () -> WallTime) {
            self.ledger = ledger
            self.clock = clock
        }
    }

    /// - Parameters:
    ///   - masterKey: nil lets everyone in, with any `Authorization` or none.
    ///   - seed: of the hashes of credentials; by chance, so that none can be told from its hash.
    ///   - keys: nil where none are handed out.
    ///   - tokens: nil where nobody signs in by a token. Without `keys` nobody does.
    public init(masterKey: String?, seed: UInt64, keys: Keys? = nil, tokens: (any TokenDesk)? = nil) {
        self.masterKey = masterKey.map { Array($0.utf8) }
        self.seed = seed
        self.keys = keys
        self.tokens = tokens
    }

    /// The same, which takes a ticket of this desk for the key that it stands for.
    public func taking(ticketsOf desk: any TicketDesk) -> Admission {
        var admission = self
        admission.tickets = desk
        return admission
    }

    /// True when a key is asked for.
    public var requiresKey: Bool { masterKey != nil }

    /// The answer to a credential.
    public struct Verdict: Sendable {
        /// Whoever it stands for; of one that opens nothing only what tells it from others.
        public let caller: Caller
        /// Why it opens nothing here; nil: it does.
        public let refusal: GatewayError?
        /// It is nobody's key: a guess, or a mistake. One that is blocked or whose time is over is none.
        public let isUnknown: Bool
    }

    /// Judges one credential. It is taken as it stood in its header, with or without `Bearer ` or `Basic `.
    ///
    /// Takes the same time wherever the first difference is.
    public func judge(_ credential: UnsafeRawBufferPointer?) -> Verdict {
        var presented = PresentedKey()
        return judge(credential, after: &presented)
    }

    /// The same for one of the credentials that come by one connection.
    ///
    /// - Parameter presented: the key that came before on the same connection; that is most often the same.
    public func judge(_ credential: UnsafeRawBufferPointer?, after presented: inout PresentedKey) -> Verdict {
        guard let credential, !credential.isEmpty else {
            let missing = GatewayError.invalidKey(
                message: "no API key passed in; send it as `Authorization: Bearer KEY`")
            return Verdict(caller: Caller(), refusal: requiresKey ? missing : nil, isUnknown: false)
        }
        let key = Self.withoutScheme(credential)
        let stranger = Caller(flow: flow(of: key))
        if isMasterKey(key) { return Verdict(caller: stranger, refusal: nil, isUnknown: false) }
        func unknown(_ message: String) -> Verdict {
            Verdict(caller: stranger, refusal: .invalidKey(message: message), isUnknown: true)
        }
        guard key.starts(with: "sk-".utf8) else {
            if let tickets, key.starts(with: Ticket.prefix.utf8) {
                return judge(tickets.ticket(KeyHash(of: key)), stranger)
            }
            if let tokens, let keys, tokens.takes(key) {
                let (hash, now) = (presented.hash(of: key), keys.clock())
                return judge(tokens.judge(key, hash: hash, at: now), keys.ledger, stranger, at: now)
            }
            return unknown(
                keys == nil
                    ? "this API key is not valid here"
                    : "LiteLLM Virtual Key expected. Received=****, expected to start with 'sk-'.")
        }
        guard let keys else { return unknown("this API key is not valid here") }
        do throws(LedgerRefusal) {
            // Found by its hash: the time it takes says nothing about any key.
            let pass = try keys.ledger.pass(for: presented.hash(of: key), at: keys.clock())
            // A key is one client, whichever of those that it took the place of is shown.
            let caller = Caller(flow: flow(of: pass.facts.key.account), pass: pass)
            return Verdict(caller: caller, refusal: nil, isUnknown: false)
        } catch {
            var isUnknown = false
            if case .unknownKey = error { isUnknown = true }
            return Verdict(caller: stranger, refusal: GatewayError(error), isUnknown: isUnknown)
        }
    }

    /// Judges those whom a good token names: the first of them that may come in does. A token that has run out is no guess.
    private func judge(
        _ verdict: TokenVerdict, _ ledger: SpendLedger, _ stranger: Caller, at now: WallTime
    ) -> Verdict {
        switch verdict {
        case .refused(let error, let isGuess): return Verdict(caller: stranger, refusal: error, isUnknown: isGuess)
        case .people(let people):
            var first: LedgerRefusal?
            var passes: [KeyPass] = []
            var flow = stranger.flow
            for person in people {
                do throws(LedgerRefusal) {
                    let pass = try ledger.pass(for: person, at: now)
                    // One person is one client, whatever token it has got last.
                    if passes.isEmpty { flow = self.flow(of: person.hash) }
                    // The usual one has one team, for which no list is made.
                    if people.count == 1 {
                        return Verdict(caller: Caller(flow: flow, pass: pass), refusal: nil, isUnknown: false)
                    }
                    passes.append(pass)
                } catch { first = first ?? error }
            }
            guard let pass = passes.first else {
                let refusal = first.map { GatewayError($0) } ?? .internalError
                return Verdict(caller: stranger, refusal: refusal, isUnknown: false)
            }
            let caller = Caller(flow: flow, pass: pass, others: Array(passes.dropFirst()))
            return Verdict(caller: caller, refusal: nil, isUnknown: false)
        }
    }

    /// Judges the key behind a ticket as it is now: it may have been blocked since. A ticket that has run out is no guess.
    private func judge(_ ticket: Ticket?, _ stranger: Caller) -> Verdict {
        func refused(_ error: GatewayError) -> Verdict { Verdict(caller: stranger, refusal: error, isUnknown: false) }
        guard let ticket else { return refused(.invalidKey(message: "the session has ended; log in again")) }
        guard case .key(let hash) = ticket.holder else {
            return Verdict(caller: Caller(flow: ticket.flow), refusal: nil, isUnknown: false)
        }
        do throws(LedgerRefusal) {
            guard let keys else { throw .unknownKey(hash) }
            let pass = try keys.ledger.pass(for: hash, at: keys.clock())
            return Verdict(caller: Caller(flow: ticket.flow, pass: pass), refusal: nil, isUnknown: false)
        } catch { return refused(GatewayError(error)) }
    }

    private func flow(of holder: KeyHash) -> UInt64 { withUnsafeBytes(of: holder.words) { flow(of: $0) } }

    private func flow(of key: UnsafeRawBufferPointer) -> UInt64 {
        var hash = ByteHash(seed: seed)
        hash.add(key)
        return hash.value
    }

    /// Every key is right where none is asked for. The length is no secret: only the content is compared in constant time.
    private func isMasterKey(_ key: UnsafeRawBufferPointer) -> Bool {
        guard let masterKey else { return true }
        var difference: UInt8 = key.count == masterKey.count ? 0 : 1
        for index in 0..<min(key.count, masterKey.count) { difference |= key[index] ^ masterKey[index] }
        return difference == 0
    }

    private static func withoutScheme(_ text: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        for scheme: StaticString in ["bearer ", "basic "] {
            let length = scheme.utf8CodeUnitCount
            guard text.count > length, text[length - 1] == 0x20 else { continue }
            if (0..<(length - 1)).allSatisfy({ text[$0] | 0x20 == scheme.utf8Start[$0] }) {
                // One blank is usual, more are allowed (RFC 9110, 11.4).
                return UnsafeRawBufferPointer(rebasing: text[length...].drop { $0 == 0x20 || $0 == 0x09 })
            }
        }
        return text
    }
}
