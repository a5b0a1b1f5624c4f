import Ledger

/// When a token counts, and for whom it has to be meant (RFC 7519, 4.1).
public struct TokenRules: Sendable, Equatable {
    /// `iss`; nil: any.
    public var issuer: String?
    /// One of `aud`; empty: any.
    public var audiences: [String] = []
    /// Seconds by which clocks may differ.
    public var leeway: Double = 10

    /// Rules that ask for nothing but a time.
    public init() {}

    /// - Returns: when it ends, leeway included. A token that never ends is refused: nobody could call it back.
    func check(_ claims: ClaimTree, at now: WallTime) throws(TokenFault) -> WallTime {
        let seconds = Double(now.microseconds) / 1_000_000
        guard let end = claims["exp"]?.number else {
            throw .untimely("the token has no `exp`, or one that is no number")
        }
        guard seconds < end + leeway else { throw .untimely("the token has expired; sign in again") }
        for name in ["nbf", "iat"] {
            guard let claim = claims[name] else { continue }
            guard let begin = claim.number else { throw .untimely("the token's `\(name)` is no number") }
            guard begin <= seconds + leeway else { throw .untimely("the token's `\(name)` is still to come") }
        }
        if let issuer, claims["iss"] != .text(issuer) { throw .notForHere("the token comes from another issuer") }
        if !audiences.isEmpty {
            guard let words = claims["aud"]?.words, words.contains(where: audiences.contains) else {
                throw .notForHere("the token is meant for another audience")
            }
        }
        return WallTime(microseconds: Int64(min(end + leeway, 9e12) * 1_000_000))
    }
}
