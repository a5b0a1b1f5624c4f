import Gateway
import Ledger
import Testing

@testable import SignIn

@Suite struct SignInDeskTests {
    @Test(arguments: Tokens.group("good").map(\.name))
    func `a token of each algorithm lets its user in`(algorithm: String) throws {
        let people = try SignInDesk.known().judge(Tokens.one("good", algorithm)).people
        #expect(people?.map(\.userID) == ["ann"])
    }

    @Test(arguments: Tokens.group("fine").map(\.name))
    func `lets in as well`(name: String) throws {
        #expect(try SignInDesk.known().judge(Tokens.one("fine", name)).people != nil)
    }

    @Test(arguments: Tokens.group("attacks").map(\.name))
    func `an attack is refused as a guess, and nothing of it stands in the answer`(name: String) throws {
        let token = Tokens.one("attacks", name)
        let verdict = try SignInDesk.known().judge(token)
        #expect(verdict.people == nil)
        // Whoever has signed it has a key of the identity provider.
        let isSigned = ["deep", "a claim twice", "claims that are a list"].contains(name)
        #expect(verdict.isGuess || isSigned)
        let error = try #require(verdict.refusal)
        #expect(error.status == 401)
        for part in token.split(separator: ".") where part.count > 8 { #expect(!error.message.contains(part)) }
    }

    @Test(arguments: Tokens.group("unknown").map(\.name))
    func `a token of a key that is not to be used makes the desk look for keys, and is no guess`(name: String) throws {
        let desk = try SignInDesk.known()
        let token = Tokens.one("unknown", name)
        let first = desk.judge(token)
        #expect(first.refusal?.status == 503 && !first.isGuess)
        desk.looked()
        // Once they have been looked for it is known that there is none.
        let second = desk.judge(token)
        #expect(second.refusal?.status == 401 && !second.isGuess)
    }

    @Test(arguments: Tokens.group("untimely").map(\.name))
    func `refuses what is out of its time`(name: String) throws {
        let verdict = try SignInDesk.known().judge(Tokens.one("untimely", name))
        #expect(verdict.refusal?.status == 401 && !verdict.isGuess)
    }

    @Test(arguments: Tokens.group("elsewhere").map(\.name))
    func `refuses what is meant for others, where it is said who we are`(name: String) throws {
        let token = Tokens.one("elsewhere", name)
        let verdict = try SignInDesk.known().judge(token)
        #expect(verdict.refusal?.status == 401 && !verdict.isGuess)
        #expect(try SignInDesk.known(rules: { _ in }).judge(token).people != nil)
    }

    /// A desk with these issuers, of which the first has the fixture's keys; behind one place for all others.
    private func desk(_ issuers: [String], all: Bool) throws -> SignInDesk {
        var rules = SignInRules()
        rules.userID = ClaimPath("sub")
        var own = rules
        own.userID = ClaimPath("iss")
        var tokenRules = TokenRules()
        tokenRules.audiences = ["drover"]
        let desk = try SignInDesk(
            rules, TokenRules(), sources: all ? 1 : 0, issuers: issuers.map { IssuerRules($0, own, tokenRules) })
        #expect(desk.take(Tokens.keys, of: all ? 1 : 0, until: .never) != nil)
        return desk
    }

    @Test func `a token is checked with the keys and by the rules of its issuer`() throws {
        let token = Tokens.one("good", "RS256")
        let people = try desk(["https://id.example", "https://other.example"], all: false).judge(token).people
        #expect(people?.map(\.userID) == ["https://id.example"])
    }

    @Test func `nobody speaks for another issuer`() throws {
        let token = Tokens.one("good", "RS256")
        // The keys are those of the other one.
        let desk = try desk(["https://other.example", "https://id.example"], all: false)
        #expect(desk.judge(token).refusal?.status == 503)
        // A token of none of them has no keys, or those of everybody else alone.
        #expect(try self.desk(["https://other.example"], all: false).judge(token).refusal?.status == 401)
        let all = try self.desk(["https://other.example"], all: true)
        #expect(all.judge(token).refusal?.status == 503)
        #expect(all.take(Tokens.keys, of: 0, until: .never) != nil)
        #expect(all.judge(token).people?.map(\.userID) == ["ann"])
    }

    @Test func `an issuer's audience counts for its tokens`() throws {
        for (name, token) in Tokens.group("elsewhere") where name.contains("audience") {
            let verdict = try desk(["https://id.example"], all: true).judge(token)
            #expect(verdict.people == nil, "\(name)")
        }
    }

    @Test func `a token that is remembered ends with its time all the same`() throws {
        let desk = try SignInDesk.known()
        let token = Tokens.one("good", "RS256")
        #expect(desk.judge(token).people != nil)
        let later = WallTime(microseconds: Tokens.now.microseconds + 3_610_000_000)
        #expect(desk.judge(token, at: WallTime(microseconds: later.microseconds - 1)).people != nil)
        #expect(desk.judge(token, at: later).refusal?.message == "the token has expired; sign in again")
    }

    @Test func `a token that is remembered falls with its key`() throws {
        let desk = try SignInDesk.known()
        let (token, other) = (Tokens.one("good", "RS256"), Tokens.one("good", "ES256"))
        #expect(desk.judge(token).people != nil && desk.judge(other).people != nil)
        let rest = try #require(Tokens.all.tree["jwks"]).withoutKey("rsa")
        #expect(desk.take(Tokens.json(rest), of: 0, until: .never) != nil)
        #expect(desk.judge(token).refusal?.status == 503)
        #expect(desk.judge(other).people != nil)
    }

    @Test func `keys that were not heard of for long are used no more`() throws {
        let end = WallTime(microseconds: Tokens.now.microseconds + 60_000_000)
        let desk = try SignInDesk.known(until: end)
        let token = Tokens.one("good", "RS256")
        #expect(desk.judge(token, at: WallTime(microseconds: end.microseconds - 1)).people != nil)
        #expect(desk.judge(token, at: end).refusal?.status == 503)
        #expect(desk.judge(Tokens.one("good", "ES256"), at: end).refusal?.status == 503)
    }

    @Test func `before any keys are known the answer is to come again`() throws {
        let desk = try SignInDesk(SignInRules(), TokenRules(), sources: 1)
        let verdict = desk.judge(Tokens.one("good", "RS256"))
        #expect(verdict.refusal?.status == 503 && verdict.refusal?.retryAfter == 5 && !verdict.isGuess)
    }

    @Test func `what is no set of keys leaves those before`() throws {
        let desk = try SignInDesk.known()
        for text in ["", "{}", "[]", "{\"keys\":[]}", "<html>", "{\"keys\":[{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}]}"] {
            #expect(desk.take(Array(text.utf8), of: 0, until: .never) == nil, "\(text)")
        }
        #expect(desk.judge(Tokens.one("good", "RS256")).people != nil)
    }

    @Test func `no more signatures are checked in a second than there is time for`() throws {
        let desk = try SignInDesk.known()
        let token = Tokens.one("attacks", "another key, the same id")
        let parts = token.split(separator: ".")
        for number in 0..<CheckBudget.perSecond {
            let letters = String(1_000_000 + number)
            let made = "\(parts[0]).\(parts[1]).\(letters)\(parts[2].dropFirst(letters.count))"
            #expect(desk.judge(made).refusal?.status == 401)
        }
        let good = Tokens.one("good", "RS256")
        #expect(desk.judge(good).refusal?.status == 429)
        #expect(desk.judge(good, at: WallTime(microseconds: Tokens.now.microseconds + 1_000_000)).people != nil)
    }

    // Regression: only the first two were tried, so a token that the third had signed was refused as a guess.
    @Test(arguments: [1, 3])
    func `of several keys with one id each is tried, and each is a check`(places: Int) throws {
        guard case .list(let published)? = Tokens.all.tree["jwks"]?["keys"] else { return }
        let own = try #require(published.first { $0["kid"] == .text("ed") })
        // Those of RFC 8032, 7.1.
        let others = [
            "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo", "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw",
        ].map { x -> ClaimTree in
            guard case .members(var members) = own else { return .null }
            members["x"] = .text(x)
            return .members(members)
        }
        var signIn = SignInRules()
        signIn.userID = ClaimPath("sub")
        let desk = try SignInDesk(signIn, TokenRules(), sources: places)
        let keys = others + [own]
        for place in 0..<places {
            let set = ClaimTree.members(["keys": .list(places == 1 ? keys : [keys[place]])])
            #expect(desk.take(Tokens.json(set), of: place, until: .never) != nil)
        }
        #expect(desk.judge(Tokens.one("good", "EdDSA")).people?.map(\.userID) == ["ann"])
        let forged = Tokens.one("attacks", "another key, EdDSA")
        let parts = forged.split(separator: ".")
        for number in 0..<CheckBudget.perSecond / keys.count - 1 {
            let letters = String(1_000_000 + number)
            let made = "\(parts[0]).\(parts[1]).\(letters)\(parts[2].dropFirst(letters.count))"
            #expect(desk.judge(made).refusal?.status == 401)
        }
        #expect(desk.judge(forged).refusal?.status == 429)
    }

    @Test func `tells tokens from keys`() {
        func takes(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { CompactToken.isLike($0) } }
        #expect(takes(Tokens.one("good", "EdDSA")))
        for key in ["sk-1234567890123456789012345678901234", "ui-a.b.c", "e..", "", "eyJhbGciOiJub25lIn0.e30"] {
            #expect(!takes(key), "\(key)")
        }
    }
}

extension ClaimTree {
    /// The same set of keys without one.
    func withoutKey(_ id: String) -> ClaimTree {
        guard case .members(var members) = self, case .list(let keys)? = members["keys"] else { return self }
        members["keys"] = .list(keys.filter { $0["kid"] != .text(id) })
        return .members(members)
    }
}
