import Dialects
import Gateway
import Ledger
import LedgerStore
import Testing

@testable import Server

@Suite struct TeamRoutesTests {
    private let rig = AdminRig()

    @Test func `a team has LiteLLM's members, and a user that makes it leads it`() async throws {
        let made = try await rig.ask(
            "POST", "/team/new",
            #"{"team_alias": "Sales", "models": ["gpt-4o"], "max_budget": 50, "budget_duration": "30d"}"#)
        for name in [
            "team_alias", "team_id", "organization_id", "admins", "members", "members_with_roles",
            "team_member_permissions", "metadata", "tpm_limit", "rpm_limit", "max_budget", "soft_budget",
            "budget_duration", "models", "blocked", "spend", "max_parallel_requests", "budget_reset_at",
            "model_max_budget", "created_at", "updated_at",
        ] { #expect(made.names.contains(name), "\(name)") }
        #expect(made["budget_reset_at"].string == "2026-12-01T00:00:00" && made["max_budget"].number == 50)
        // The master key is no user: were it a member, whoever got a key of that name would lead the team.
        #expect(made["members_with_roles"].elements.isEmpty)
        let id = made["team_id"].string
        #expect(id.count == 36 && id.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
        let info = try await rig.ask("GET", "/team/info?team_id=\(id)")
        #expect(info["team_info"]["team_alias"].string == "Sales")
        #expect(try await rig.ask("GET", "/team/list").elements.map { $0["team_id"].string } == [id])
        let admin = try await rig.ask("POST", "/user/new", #"{"user_id": "ada", "user_role": "proxy_admin"}"#)
        let led = try await rig.ask("POST", "/team/new", "{}", as: admin["key"].string)["members_with_roles"]
        #expect(led.elements.map { $0["user_id"].string } == ["ada"] && led.elements[0]["role"].string == "admin")
    }

    @Test func `an update changes what it says; a team there is not is named`() async throws {
        _ = try await rig.ask("POST", "/team/new", #"{"team_id": "t", "max_budget": 50, "rpm_limit": 5}"#)
        let updated = try await rig.ask("POST", "/team/update", #"{"team_id": "t", "max_budget": 1e-05}"#)
        #expect(updated["team_id"].string == "t" && updated["data"]["max_budget"].number == 1e-05)
        #expect(updated["data"]["rpm_limit"].number == 5)
        let again = try #require(await rig.fault("POST", "/team/new", #"{"team_id": "t"}"#))
        #expect(again.error.status == 400 && again.error.message.hasPrefix("Team id = t already exists."))
        let missing = try #require(await rig.fault("GET", "/team/info?team_id=None"))
        #expect(missing.error.status == 404 && missing.error.message == "Team not found, passed team id: None.")
        let wrong = try #require(await rig.fault("POST", "/team/update", #"{"team_id": null}"#))
        #expect(wrong.error.status == 400 && wrong.error.param == "team_id")
    }

    @Test func `a team that is deleted takes its keys with it`() async throws {
        _ = try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        let key = try await rig.key(#"{"team_id": "t"}"#)
        let other = try await rig.key()
        let answer = try await rig.ask("POST", "/team/delete", #"{"team_ids": ["t"]}"#)
        #expect(answer["deleted_teams"].strings == ["t"])
        #expect(throws: LedgerRefusal.self) { try rig.caller(key) }
        #expect(throws: Never.self) { try rig.caller(other) }
    }

    @Test func `a blocked team's keys are no passes`() async throws {
        _ = try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        let key = try await rig.key(#"{"team_id": "t"}"#)
        #expect(try await rig.ask("POST", "/team/block", #"{"team_id": "t"}"#)["blocked"].description == "true")
        #expect(throws: LedgerRefusal.teamBlocked("t")) { try rig.caller(key) }
        _ = try await rig.ask("POST", "/team/unblock", #"{"team_id": "t"}"#)
        #expect(throws: Never.self) { try rig.caller(key) }
    }

    @Test func `members come, change and go, by the hand of an operator or an admin of the team`() async throws {
        _ = try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "lead", "role": "admin"}]}"#)
        for id in ["lead", "u"] {
            _ = try await rig.ask("POST", "/user/new", #"{"user_id": "\#(id)", "auto_create_key": false}"#)
        }
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        let user = try await rig.key(#"{"user_id": "u"}"#)
        let add = #"{"team_id": "t", "member": {"user_id": "u", "role": "user"}, "max_budget_in_team": 3}"#
        // Of a team that is not its own, a user is not told.
        #expect(await rig.fault("POST", "/team/member_add", add, as: user)?.error.status == 404)
        let team = try await rig.ask("POST", "/team/member_add", add, as: lead)
        #expect(team["members_with_roles"].elements.map { $0["user_id"].string } == ["lead", "u"])
        #expect(rig.ledger.rows.team("t")?.members[1].allowance.maxBudget == Money("3"))
        #expect(await rig.fault("POST", "/team/member_add", add, as: lead)?.error.status == 400)
        let changed = try await rig.ask(
            "POST", "/team/member_update",
            #"{"team_id": "t", "user_id": "u", "max_budget_in_team": 4, "role": "admin"}"#)
        #expect(changed["max_budget_in_team"].number == 4 && changed["role"].string == "admin")
        _ = try await rig.ask("POST", "/team/member_delete", #"{"team_id": "t", "user_id": "u"}"#)
        #expect(rig.ledger.rows.team("t")?.members.map(\.userID) == ["lead"])
        #expect(
            await rig.fault("POST", "/team/member_delete", #"{"team_id": "t", "user_id": "u"}"#)?.error.status == 404)
    }

    @Test func `a team is shown to those who belong to it`() async throws {
        _ = try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "u", "role": "user"}]}"#)
        _ = try await rig.ask("POST", "/user/new", #"{"user_id": "u", "auto_create_key": false}"#)
        _ = try await rig.ask("POST", "/user/new", #"{"user_id": "w", "auto_create_key": false}"#)
        let inside = try await rig.key(#"{"user_id": "u"}"#)
        let outside = try await rig.key(#"{"user_id": "w"}"#)
        #expect(await rig.fault("GET", "/team/info?team_id=t", as: inside) == nil)
        #expect(await rig.fault("GET", "/team/info?team_id=t", as: outside)?.error.status == 404)
        #expect(try await rig.ask("GET", "/team/list", as: inside).elements.count == 1)
        #expect(try await rig.ask("GET", "/team/list", as: outside).elements.isEmpty)
    }

    @Test func `a user is made with a key, or without`() async throws {
        let made = try await rig.ask(
            "POST", "/user/new", #"{"user_email": "a@example.test", "user_role": "internal_user", "max_budget": 5}"#)
        #expect(made["user_email"].string == "a@example.test" && made["user_role"].string == "internal_user")
        #expect(made["max_budget"].number == 5 && made["key"].string.hasPrefix("sk-"))
        let id = made["user_id"].string
        let info = try await rig.ask("GET", "/user/info?user_id=\(id)")
        #expect(info["user_info"]["max_budget"].number == 5 && info["keys"].elements.count == 1)
        #expect(rig.ledger.rows.key(KeyHash(of: made["key"].string))?.allowance == Allowance())
        let bare = try await rig.ask("POST", "/user/new", #"{"user_id": "bare", "auto_create_key": false}"#)
        #expect(bare["key"].isNull && rig.ledger.rows.keys(KeyFilter(userID: "bare")).total == 0)
        let list = try await rig.ask("GET", "/user/list?page_size=1")
        #expect(list["total"].number == 2 && list["total_pages"].number == 2 && list["users"].elements.count == 1)
        #expect(
            try await rig.ask("POST", "/user/update", #"{"user_id": "bare", "max_budget": 9}"#)["data"]["max_budget"]
                .number == 9)
        #expect(await rig.fault("POST", "/user/new", #"{"user_role": "king"}"#)?.error.param == "user_role")
        #expect(try await rig.ask("POST", "/user/delete", #"{"user_ids": ["\#(id)"]}"#).number == 1)
        #expect(throws: LedgerRefusal.self) { try rig.caller(made["key"].string) }
        let own = try await rig.key(#"{"user_id": "bare"}"#)
        #expect(try await rig.ask("GET", "/user/info", as: own)["user_id"].string == "bare")
        #expect(await rig.fault("GET", "/user/info?user_id=other", as: own)?.error.status == 403)
    }

    @Test(arguments: ["customer", "end_user"])
    func `a customer has bounds of its own, or a budget with a name`(path: String) async throws {
        let made = try await rig.ask("POST", "/\(path)/new", #"{"user_id": "cust1", "max_budget": 0.0001}"#)
        #expect(made["user_id"].string == "cust1" && made["litellm_budget_table"]["max_budget"].number == 0.0001)
        #expect(await rig.fault("POST", "/\(path)/new", #"{"user_id": "cust1"}"#)?.error.status == 400)
        let budget = try await rig.ask(
            "POST", "/budget/new", #"{"budget_id": "b1", "max_budget": 1, "budget_duration": "1d"}"#)
        #expect(budget["budget_id"].string == "b1" && budget["max_budget"].number == 1)
        let second = try await rig.ask("POST", "/\(path)/new", #"{"user_id": "c2", "budget_id": "b1"}"#)
        #expect(second["litellm_budget_table"]["max_budget"].number == 1)
        #expect(
            await rig.fault("POST", "/\(path)/new", #"{"user_id": "c3", "budget_id": "none"}"#)?.error.status == 404)
        _ = try await rig.ask("POST", "/\(path)/block", #"{"user_ids": ["c2"]}"#)
        #expect(rig.ledger.rows.customer("c2")?.isBlocked == true)
        #expect(try await rig.ask("GET", "/\(path)/info?end_user_id=c2")["blocked"].description == "true")
        #expect(try await rig.ask("GET", "/\(path)/list").elements.count == 2)
        let gone = try await rig.ask("POST", "/\(path)/delete", #"{"user_ids": ["c2"]}"#)
        #expect(gone["deleted_customers"].number == 1)
        #expect(try await rig.ask("POST", "/budget/info", #"{"budgets": ["b1"]}"#).elements.count == 1)
        #expect(try await rig.ask("GET", "/budget/list").elements.count == 1)
        #expect(
            try await rig.ask("POST", "/budget/update", #"{"budget_id": "b1", "max_budget": 2}"#)["max_budget"].number
                == 2)
        _ = try await rig.ask("POST", "/budget/delete", #"{"id": "b1"}"#)
        #expect(rig.ledger.rows.budget("b1") == nil)
    }

    @Test func `an operation of several parts is made as a whole, or not at all`() async throws {
        _ = try await rig.key(#"{"key_alias": "taken"}"#)
        let before = rig.store.changes.count
        let body = #"{"user_id": "ann", "key_alias": "taken"}"#
        let fault = try #require(await rig.fault("POST", "/user/new", body))
        #expect(fault.error.param == "key_alias" && fault.error.status == 400)
        #expect(rig.store.changes.count == before && rig.ledger.rows.user("ann") == nil)
        // What the routes themselves do not ask is asked of the rows: nothing of this comes to the store.
        let call = try AdminCall(try rig.caller(), at: rig.now)
        let stamps = call.stamps
        await #expect(throws: AdminFault.notFound("there is no such row: none")) {
            try await rig.desk.change(call, "team/delete") {
                AdminDesk.Plan([.putTeam(Team(id: "half", stamps: stamps)), .removeTeam("none")], subject: "") { true }
            }
        }
        #expect(rig.store.changes.count == before && rig.ledger.rows.team("half") == nil)
    }

    @Test func `an id that a list names twice is named once`() async throws {
        for id in ["a", "b"] { try await rig.ask("POST", "/team/new", #"{"team_id": "\#(id)"}"#) }
        try await rig.ask("POST", "/user/new", #"{"user_id": "u", "teams": ["a", "a", "b"]}"#)
        #expect(rig.ledger.rows.team("a")?.members.map(\.userID) == ["u"])
        try await rig.ask("POST", "/customer/new", #"{"user_id": "c"}"#)
        let gone = try await rig.ask("POST", "/customer/delete", #"{"user_ids": ["c", "c"]}"#)
        #expect(gone["deleted_customers"].number == 1 && rig.ledger.rows.customer("c") == nil)
        try await rig.ask("POST", "/user/delete", #"{"user_ids": ["u", "u"]}"#)
        try await rig.ask("POST", "/team/delete", #"{"team_ids": ["a", "b", "a"]}"#)
        #expect(rig.ledger.rows.teams().rows.isEmpty && rig.ledger.rows.users().rows.isEmpty)
    }

    @Test func `members are named once, and keep their bounds when their list is written anew`() async throws {
        let twice = #"{"members_with_roles": [{"user_id": "u"}, {"user_id": "u", "role": "admin"}]}"#
        #expect(await rig.fault("POST", "/team/new", twice)?.error.param == "members_with_roles")
        try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        let add = #"{"team_id": "t", "member": [{"user_id": "u"}, {"user_id": "w"}], "max_budget_in_team": 3}"#
        try await rig.ask("POST", "/team/member_add", add)
        let list = #"{"team_id": "t", "members_with_roles": [{"user_id": "u", "role": "admin"}, {"user_id": "x"}]}"#
        try await rig.ask("POST", "/team/update", list)
        let members = try #require(rig.ledger.rows.team("t")?.members)
        #expect(members.map(\.userID) == ["u", "x"] && members.map(\.role) == ["admin", "user"])
        #expect(members.map(\.allowance.maxBudget) == [Money("3"), nil])
    }

    @Test func `two members of one team are deleted together`() async throws {
        for id in ["u", "w", "x"] { try await rig.ask("POST", "/user/new", "{\"user_id\": \"\(id)\"}") }
        try await rig.ask(
            "POST", "/team/new",
            #"{"team_id": "t", "members_with_roles": [{"user_id": "u"}, {"user_id": "w"}, {"user_id": "x"}]}"#)
        let gone = try await rig.ask("POST", "/user/delete", #"{"user_ids": ["u", "w"]}"#)
        #expect(gone.number == 2)
        #expect(rig.ledger.rows.team("t")?.members.map(\.userID) == ["x"])
        #expect(rig.ledger.rows.keys().total == 1)
    }

    @Test func `the audit says of every part what was done to it`() async throws {
        try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        try await rig.ask("POST", "/user/new", #"{"user_id": "u", "teams": ["t"]}"#)
        try await rig.ask("POST", "/user/update", #"{"user_id": "u", "max_budget": 1}"#)
        try await rig.ask("POST", "/team/block", #"{"team_id": "t"}"#)
        try await rig.ask("POST", "/user/delete", #"{"user_ids": ["u"]}"#)
        #expect(
            rig.store.audit.map { "\($0.action) \($0.kind)" } == [
                "created team", "created user", "updated team", "created key", "updated user", "blocked team",
                "deleted key", "deleted user", "updated team",
            ])
    }

    @Test func `a budget that is deleted leaves no key and no customer with its name`() async throws {
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "b", "max_budget": 5}"#)
        let key = try await rig.key(#"{"budget_id": "b"}"#)
        try await rig.ask("POST", "/customer/new", #"{"user_id": "c", "budget_id": "b"}"#)
        let info = try await rig.ask("GET", "/key/info?key=\(key)")["info"]
        #expect(info["litellm_budget_table"]["max_budget"].number == 5 && info["max_budget"].isNull)
        try await rig.ask("POST", "/budget/delete", #"{"id": "b"}"#)
        // One of the same name that comes later is another.
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "b", "max_budget": 1}"#)
        let left = try await rig.ask("GET", "/key/info?key=\(key)")["info"]
        #expect(left["budget_id"].isNull && left["litellm_budget_table"].isNull)
        #expect(rig.ledger.status(of: .key(KeyHash(of: key)), at: rig.now)?.most == nil)
        let customer = try await rig.ask("GET", "/customer/info?end_user_id=c")
        #expect(customer["budget_id"].isNull && customer["litellm_budget_table"].isNull)
        let audit = rig.store.audit.suffix(4).map { "\($0.action) \($0.kind) \($0.object)" }
        #expect(
            audit == [
                "updated key \(KeyHash(of: key).hex)", "updated customer c", "deleted budget b", "created budget b",
            ])
    }

    @Test func `a customer's row shows the bounds that hold`() async throws {
        try await rig.ask("POST", "/budget/new", #"{"budget_id": "b", "max_budget": 5, "rpm_limit": 7}"#)
        let row = try await rig.ask("POST", "/customer/new", #"{"user_id": "c", "budget_id": "b", "max_budget": 2}"#)
        #expect(row["litellm_budget_table"]["max_budget"].number == 2)
        #expect(row["litellm_budget_table"]["rpm_limit"].number == 7)
        #expect(rig.ledger.status(of: .customer("c"), at: rig.now)?.most == Money("2"))
    }

    // Regression: the address was dropped.
    @Test func `a member that is named by an id and an address has both, where nobody else has that`() async throws {
        try await rig.ask("POST", "/user/new", #"{"user_id": "ann", "user_email": "ann@example.test"}"#)
        let bob = #"{"user_id": "bob", "user_email": "bob@example.test"}"#
        try await rig.ask("POST", "/team/new", #"{"team_id": "t", "members_with_roles": [\#(bob)]}"#)
        #expect(rig.ledger.rows.user("bob")?.email == "bob@example.test")
        for email in ["Ann@example.test", "bob@example.test"] {
            let body = #"{"team_id": "t", "member": {"user_id": "cy", "user_email": "\#(email)"}}"#
            #expect(await rig.fault("POST", "/team/member_add", body)?.error.param == "user_email")
        }
        // One that is there has its own.
        let known = #"{"team_id": "t", "member": {"user_id": "ann", "user_email": "other@example.test"}}"#
        try await rig.ask("POST", "/team/member_add", known)
        #expect(rig.ledger.rows.user("ann")?.email == "ann@example.test")
    }

    @Test func `a member that is no user yet becomes one, and those that are stay as they are`() async throws {
        try await rig.ask("POST", "/user/new", #"{"user_id": "boss", "user_role": "proxy_admin", "max_budget": 7}"#)
        let members = #"[{"user_id": "boss"}, {"user_id": "a", "role": "admin"}]"#
        try await rig.ask("POST", "/team/new", "{\"team_id\": \"t\", \"members_with_roles\": \(members)}")
        let lead = try await rig.key(#"{"user_id": "a"}"#)
        // A team's admin makes members of others, and no users.
        try await rig.ask("POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "d"}}"#, as: lead)
        try await rig.ask("POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "b"}}"#)
        let list = #"[{"user_id": "boss"}, {"user_id": "a", "role": "admin"}, {"user_id": "c"}]"#
        try await rig.ask("POST", "/team/update", "{\"team_id\": \"t\", \"members_with_roles\": \(list)}")
        let rows = rig.ledger.rows
        #expect(rows.users().rows.map(\.id) == ["a", "b", "boss", "c"])
        #expect(["a", "b", "c"].allSatisfy { rows.user($0)?.role == .internalUser })
        #expect(rows.user("boss")?.role == .admin && rows.user("boss")?.allowance.maxBudget == Money("7"))
        // One that is no more than a member can still be made, and then no more.
        let ben = #"{"user_id": "b", "user_email": "b@example.test", "auto_create_key": false}"#
        try await rig.ask("POST", "/user/new", ben)
        #expect(rig.ledger.rows.user("b")?.email == "b@example.test")
        #expect(await rig.fault("POST", "/user/new", ben)?.error.status == 400)
        // A change of something else makes nobody.
        try await rig.ask("POST", "/user/delete", #"{"user_ids": ["c"]}"#)
        try await rig.ask("POST", "/team/update", #"{"team_id": "t", "max_budget": 1}"#)
        #expect(rig.ledger.rows.user("c") == nil)
    }

    /// A team `t` with the admin `lead` and the member `u`; the keys of both.
    private func led() async throws -> (lead: String, user: String) {
        for id in ["lead", "u"] {
            try await rig.ask("POST", "/user/new", "{\"user_id\": \"\(id)\", \"auto_create_key\": false}")
        }
        let members = #"[{"user_id": "lead", "role": "admin"}, {"user_id": "u"}]"#
        try await rig.ask("POST", "/team/new", "{\"team_id\": \"t\", \"members_with_roles\": \(members)}")
        return (try await rig.key(#"{"user_id": "lead"}"#), try await rig.key(#"{"user_id": "u"}"#))
    }

    @Test(arguments: [
        (#"/team/member_delete"#, #""user_id": "u""#, true), ("/team/member_delete", #""user_id": "u""#, false),
        ("/team/update", #""members_with_roles": [{"user_id": "lead", "role": "admin"}]"#, false),
    ])
    func `a member that leaves a team leaves its keys of the team`(path: String, fields: String, byLead: Bool)
        async throws
    {
        let (lead, own) = try await led()
        let inTeam = try await rig.key(#"{"team_id": "t", "user_id": "u"}"#)
        let others = try await rig.key(#"{"team_id": "t"}"#)
        try await rig.ask("POST", path, "{\"team_id\": \"t\", \(fields)}", as: byLead ? lead : nil)
        #expect(rig.ledger.rows.team("t")?.members.map(\.userID) == ["lead"])
        #expect(throws: LedgerRefusal.unknownKey(KeyHash(of: inTeam))) { try rig.caller(inTeam) }
        // Its own keys, and those of the team alone, are no matter of its membership.
        for key in [own, others, lead] { #expect(throws: Never.self) { try rig.caller(key) } }
    }

    @Test func `a key that an operator has blocked is usable by no removal of its member`() async throws {
        let (lead, _) = try await led()
        let blocked = try await rig.key(#"{"team_id": "t", "user_id": "u"}"#)
        let mine = try await rig.key(#"{"team_id": "t", "user_id": "u"}"#)
        try await rig.ask("POST", "/key/block", "{\"key\": \"\(blocked)\"}")
        try await rig.ask("POST", "/key/block", "{\"key\": \"\(mine)\"}", as: lead)
        let removal = #"{"team_id": "t", "user_id": "u"}"#
        try await rig.ask("POST", "/team/member_delete", removal, as: lead)
        #expect(rig.ledger.rows.key(KeyHash(of: blocked))?.isBlocked == true)
        #expect(rig.ledger.rows.key(KeyHash(of: mine)) == nil)
        try await rig.ask("POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "u"}}"#, as: lead)
        #expect(
            await rig.fault("POST", "/key/unblock", "{\"key\": \"\(blocked)\"}", as: lead)?.error.status == 403)
        try await rig.ask("POST", "/team/member_delete", removal)
        #expect(rig.ledger.rows.key(KeyHash(of: blocked)) == nil)
    }

    @Test func `an admin of a team removes no proxy admin that has keys there`() async throws {
        let (lead, _) = try await led()
        try await rig.ask("POST", "/user/new", #"{"user_id": "boss", "user_role": "proxy_admin", "teams": ["t"]}"#)
        let key = try await rig.key(#"{"team_id": "t", "user_id": "boss"}"#)
        let removal = #"{"team_id": "t", "user_id": "boss"}"#
        #expect(await rig.fault("POST", "/team/member_delete", removal, as: lead)?.error.status == 403)
        #expect(rig.ledger.rows.team("t")?.members.count == 3)
        #expect(throws: Never.self) { try rig.caller(key) }
    }

    @Test func `a member that becomes a user keeps its role and its bounds in the team`() async throws {
        try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        let member =
            #"{"team_id": "t", "member": {"user_id": "n", "role": "admin"}, "max_budget_in_team": 3, "rpm_limit": 7}"#
        try await rig.ask("POST", "/team/member_add", member)
        let other = #"{"team_id": "t", "member": {"user_id": "o"}, "max_parallel_requests": 1}"#
        #expect(await rig.fault("POST", "/team/member_add", other)?.error.param == "max_parallel_requests")
        try await rig.ask("POST", "/user/new", #"{"user_id": "n", "teams": ["t"]}"#)
        let members = try #require(rig.ledger.rows.team("t")?.members)
        #expect(members.map(\.userID) == ["n"] && members.map(\.role) == ["admin"])
        #expect(members.map(\.allowance.maxBudget) == [Money("3")])
        #expect(members.map(\.allowance.requestsPerMinute) == [7])
    }

    @Test(arguments: ["/team/new", "/user/new", "/customer/new"])
    func `no alias is a key`(path: String) async throws {
        let field = ["/team/new": "team_alias", "/user/new": "user_alias"][path] ?? "alias"
        let fault = await rig.fault("POST", path, #"{"user_id": "u", "\#(field)": "sk-0123456789abcdefgh"}"#)
        #expect(fault?.error.status == 400)
        try await rig.ask("POST", path, #"{"user_id": "u", "\#(field)": "risk-assessment-worker"}"#)
    }

    @Test func `an admin of a team does not change its own bounds there`() async throws {
        let (lead, _) = try await led()
        let update = "/team/member_update"
        try await rig.ask(
            "POST", update, #"{"team_id": "t", "user_id": "lead", "max_budget_in_team": 3, "rpm_limit": 9}"#)
        for bound in [
            #""max_budget_in_team": null"#, #""max_budget_in_team": 4"#, #""rpm_limit": null"#, #""tpm_limit": 1"#,
            #""budget_duration": "1d""#,
        ] {
            let body = "{\"team_id\": \"t\", \"user_id\": \"lead\", \(bound)}"
            #expect(await rig.fault("POST", update, body, as: lead)?.error.status == 403, "\(bound)")
        }
        #expect(rig.ledger.rows.team("t")?.members[0].allowance.maxBudget == Money("3"))
        // Those of others are its business, and what stays as it is changes nothing.
        for member in [#""user_id": "u", "rpm_limit": 2"#, #""user_id": "lead", "max_budget_in_team": 3"#] {
            #expect(await rig.fault("POST", update, "{\"team_id\": \"t\", \(member)}", as: lead) == nil, "\(member)")
        }
        try await rig.ask("POST", update, #"{"team_id": "t", "user_id": "lead", "max_budget_in_team": null}"#)
        #expect(rig.ledger.rows.team("t")?.members[0].allowance.maxBudget == nil)
    }

    @Test func `a budget of each member binds those that have none of their own, and those that come later`()
        async throws
    {
        let made = try await rig.ask(
            "POST", "/team/new",
            #"{"team_id": "t", "team_member_budget": 2, "team_member_budget_duration": "1d", "team_member_rpm_limit": 7, "members_with_roles": [{"user_id": "u"}]}"#
        )
        #expect(made["team_member_budget_table"]["max_budget"].number == 2)
        let own = #"{"team_id": "t", "member": {"user_id": "v"}, "max_budget_in_team": 5}"#
        _ = try await rig.ask("POST", "/team/member_add", own)
        _ = try await rig.ask("POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "w"}}"#)
        func budgets() async throws -> [String: Double] {
            let members = try await rig.ask("GET", "/team/info?team_id=t")["team_memberships"].elements
            var budgets: [String: Double] = [:]
            for member in members {
                budgets[member["user_id"].string] = member["litellm_budget_table"]["max_budget"].number
            }
            return budgets
        }
        #expect(try await budgets() == ["u": 2, "v": 5, "w": 2])
        func status(_ user: String) throws -> AccountStatus {
            try #require(rig.ledger.status(of: .member(team: "t", user: user), at: rig.now))
        }
        #expect(try status("w").most == Money("2") && status("w").window.end.date == "2026-11-23")
        // A budget of one's own has its own window.
        #expect(try status("v").most == Money("5") && status("v").window.end == .never)
        _ = try await rig.ask("POST", "/team/update", #"{"team_id": "t", "team_member_budget": 3}"#)
        #expect(try await budgets() == ["u": 3, "v": 5, "w": 3])
        _ = try await rig.ask(
            "POST", "/team/update",
            #"{"team_id": "t", "team_member_budget": null, "team_member_budget_duration": null, "team_member_rpm_limit": null}"#
        )
        #expect(try status("u").most == nil && rig.ledger.rows.team("t")?.memberAllowance == nil)
    }

    @Test func `members are named by their addresses too, and a new address is a new user`() async throws {
        _ = try await rig.ask("POST", "/user/new", #"{"user_id": "ann", "user_email": "Ann@example.test"}"#)
        let twice = try #require(await rig.fault("POST", "/user/new", #"{"user_email": "ann@example.test"}"#))
        #expect(twice.error.param == "user_email" && twice.error.message.contains("user_id ann"))
        let team = try await rig.ask(
            "POST", "/team/new",
            #"{"team_id": "t", "members_with_roles": [{"user_email": "ann@example.test", "role": "admin"}, {"user_email": "new@example.test"}]}"#
        )
        let members = team["members_with_roles"].elements
        #expect(members.map { $0["user_email"].string } == ["Ann@example.test", "new@example.test"])
        #expect(members[0]["user_id"].string == "ann" && rig.ledger.rows.user(members[1]["user_id"].string) != nil)
        let change = #"{"team_id": "t", "user_email": "new@example.test", "max_budget_in_team": 4}"#
        #expect(
            try await rig.ask("POST", "/team/member_update", change)["user_id"].string == members[1]["user_id"].string)
        _ = try await rig.ask("POST", "/team/member_delete", #"{"team_id": "t", "user_email": "new@example.test"}"#)
        #expect(rig.ledger.rows.team("t")?.members.map(\.userID) == ["ann"])
        // An admin of the team adds those that are there; users are made by operators.
        let ann = try await rig.key(#"{"user_id": "ann"}"#)
        let stranger = #"{"team_id": "t", "member": {"user_email": "none@example.test"}}"#
        #expect(await rig.fault("POST", "/team/member_add", stranger, as: ann)?.error.status == 404)
        let known = #"{"team_id": "t", "member": {"user_email": "NEW@example.test"}}"#
        #expect(try await rig.ask("POST", "/team/member_add", known, as: ann)["members_with_roles"].elements.count == 2)
        // Addresses are for those who lead the team.
        let plain = try await rig.key("{\"user_id\": \"\(members[1]["user_id"].string)\"}")
        let seen = try await rig.ask("GET", "/team/info?team_id=t", as: plain)["team_info"]["members_with_roles"]
        #expect(seen.elements.count == 2 && seen.elements.allSatisfy { $0["user_email"].isNull })
    }

    @Test func `a user that is made for a team belongs to it, with its key`() async throws {
        _ = try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        let made = try await rig.ask("POST", "/user/new", #"{"user_id": "u", "team_id": "t"}"#)
        #expect(rig.ledger.rows.key(KeyHash(of: made["key"].string))?.teamID == "t")
        #expect(rig.ledger.rows.team("t")?.members.map(\.userID) == ["u"])
        #expect(await rig.fault("POST", "/user/new", #"{"user_id": "v", "team_id": "none"}"#)?.error.status == 404)
    }

    @Test(arguments: [
        ("/team/new", "default_team_member_models", #"["llama3"]"#), ("/team/new", "access_group_ids", #"["g"]"#),
        ("/customer/new", "allowed_model_region", #""eu""#), ("/customer/new", "model_max_budget", #"{"a": 1}"#),
        ("/budget/new", "model_max_budget", #"{"a": 1}"#), ("/user/new", "organization_id", #""o""#),
    ])
    func `a bound that nothing here would hold is refused by its name`(path: String, field: String, value: String)
        async throws
    {
        let fault = try #require(await rig.fault("POST", path, "{\"user_id\": \"x\", \"\(field)\": \(value)}"))
        #expect(fault.error.status == 400 && fault.error.param == field && rig.store.changes.isEmpty)
    }

    @Test func `lists of users and teams are narrowed and sorted as they are asked to be`() async throws {
        for (id, email) in [("u", "zed@a.test"), ("v", "amy@b.test")] {
            _ = try await rig.ask("POST", "/user/new", "{\"user_id\": \"\(id)\", \"user_email\": \"\(email)\"}")
        }
        let members = #"[{"user_id": "v"}]"#
        _ = try await rig.ask(
            "POST", "/team/new", "{\"team_id\": \"t\", \"team_alias\": \"Red\", \"members_with_roles\": \(members)}")
        _ = try await rig.ask("POST", "/team/new", #"{"team_id": "s", "team_alias": "Blue"}"#)
        for (query, ids) in [
            ("user_email=A.TEST", ["u"]), ("team=t", ["v"]), ("sort_by=user_email&sort_order=asc", ["v", "u"]),
        ] {
            let users = try await rig.ask("GET", "/user/list?\(query)")["users"].elements
            #expect(users.map { $0["user_id"].string } == ids, "\(query)")
        }
        for (query, ids) in [
            ("team_alias=re", ["t"]), ("team_id=s", ["s"]), ("sort_by=team_alias&sort_order=asc", ["s", "t"]),
        ] {
            let teams = try await rig.ask("GET", "/v2/team/list?\(query)")["teams"].elements
            #expect(teams.map { $0["team_id"].string } == ids, "\(query)")
        }
        #expect(await rig.fault("GET", "/v2/team/list?sort_by=colour")?.error.status == 400)
    }

    @Test func `an operator sets what a team or a customer has spent`() async throws {
        _ = try await rig.ask("POST", "/team/new", #"{"team_id": "t", "max_budget": 1}"#)
        let team = try await rig.ask("POST", "/team/update", #"{"team_id": "t", "spend": 0.5}"#)
        #expect(team["data"]["spend"].number == 0.5)
        #expect(rig.ledger.status(of: .team("t"), at: rig.now)?.spent == Money("0.5"))
        _ = try await rig.ask("POST", "/customer/new", #"{"user_id": "c", "max_budget": 1}"#)
        let customer = try await rig.ask("POST", "/customer/update", #"{"user_id": "c", "spend": 0.25}"#)
        #expect(customer["spend"].number == 0.25)
        let refused = #"{"team_id": "t", "spend": -1, "max_budget": 5}"#
        #expect(await rig.fault("POST", "/team/update", refused)?.error.status == 400)
        #expect(rig.ledger.rows.team("t")?.allowance.maxBudget == Money("1"))
    }
}
