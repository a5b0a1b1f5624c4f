public import Ledger

/// The answer to a token of an identity provider.
public enum TokenVerdict: Sendable {
    /// It is good: whoever it names, once for each team, the first of them first; never empty.
    case people([SignedIn])
    /// It opens nothing.
    /// - Parameter isGuess: it was made by somebody who has no key to sign with.
    case refused(GatewayError, isGuess: Bool)
}

/// Knows the identity provider, and judges its tokens.
public protocol TokenDesk: Sendable {
    /// Whether a credential is a token at first sight.
    func takes(_ credential: UnsafeRawBufferPointer) -> Bool
    /// Judges a token at once: by the memory of those that were good, else by its signature.
    /// - Parameter hash: of the whole token.
    func judge(_ token: UnsafeRawBufferPointer, hash: KeyHash, at now: WallTime) -> TokenVerdict
}
