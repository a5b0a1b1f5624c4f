import Dialects
import Gateway
import HTTPTypes
import Ledger
import Testing

@testable import Server

/// Who may ask which route: one test per cell of the table.
@Suite struct PermissionTests {
    /// Callers, from those who may everything to those who may nothing.
    private static let callers: [Operator.Standing] = [.master, .admin, .viewer, .user, .userViewer, .key]

    /// The callers that each audience admits.
    private static let admitted: [ServerRoute.Audience: Set<Operator.Standing>] = [
        .open: Set(callers), .clients: Set(callers), .keys: Set(callers),
        .users: [.master, .admin, .viewer, .user, .userViewer], .members: [.master, .admin, .user],
        .viewers: [.master, .admin, .viewer], .operators: [.master, .admin],
    ]

    /// The audience of every route that is not for clients.
    private static let table: [String: ServerRoute.Audience] = [
        "GET /health/liveliness": .open, "GET /health/liveness": .open, "GET /health/readiness": .open,
        "GET /health": .viewers, "GET /pool": .viewers, "POST /pool/:instance/drain": .operators,
        "POST /pool/:instance/undrain": .operators, "GET /decisions/:call": .viewers, "GET /metrics": .viewers,
        "GET /pool/models": .viewers, "POST /api/pull": .operators, "DELETE /api/delete": .operators,
        "POST /api/copy": .operators,
        "POST /key/generate": .members, "POST /key/update": .members, "POST /key/delete": .members,
        "POST /key/block": .members, "POST /key/unblock": .members, "POST /key/regenerate": .members,
        "POST /key/:key/regenerate": .members, "GET /key/info": .keys, "POST /v2/key/info": .keys,
        "POST /team/new": .operators, "POST /team/update": .operators, "POST /team/delete": .operators,
        "POST /team/block": .operators, "POST /team/unblock": .operators, "POST /team/member_add": .members,
        "POST /team/member_delete": .members, "POST /team/member_update": .members, "GET /team/info": .keys,
        "GET /team/list": .users, "GET /v2/team/list": .users, "POST /user/new": .operators,
        "POST /user/update": .operators,
        "POST /user/delete": .operators, "GET /user/info": .users, "GET /user/list": .viewers,
        "POST /customer/new": .operators, "POST /customer/update": .operators, "POST /customer/delete": .operators,
        "POST /customer/block": .operators, "POST /customer/unblock": .operators, "GET /customer/info": .viewers,
        "GET /customer/list": .viewers, "POST /end_user/new": .operators, "POST /end_user/update": .operators,
        "POST /end_user/delete": .operators, "POST /end_user/block": .operators, "POST /end_user/unblock": .operators,
        "GET /end_user/info": .viewers, "GET /end_user/list": .viewers, "POST /budget/new": .operators,
        "POST /budget/update": .operators, "POST /budget/delete": .operators, "POST /budget/info": .viewers,
        "GET /budget/list": .viewers, "GET /spend/logs": .keys, "GET /spend/logs/ui": .keys,
        "GET /spend/logs/ui/:request": .keys,
        "GET /spend/keys": .viewers, "GET /spend/users": .viewers, "GET /spend/tags": .viewers,
        "POST /spend/calculate": .keys, "GET /global/spend": .viewers, "GET /global/spend/keys": .viewers,
        "GET /global/spend/models": .viewers, "GET /global/spend/teams": .viewers, "GET /global/spend/tags": .viewers,
        "GET /global/spend/logs": .viewers, "GET /global/activity": .viewers, "GET /global/activity/model": .viewers,
        "GET /global/activity/exceptions": .viewers, "GET /global/activity/exceptions/deployment": .viewers,
        "GET /global/activity/cache_hits": .viewers,
        "GET /global/spend/provider": .viewers, "GET /global/spend/report": .viewers,
        "GET /user/daily/activity": .keys, "GET /user/daily/activity/aggregated": .keys,
        "GET /team/daily/activity": .users,
        "GET /key/list": .users, "GET /key/aliases": .users, "POST /key/health": .keys,
    ].merging(dashboard) { $1 }

