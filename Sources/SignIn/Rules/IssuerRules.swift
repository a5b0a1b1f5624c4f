/// One identity provider of several: its tokens are checked with its keys alone, and by rules of its own.
public struct IssuerRules: Sendable {
    /// The `iss` of its tokens, to the letter.
    let issuer: String
    let rules: SignInRules
    let tokenRules: TokenRules

    /// - Parameters:
    ///   - rules: whom its claims name.
    ///   - tokenRules: when its tokens count; their issuer is this one, whatever stands there.
    public init(_ issuer: String, _ rules: SignInRules, _ tokenRules: TokenRules) {
        (self.issuer, self.rules) = (issuer, rules)
        var own = tokenRules
        own.issuer = issuer
        self.tokenRules = own
    }
}
