import Ledger
import Testing

@testable import SignIn

@Suite struct SignInRulesTests {
    private func people(
        _ name: String = "keycloak", _ change: (inout SignInRules) -> Void
    ) throws -> [SignedIn] {
        var rules = SignInRules()
        change(&rules)
        let payload = Tokens.one("people", name).split(separator: ".")[1]
        return try rules.people(try #require(Base64URL.decode(payload.utf8).flatMap { ClaimTree($0) }))
    }

    @Test func `a user is named by its id, else by its address`() throws {
        let both = try people { ($0.userID, $0.email) = (ClaimPath("sub"), ClaimPath("email")) }
        #expect(both.map(\.userID) == ["4f1a"] && both.map(\.email) == ["bo@example.com"])
        #expect(try people { $0.email = ClaimPath("email") }.map(\.userID) == ["bo@example.com"])
    }

    @Test func `each team of a list is one to come in with`() throws {
        let found = try people { ($0.userID, $0.teamIDs) = (ClaimPath("sub"), ClaimPath("groups")) }
        #expect(found.map(\.teamID) == ["sales", "science"] && found.allSatisfy { $0.userID == "4f1a" })
        // The single one goes first, and none is there twice.
        let single = try people { ($0.teamID, $0.teamIDs) = (ClaimPath("azp"), ClaimPath("groups")) }
        #expect(single.map(\.teamID) == ["chat", "sales", "science"])
        #expect(try people { ($0.teamID, $0.teamIDs) = (ClaimPath("groups"), ClaimPath("groups")) }.count == 2)
    }

    @Test func `a claim is found inside of others, and by a name that has dots`() throws {
        let deep = ClaimPath("resource_access.drover.roles")
        #expect(
            try people { ($0.userID, $0.teamIDs) = (ClaimPath("sub"), deep) }.map(\.teamID) == ["reader", "team-lead"])
        let far = ClaimPath("https://example.com/roles")
        #expect(try people { $0.teamIDs = far }.map(\.teamID) == ["far"])
    }

    @Test func `a default stands for a team that is not named, and for nothing else`() throws {
        func team(_ path: String) throws -> [String?] {
            try people { ($0.userID, $0.teamID, $0.teamDefault) = (ClaimPath("sub"), ClaimPath(path), "all") }.map(
                \.teamID)
        }
        #expect(try team("tid") == ["all"])
        #expect(try team("azp") == ["chat"])
        let alias = try people { ($0.teamAlias, $0.teamDefault) = (ClaimPath("azp"), "all") }
        #expect(alias.map(\.teamAlias) == ["chat"] && alias.map(\.teamID) == [nil])
    }

    @Test func `who names no team where one is asked for, or nobody at all, is refused`() throws {
        #expect(throws: TokenFault.notAllowed("the token names no team")) {
            try people { ($0.userID, $0.teamID) = (ClaimPath("sub"), ClaimPath("tid")) }
        }
        #expect(throws: TokenFault.notAllowed("the token names no team")) {
            try people { ($0.userID, $0.needsTeam) = (ClaimPath("sub"), true) }
        }
        #expect(throws: TokenFault.notAllowed("the token names neither a user nor a team")) {
            try people("nobody") { $0.userID = ClaimPath("sub") }
        }
    }

    @Test func `the admin's scope opens everything, whatever else the token says`() throws {
        let admin = try people("admin") { ($0.userID, $0.emailDomain) = (ClaimPath("sub"), "example.com") }
        #expect(admin.map(\.role) == [.admin] && admin.map(\.userID) == ["ann"] && admin.map(\.newUser) == [.welcome])
        let other = try people("admin") { ($0.userID, $0.roles.adminScope) = (ClaimPath("sub"), "root") }
        #expect(other.map(\.role) == [nil])
    }

    @Test func `only addresses of the domain sign in`() throws {
        func come(_ domain: String) throws -> Int {
            try people { ($0.email, $0.emailDomain) = (ClaimPath("email"), domain) }.count
        }
        #expect(try come("example.com") == 1)
        for domain in ["ample.com", "example.co", "Example.com", "com"] {
            #expect(throws: TokenFault.self) { try come(domain) }
        }
        #expect(throws: TokenFault.self) {
            try people { ($0.userID, $0.emailDomain) = (ClaimPath("sub"), "example.com") }
        }
    }

    @Test func `roles give rights, and tell whose an id is`() throws {
        let roles = ClaimPath("resource_access.drover.roles")
        func role(_ pattern: String, _ role: UserRole) throws -> UserRole? {
            try people {
                ($0.userID, $0.roles.roles) = (ClaimPath("sub"), roles)
                $0.roles.grants = [.init(pattern: pattern, role: role)]
            }[0].role
        }
        #expect(try role("team-*", .viewer) == .viewer)
        #expect(try role("reader", .internalViewer) == .internalViewer)
        #expect(try role("team", .viewer) == nil)
        func object(_ owner: RoleMapping.Owner) throws -> SignedIn {
            try people {
                ($0.objectID, $0.roles.roles) = (ClaimPath("sub"), roles)
                $0.roles.mappings = [.init(role: "reader", owner: owner)]
            }[0]
        }
        #expect(try object(.user).userID == "4f1a" && object(.user).teamID == nil)
        #expect(try object(.team).teamID == "4f1a" && object(.team).userID == nil)
        #expect(try object(.admin).role == .admin)
    }

    @Test func `without a role that may sign in nobody does`() throws {
        func come(_ allowed: [String]) throws -> Int {
            try people {
                ($0.userID, $0.roles.userRoles) = (ClaimPath("sub"), ClaimPath("resource_access.drover.roles"))
                $0.roles.allowedRoles = allowed
            }.count
        }
        #expect(try come(["reader"]) == 1)
        #expect(throws: TokenFault.self) { try come(["writer"]) }
    }

    @Test func `patterns are those of file names`() {
        for (text, pattern) in [
            ("a", "a"), ("abc", "a*"), ("abc", "*c"), ("abc", "a?c"), ("", "*"), ("aXbXc", "a*b*c"),
        ] {
            #expect(RoleRules.matches(text, pattern), "\(text) \(pattern)")
        }
        for (text, pattern) in [("abc", "a"), ("abc", "*b"), ("ac", "a?c"), ("", "?"), ("a", "")] {
            #expect(!RoleRules.matches(text, pattern), "\(text) \(pattern)")
        }
    }

    @Test func `ids that no row has are refused`() throws {
        var rules = SignInRules()
        rules.userID = ClaimPath("sub")
        for id in [String(repeating: "x", count: 256), "a\u{7}b", "default_user_id"] {
            #expect(throws: TokenFault.self) { try rules.people(.members(["sub": .text(id)])) }
        }
    }
}