    /// Its files say nothing, and its sessions go by the key that is shown there.
    private static let dashboard: [String: ServerRoute.Audience] =
        Dictionary(uniqueKeysWithValues: Site.pages.map { ("GET \(PathPattern.canonical("ui/\($0)"))", .open) })
        .merging([
            "GET /ui/files/:version/**": .open, "POST /ui/session": .open, "GET /ui/session": .open,
            "DELETE /ui/session": .open, "GET /pool/events": .viewers, "GET /pool/history": .viewers,
            "GET /pool/decisions": .viewers,
            "GET /config": .viewers, "POST /config/reload": .operators, "POST /model/new": .operators,
            "POST /model/update": .operators, "POST /model/delete": .operators, "GET /spend/requests": .keys,
        ]) { $1 }

    @Test func `every route has the audience that stands here`() {
        let rows = ServerRoutes(publicMetrics: false).rows.filter { $0.audience != .clients }
        let found = Dictionary(
            uniqueKeysWithValues: rows.map { ("\($0.method.rawValue) /\($0.pattern.text)", $0.audience) })
        #expect(Set(found.keys) == Set(Self.table.keys))
        for (route, audience) in found { #expect(audience == Self.table[route], "\(route)") }
    }

    @Test(arguments: ServerRoute.Audience.allCases)
    func `an audience admits those and nobody else`(audience: ServerRoute.Audience) throws {
        let admitted = try #require(Self.admitted[audience])
        for standing in Self.callers {
            #expect(audience.admits(standing) == admitted.contains(standing), "\(audience) \(standing)")
        }
    }

    /// A ledger with one of everybody.
    private func everybody() async throws -> (rig: AdminRig, keys: [Operator.Standing: String]) {
        let rig = AdminRig()
        for (id, role) in [
            ("a", UserRole.admin), ("v", .viewer), ("u", .internalUser), ("w", .internalViewer),
            ("lead", .internalUser),
        ] {
            var user = User(id: id, stamps: Stamps(at: rig.now.wall, by: "test"))
            user.role = role
            try rig.ledger.apply(.putUser(user), at: rig.now.wall)
        }
        var team = Team(id: "t", stamps: Stamps(at: rig.now.wall, by: "test"))
        team.members = [.init(userID: "lead", role: "admin"), .init(userID: "u")]
        try rig.ledger.apply(.putTeam(team), at: rig.now.wall)
        var keys: [Operator.Standing: String] = [:]
        for (standing, id) in [(Operator.Standing.admin, "a"), (.viewer, "v"), (.user, "u"), (.userViewer, "w")] {
            keys[standing] = try await rig.key(#"{"user_id": "\#(id)"}"#)
        }
        keys[.key] = try await rig.key()
        return (rig, keys)
    }

    @Test func `a caller's standing is that of its key's user`() async throws {
        let (rig, keys) = try await everybody()
        #expect(Operator(try rig.caller()).standing == .master)
        for (standing, key) in keys { #expect(Operator(try rig.caller(key)).standing == standing) }
        let (facts, _) = (try rig.caller(keys[.admin]).pass?.facts, ())
        #expect(facts?.role == .admin)
    }

    @Test func `a key without a user is told what LiteLLM tells it`() async throws {
        let (rig, keys) = try await everybody()
        let making = try #require(await rig.fault("POST", "/key/generate", "{}", as: keys[.key]))
        #expect(making.error.status == 401)
        #expect(
            making.error.message
                == "Authentication Error, Only proxy admin can be used to generate, delete, update info for new "
                + "keys/users/teams. Route=/key/generate. Your role=unknown. Your user_id=*******")
        let listing = try #require(await rig.fault("GET", "/key/list", as: keys[.key]))
        #expect(listing.error.status == 403)
        #expect(listing.error.message.hasSuffix("No 'user_id' is associated with your API key."))
    }

    @Test func `a key sees itself, and of others not even that they are there`() async throws {
        let (rig, keys) = try await everybody()
        let own = try #require(keys[.key])
        let seen = try await rig.ask("GET", "/key/info", as: own)
        #expect(seen["key"].string == KeyHash(of: own).hex)
        #expect(try await rig.ask("POST", "/key/health", "{}", as: own)["key"].string == "healthy")
        let other = try #require(keys[.user])
        let (hidden, missing) = (
            await rig.fault("GET", "/key/info?key=\(other)", as: own),
            await rig.fault("GET", "/key/info?key=sk-no", as: own)
        )
        #expect(hidden == missing && hidden?.error.status == 404)
        for reader in [Operator.Standing.admin, .viewer] {
            #expect(await rig.fault("GET", "/key/info?key=\(other)", as: keys[reader]) == nil)
        }
    }

    @Test func `a user makes, sees and changes its own keys alone`() async throws {
        let (rig, keys) = try await everybody()
        let user = try #require(keys[.user])
        let made = try await rig.ask("POST", "/key/generate", "{}", as: user)
        #expect(made["user_id"].string == "u" && made["created_by"].string == "u")
        #expect(await rig.fault("POST", "/key/generate", #"{"user_id": "a"}"#, as: user)?.error.status == 403)
        let foreign = try #require(keys[.admin])
        for (path, body) in [
            ("/key/update", #"{"key": "\#(foreign)", "max_budget": 1}"#),
            ("/key/delete", #"{"keys": ["\#(foreign)"]}"#),
            ("/key/regenerate", #"{"key": "\#(foreign)"}"#), ("/key/block", #"{"key": "\#(foreign)"}"#),
        ] {
            let fault = await rig.fault("POST", path, body, as: user)
            #expect(fault?.error.status == 404, "\(path)")
            // Not even whether there is such a key is told.
            let absent = body.replacing(foreign, with: "sk-not-there")
            #expect(await rig.fault("POST", path, absent, as: user) == fault, "\(path)")
        }
        let listed = try await rig.ask("GET", "/key/list", as: user)
        #expect(listed["total_count"].number == 2)
        #expect(await rig.fault("GET", "/key/list?user_id=a", as: user)?.error.status == 403)
        #expect(await rig.fault("POST", "/key/generate", "{}", as: keys[.userViewer])?.error.status == 401)
        #expect(await rig.fault("POST", "/key/generate", "{}", as: keys[.viewer])?.error.status == 401)
    }

    @Test func `a user may narrow a key that was given to it, and not widen or unblock it`() async throws {
        let (rig, keys) = try await everybody()
        let user = try #require(keys[.user])
        let given = try await rig.key(
            #"{"user_id": "u", "max_budget": 5, "models": ["a", "b"], "rpm_limit": 10, "local_only": true, "duration": "1d"}"#
        )
        for wider in [
            #""max_budget": 6"#, #""max_budget": null"#, #""models": []"#, #""models": ["a", "c"]"#,
            #""rpm_limit": 11"#,
            #""local_only": false"#, #""duration": "2d""#, #""duration": "-1""#, #""blocked": true"#, #""tags": ["x"]"#,
            #""share": 2"#, #""class": "interactive""#, #""aliases": {"a": "c"}"#,
        ] {
            let fault = await rig.fault("POST", "/key/update", #"{"key": "\#(given)", \#(wider)}"#, as: user)
            #expect(fault?.error.status == 403, "\(wider)")
        }
        #expect(
            await rig.fault("POST", "/key/update", #"{"key": "\#(given)", "max_budget": 4, "models": ["a"]}"#, as: user)
                == nil)
        #expect(
            await rig.fault("POST", "/key/update", #"{"key": "\#(given)", "spend": 0}"#, as: user)?.error.status == 403)
        #expect(await rig.fault("POST", "/key/unblock", #"{"key": "\#(given)"}"#, as: user)?.error.status == 403)
    }

    @Test func `a given key is not widened beyond the template of its bounds`() async throws {
        let (rig, keys) = try await everybody()
        try await rig.ask(
            "POST", "/budget/new", #"{"budget_id": "b", "max_budget": 5, "rpm_limit": 10, "budget_duration": "30d"}"#)
        let given = try await rig.key(#"{"user_id": "u", "budget_id": "b", "soft_budget": 3}"#)
        for wider in [
            #""max_budget": 6"#, #""rpm_limit": 11"#, #""budget_duration": "1d""#, #""soft_budget": 4"#,
            #""soft_budget": null"#, #""budget_id": null"#, #""budget_id": "" "#,
        ] {
            let fault = await rig.fault("POST", "/key/update", #"{"key": "\#(given)", \#(wider)}"#, as: keys[.user])
            #expect(fault?.error.status == 403, "\(wider)")
        }
        let narrower = #"{"key": "\#(given)", "max_budget": 4, "rpm_limit": 9, "soft_budget": 2}"#
        #expect(await rig.fault("POST", "/key/update", narrower, as: keys[.user]) == nil)
        // Back to the template's would be wider again.
        let back = #"{"key": "\#(given)", "max_budget": null}"#
        #expect(await rig.fault("POST", "/key/update", back, as: keys[.user])?.error.status == 403)
    }

    @Test func `a budget with a name is set on a key by an operator alone`() async throws {
        let (rig, keys) = try await everybody()
        for id in ["b", "c"] {
            try await rig.ask("POST", "/budget/new", "{\"budget_id\": \"\(id)\", \"max_budget\": 5}")
        }
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        for (holder, fields) in [(keys[.user], ""), (lead, #", "team_id": "t""#)] {
            // Whether there is such a budget is not told.
            for budget in ["b", "none"] {
                let body = "{\"budget_id\": \"\(budget)\"\(fields)}"
                #expect(await rig.fault("POST", "/key/generate", body, as: holder)?.error.status == 403, "\(body)")
            }
            let own = try await rig.key("{\"tags\": []\(fields)}", as: holder)
            for path in ["/key/update", "/key/regenerate"] {
                let body = "{\"key\": \"\(own)\", \"budget_id\": \"b\"}"
                #expect(await rig.fault("POST", path, body, as: holder)?.error.status == 403, "\(path)")
            }
            try await rig.ask("POST", "/key/update", "{\"key\": \"\(own)\", \"budget_id\": \"b\"}", as: keys[.admin])
            for path in ["/key/update", "/key/regenerate"] {
                for budget in [#""c""#, "null", #""""#] {
                    let body = "{\"key\": \"\(own)\", \"budget_id\": \(budget)}"
                    #expect(await rig.fault("POST", path, body, as: holder)?.error.status == 403, "\(path) \(budget)")
                }
            }
            // What is there already is no change.
            try await rig.ask(
                "POST", "/key/update", "{\"key\": \"\(own)\", \"budget_id\": \"b\", \"rpm_limit\": 3}", as: holder)
            let next = try await rig.ask("POST", "/key/regenerate", "{\"key\": \"\(own)\"}", as: holder)
            #expect(next["budget_id"].string == "b" && next["rpm_limit"].number == 3)
        }
    }

    @Test func `a key that an operator has blocked stays blocked`() async throws {
        let (rig, keys) = try await everybody()
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        let own = try await rig.key(as: keys[.user])
        let team = try await rig.key(#"{"team_id": "t"}"#, as: lead)
        let cases: [(key: String, holder: String?, blocker: String?)] = [
            (own, keys[.user], nil), (own, keys[.user], keys[.admin]), (team, lead, nil),
        ]
        for (key, holder, blocker) in cases {
            let named = "\"key\": \"\(key)\""
            try await rig.ask("POST", "/key/block", "{\(named)}", as: blocker)
            for (path, body) in [
                ("/key/update", "{\(named), \"blocked\": false}"), ("/key/update", "{\(named), \"rpm_limit\": 1}"),
                ("/key/regenerate", "{\(named)}"), ("/key/delete", "{\"keys\": [\"\(key)\"]}"),
                ("/key/unblock", "{\(named)}"), ("/key/block", "{\(named)}"),
            ] { #expect(await rig.fault("POST", path, body, as: holder)?.error.status == 403, "\(path) \(body)") }
            try await rig.ask("POST", "/key/unblock", "{\(named)}")
        }
    }

    @Test func `a key that its user or its team's admin has blocked is theirs to unblock`() async throws {
        let (rig, keys) = try await everybody()
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        let second = try await rig.ask("POST", "/user/new", #"{"user_id": "lead2"}"#)["key"].string
        try await rig.ask(
            "POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "lead2", "role": "admin"}}"#)
        let own = try await rig.key(as: keys[.user])
        try await rig.ask("POST", "/key/update", #"{"key": "\#(own)", "blocked": true}"#, as: keys[.user])
        try await rig.ask("POST", "/key/update", #"{"key": "\#(own)", "blocked": false}"#, as: keys[.user])
        let team = try await rig.key(#"{"team_id": "t"}"#)
        try await rig.ask("POST", "/key/block", #"{"key": "\#(team)"}"#, as: lead)
        try await rig.ask("POST", "/key/unblock", #"{"key": "\#(team)"}"#, as: second)
    }

    @Test func `a member sees its own spend in the team, and its admin that of all`() async throws {
        let (rig, keys) = try await everybody()
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        let loose = try await rig.key(#"{"team_id": "t"}"#)
        for (key, seen) in [(keys[.user], ["u"]), (loose, []), (lead, ["lead", "u"]), (keys[.viewer], ["lead", "u"])] {
            let info = try await rig.ask("GET", "/team/info?team_id=t", as: key)
            #expect(info["team_memberships"].elements.map { $0["user_id"].string } == seen)
            #expect(info["team_info"]["members_with_roles"].elements.count == 2)
        }
    }

    @Test func `a team's keys are its admins'`() async throws {
        let (rig, keys) = try await everybody()
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        let made = try await rig.key(#"{"team_id": "t"}"#, as: lead)
        #expect(await rig.fault("POST", "/key/generate", #"{"team_id": "t"}"#, as: keys[.user])?.error.status == 403)
        #expect(await rig.fault("POST", "/key/generate", #"{"team_id": "none"}"#, as: lead)?.error.status == 403)
        #expect(await rig.fault("POST", "/key/generate", #"{"team_id": "none"}"#)?.error.status == 404)
        #expect(try await rig.ask("GET", "/key/list?team_id=t", as: lead)["total_count"].number == 1)
        #expect(await rig.fault("GET", "/key/info?key=\(made)", as: lead) == nil)
        #expect(await rig.fault("POST", "/key/block", #"{"key": "\#(made)"}"#, as: lead) == nil)
        #expect(await rig.fault("POST", "/key/delete", #"{"keys": ["\#(made)"]}"#, as: lead) == nil)
    }

    @Test func `an admin of a team gets no rights of others by its keys`() async throws {
        let (rig, keys) = try await everybody()
        _ = try await rig.ask("POST", "/team/member_add", #"{"team_id": "t", "member": {"user_id": "a"}}"#)
        let lead = try await rig.key(#"{"user_id": "lead"}"#)
        // A member's key would be the member's rights, an admin's all of them.
        for user in ["a", "v", "u", "nobody"] {
            let body = #"{"team_id": "t", "user_id": "\#(user)"}"#
            #expect(await rig.fault("POST", "/key/generate", body, as: lead)?.error.status == 403, "\(user)")
        }
        let held = try await rig.key(#"{"team_id": "t"}"#, as: lead)
        for user in ["a", "u"] {
            let body = #"{"key": "\#(held)", "user_id": "\#(user)"}"#
            #expect(await rig.fault("POST", "/key/update", body, as: lead)?.error.status == 403, "\(user)")
            #expect(await rig.fault("POST", "/key/regenerate", body, as: lead)?.error.status == 403, "\(user)")
        }
        let own = try await rig.key(#"{"team_id": "t", "user_id": "lead"}"#, as: lead)
        #expect(await rig.fault("POST", "/key/regenerate", #"{"key": "\#(own)"}"#, as: lead) == nil)
        // A plain member's key is changed and ended, and never shown; an admin's is none of its business.
        let member = try await rig.key(#"{"team_id": "t", "user_id": "u"}"#)
        let admin = try await rig.key(#"{"team_id": "t", "user_id": "a"}"#)
        #expect(await rig.fault("POST", "/key/regenerate", #"{"key": "\#(member)"}"#, as: lead)?.error.status == 403)
        for (path, body) in [
            ("/key/update", #""max_budget": 1, "key""#), ("/key/block", #""key""#), ("/key/unblock", #""key""#),
        ] {
            #expect(await rig.fault("POST", path, "{\(body): \"\(member)\"}", as: lead) == nil, "\(path)")
            let fault = await rig.fault("POST", path, "{\(body): \"\(admin)\"}", as: lead)
            #expect(fault?.error.status == 403, "\(path)")
        }
        #expect(await rig.fault("POST", "/key/delete", #"{"keys": ["\#(admin)"]}"#, as: lead)?.error.status == 403)
        #expect(await rig.fault("POST", "/key/delete", #"{"keys": ["\#(member)"]}"#, as: lead) == nil)
        #expect(try rig.caller(keys[.admin]).pass != nil)
    }

    @Test func `a key of a user that nobody has made sees itself alone, and makes nothing`() async throws {
        let (rig, _) = try await everybody()
        let stranger = try await rig.key(#"{"user_id": "nobody"}"#)
        let other = try await rig.key(#"{"user_id": "nobody"}"#)
        #expect(Operator(try rig.caller(stranger)).standing == .key)
        #expect(await rig.fault("POST", "/key/generate", "{}", as: stranger)?.error.status == 401)
        #expect(await rig.fault("GET", "/key/list", as: stranger)?.error.status == 403)
        #expect(await rig.fault("GET", "/key/info?key=\(other)", as: stranger)?.error.status == 404)
        #expect(await rig.fault("GET", "/key/info", as: stranger) == nil)
        // Its rights come with the user's row, and go with it.
        try await rig.ask("POST", "/user/new", #"{"user_id": "nobody", "auto_create_key": false}"#)
        #expect(Operator(try rig.caller(stranger)).standing == .user)
        #expect(await rig.fault("GET", "/key/info?key=\(other)", as: stranger) == nil)
    }

    @Test func `an empty id is none, and names nobody's row`() async throws {
        let (rig, keys) = try await everybody()
        let made = try await rig.ask("POST", "/key/generate", #"{"user_id": "", "team_id": "", "budget_id": ""}"#)
        #expect(made["user_id"].isNull && made["team_id"].isNull && made["budget_id"].isNull)
        let own = try await rig.ask("POST", "/key/generate", #"{"user_id": "", "team_id": ""}"#, as: keys[.user])
        #expect(own["user_id"].string == "u")
        for (path, field) in [("/user/new", "user_id"), ("/team/new", "team_id"), ("/budget/new", "budget_id")] {
            let row = try await rig.ask("POST", path, "{\"\(field)\": \"\"}")
            #expect(row[field].string.count == 36, "\(path)")
        }
        for (path, body) in [
            ("/customer/new", #"{"user_id": ""}"#), ("/customer/block", #"{"user_ids": [""]}"#),
            ("/team/member_add", #"{"team_id": "t", "member": {"user_id": ""}}"#),
            ("/team/delete", #"{"team_ids": []}"#),
        ] { #expect(await rig.fault("POST", path, body)?.detail?.type == "missing", "\(path)") }
    }

    @Test func `nothing can be tried out by its name`() async throws {
        let (rig, keys) = try await everybody()
        _ = try await rig.key(#"{"key_alias": "secret"}"#)
        try await rig.ask("POST", "/team/new", #"{"team_id": "hidden"}"#)
        for (path, body, absent) in [
            ("/key/delete", #"{"key_aliases": ["secret"]}"#, #"{"key_aliases": ["none"]}"#),
            ("/key/generate", #"{"team_id": "hidden"}"#, #"{"team_id": "hidden2"}"#),
        ] {
            let (hidden, missing) = (
                await rig.fault("POST", path, body, as: keys[.user]),
                await rig.fault("POST", path, absent, as: keys[.user])
            )
            #expect(hidden != nil && hidden?.error.status == missing?.error.status, "\(path)")
        }
        for (path, member) in [
            ("/team/member_add", #""member": {"user_id": "u"}"#), ("/team/member_delete", #""user_id": "u""#),
            ("/team/member_update", #""user_id": "u""#),
        ] {
            let fault = await rig.fault("POST", path, "{\"team_id\": \"hidden\", \(member)}", as: keys[.user])
            #expect(fault?.error.status == 404, "\(path)")
            // Its own team it knows of.
            let own = await rig.fault("POST", path, "{\"team_id\": \"t\", \(member)}", as: keys[.user])
            #expect(own?.error.status == 403, "\(path)")
        }
    }

    @Test func `a key that a user chooses is too long to be guessed`() async throws {
        let (rig, keys) = try await everybody()
        let short = #"{"key": "sk-guess"}"#
        #expect(await rig.fault("POST", "/key/generate", short, as: keys[.user])?.error.param == "key")
        #expect(await rig.fault("POST", "/key/generate", short) == nil)
        let long = try await rig.key(#"{"key": "sk-0123456789abc"}"#, as: keys[.user])
        let anew = "{\"key\": \"\(long)\", \"new_key\": \"sk-guess2\"}"
        #expect(await rig.fault("POST", "/key/regenerate", anew, as: keys[.user])?.error.param == "new_key")
        #expect(await rig.fault("POST", "/key/regenerate", anew) == nil)
    }

    @Test func `the master key's name is no user's`() async throws {
        let (rig, _) = try await everybody()
        for (path, body) in [
            ("/key/generate", #"{"user_id": "default_user_id"}"#), ("/user/new", #"{"user_id": "default_user_id"}"#),
            ("/team/member_add", #"{"team_id": "t", "member": {"user_id": "default_user_id", "role": "admin"}}"#),
            ("/team/new", #"{"members_with_roles": [{"user_id": "default_user_id", "role": "admin"}]}"#),
        ] { #expect(await rig.fault("POST", path, body)?.error.param == "user_id", "\(path)") }
    }

    @Test(arguments: [
        (["llm_api_routes"], "/v1/models", true), (["llm_api_routes"], "/key/info", false),
        (["management_routes"], "/key/info", true), (["management_routes"], "/v1/models", false),
        (["info_routes"], "/key/info", true), (["info_routes"], "/key/list", false), (["/key/info"], "/key/info", true),
        (["/key/info"], "/key/list", false), (["/key/*"], "/key/list", true), (["/v1/models"], "/models", false),
        ([], "/key/info", true),
    ])
    func `allowed routes are paths, patterns and LiteLLM's groups`(routes: [String], path: String, isAllowed: Bool)
        throws
    {
        let row = try #require(ServerRoutes(publicMetrics: false).rows(at: path).first)
        #expect(KeyRouteList(routes).allows(row) == isAllowed)
    }

    @Test func `a key that is a part of a path stands in no error`() {
        #expect(Gatekeeper.shown("/key/sk-abc/regenerate") == "/key/sk-.../regenerate")
        #expect(Gatekeeper.shown("/v1/models/task-1") == "/v1/models/task-1")
    }

    @Test func `a key for models alone asks the hot routes, one for a route that one`() {
        #expect(KeyRouteList(["llm_api_routes"]).allows(.openAIChat))
        #expect(!KeyRouteList(["management_routes"]).allows(.openAIChat))
        #expect(KeyRouteList(["/v1/chat/completions"]).allows(.openAIChat))
        #expect(!KeyRouteList(["/v1/chat/completions"]).allows(.openAIEmbeddings))
        #expect(KeyRouteList(["/v1/*"]).allows(.openAIEmbeddings))
    }
}
