import Dialects
import Foundation
import Gateway
import Ledger
import Testing

@testable import SignIn

/// The tokens and keys of `Fixtures/make.py`.
struct Tokens {
    let tree: ClaimTree

    static let all = Tokens("tokens")
    static let rfc = Tokens("rfc")

    init(_ name: String) {
        guard let url = Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"),
            let data = try? Data(contentsOf: url), let tree = ClaimTree(Array(data))
        else { preconditionFailure("the fixture \(name) cannot be read") }
        self.tree = tree
    }

    /// When they are good.
    static var now: WallTime {
        guard let seconds = all.tree["now"]?.number else { preconditionFailure("the fixture has no time") }
        return WallTime(microseconds: Int64(seconds) * 1_000_000)
    }

    static func group(_ name: String) -> [(name: String, token: String)] {
        guard case .members(let members)? = all.tree[name] else { preconditionFailure("there is no group \(name)") }
        return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.word ?? "") }
    }

    static func one(_ group: String, _ name: String) -> String {
        guard let token = all.tree[group]?[name]?.word else { preconditionFailure("there is no token \(name)") }
        return token
    }

    /// The keys as they are published.
    static var keys: [UInt8] { json(all.tree["jwks"] ?? .null) }

    static func json(_ tree: ClaimTree) -> [UInt8] { text(tree).bytes }

    private static func text(_ tree: ClaimTree) -> JSONText {
        switch tree {
        case .null: .null
        case .flag(let flag): .bool(flag)
        case .number(let number): .double(number)
        case .text(let text): .string(text)
        case .list(let list): .array(list.map(text))
        case .members(let members): .object(members.map { ($0.key, text($0.value)) })
        }
    }
}

extension SignInDesk {
    /// A desk that knows the fixture's keys, and users by `sub`.
    static func known(
        _ change: (inout SignInRules) -> Void = { $0.userID = ClaimPath("sub") },
        rules: (inout TokenRules) -> Void = { ($0.issuer, $0.audiences) = ("https://id.example", ["drover"]) },
        until: WallTime = .never
    ) throws -> SignInDesk {
        var (signIn, token) = (SignInRules(), TokenRules())
        change(&signIn)
        rules(&token)
        let desk = try SignInDesk(signIn, token, sources: 1)
        let taken = desk.take(Tokens.keys, of: 0, until: until)
        try #require(taken != nil)
        return desk
    }

    func judge(_ token: String, at now: WallTime = Tokens.now) -> TokenVerdict {
        Array(token.utf8).withUnsafeBytes { judge($0, hash: KeyHash(of: $0), at: now) }
    }
}

extension TokenVerdict {
    var people: [SignedIn]? { if case .people(let people) = self { people } else { nil } }
    var refusal: GatewayError? { if case .refused(let error, _) = self { error } else { nil } }
    var isGuess: Bool { if case .refused(_, true) = self { true } else { false } }
}
