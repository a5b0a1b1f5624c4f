import Dialects
import Gateway
import Ledger
import LedgerStore
import Locking
import Testing

@testable import Server

@Suite struct ActivityRoutesTests {
    private let rig = AdminRig()
    private static let days = "start_date=2026-11-21&end_date=2026-11-22"

    /// A store of a few sums; it tells whose they are by their tokens: `u` has 1, the team `t` 10, all together 100.
    private func fill(_ rig: AdminRig, key: String) {
        let hash = KeyHash(of: key).hex
        rig.store.answer { query in
            let tokens: Int64 =
                switch query.owner {
                case .everyone: 100
                case .user: 1
                case .team: 10
                case .key: 5
                }
            let names: [String] =
                switch query.dimension {
                case .all: [""]
                case .key: [hash, ""]
                case .team: ["t", ""]
                case .model: ["openai/gpt-4o", "ollama/llama3"]
                case .provider: ["openai", "ollama"]
                case .customer: ["c", ""]
                default: ["gpt-4o", "llama3"]
                }
            let last = Day(of: AdminRig.start)
            let days: [Day?] = query.isByDay ? [Day(number: last.number - 1), last] : [nil]
            return days.flatMap { day in
                names.map { name in
                    var sum = SpendSum(name: name, day: day)
                    (sum.requests, sum.failures, sum.promptTokens, sum.completionTokens) = (4, 1, tokens, tokens)
                    (sum.money, sum.failedMoney) = (Money("0.5") ?? .zero, Money("0.25") ?? .zero)
                    return sum
                }
            }
        }
    }

    /// A user, or a team, that has the id of one that was deleted sees nothing of that one.
    @Test func `nobody but an operator sees sums of before there was the user or the team`() async throws {
        let ann = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        try await rig.ask(
            "POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "ann", "role": "admin"}]}"#)
        let asked = Locked<[SumQuery]>([])
        rig.store.answer { query in
            asked.withLock { $0.append(query) }
            return []
        }
        func since(_ path: String, as key: String?) async throws -> Set<Day?> {
            asked.withLock { $0 = [] }
            try await rig.ask(
                "GET", path + "?start_date=2026-01-01&end_date=2026-12-31&team_ids=t&user_id=ann", as: key)
            return Set(asked.withLock { $0 }.map(\.since))
        }
        let (made, long) = (Day(of: AdminRig.start), CivilDay(iso: "2026-01-01").map { Day(of: $0.start) })
        for path in ["/user/daily/activity", "/team/daily/activity"] {
            #expect(try await since(path, as: nil) == [long], "\(path)")
            let own = try await since(path, as: ann)
            #expect(
                own.allSatisfy { $0.map { $0 >= Day(number: made.number - 1) } ?? false } && !own.isEmpty, "\(path)")
        }
    }

    @Test func `a day has its sums, and those of models, providers and keys`() async throws {
        let key = try await rig.key(#"{"key_alias": "tiny"}"#)
        fill(rig, key: key)
        let answer = try await rig.ask("GET", "/user/daily/activity?\(Self.days)")
        #expect(answer["results"].elements.map { $0["date"].string } == ["2026-11-22", "2026-11-21"])
        let day = answer["results"].elements[0]
        #expect(day["metrics"]["spend"].number == 0.75 && day["metrics"]["total_tokens"].number == 200)
        #expect(day["metrics"]["successful_requests"].number == 3 && day["metrics"]["failed_requests"].number == 1)
        let parts = day["breakdown"]
        #expect(parts.names == ["models", "model_groups", "providers", "api_keys", "entities"])
        #expect(parts["models"].names == ["ollama/llama3", "openai/gpt-4o"])
        #expect(parts["providers"]["openai"]["metrics"]["api_requests"].number == 4)
        #expect(parts["api_keys"][KeyHash(of: key).hex]["metadata"]["key_alias"].string == "tiny")
        #expect(parts["api_keys"].names.contains("litellm_proxy_master_key"))
        let total = answer["metadata"]
        #expect(total["total_spend"].number == 1.5 && total["total_api_requests"].number == 8)
        #expect(total["page"].number == 1 && total["total_pages"].number == 1 && total["has_more"].string == "false")
    }

    @Test func `days come in pages, and all at once when they are aggregated`() async throws {
        fill(rig, key: "sk-a")
        for (page, date) in [(1, ["2026-11-22"]), (2, ["2026-11-21"]), (3, [])] {
            let answer = try await rig.ask("GET", "/user/daily/activity?\(Self.days)&page=\(page)&page_size=1")
            #expect(answer["results"].elements.map { $0["date"].string } == date)
            #expect(answer["metadata"]["has_more"].string == (page == 1 ? "true" : "false"))
        }
        let all = try await rig.ask("GET", "/user/daily/activity/aggregated?\(Self.days)&page=2&page_size=1")
        #expect(all["results"].elements.count == 2)
        let model = try await rig.ask("GET", "/user/daily/activity?\(Self.days)&model=ollama/llama3")
        #expect(model["results"].elements[0]["breakdown"]["models"].names == ["ollama/llama3"])
        #expect(model["metadata"]["total_spend"].number == 1.5)
    }

    @Test func `everybody sees its own activity, and an admin of a team the team's`() async throws {
        for id in ["u", "lead"] { try await rig.ask("POST", "/user/new", "{\"user_id\": \"\(id)\"}") }
        let members = #"[{"user_id": "lead", "role": "admin"}, {"user_id": "u"}]"#
        try await rig.ask("POST", "/team/new", "{\"team_id\": \"t\", \"members_with_roles\": \(members)}")
        try await rig.ask("POST", "/team/new", #"{"team_id": "other"}"#)
        let (user, lead) = (try await rig.key(#"{"user_id": "u"}"#), try await rig.key(#"{"user_id": "lead"}"#))
        let loose = try await rig.key()
        fill(rig, key: user)
        for (key, query, tokens) in [
            (user, "", 2), (user, "&user_id=u", 2), (loose, "", 10), (nil, "&user_id=boss", 2), (nil, "", 200),
            (lead, "&team_id=t", 20),
        ] as [(String?, String, Double)] {
            let answer = try await rig.ask("GET", "/user/daily/activity?\(Self.days)\(query)", as: key)
            #expect(answer["results"].elements[0]["metrics"]["total_tokens"].number == tokens, "\(query)")
        }
        // One key of its own by itself, and none of others'.
        let one = "/user/daily/activity?\(Self.days)&api_key="
        let single = try await rig.ask("GET", one + user, as: user)["results"].elements[0]
        #expect(single["metrics"]["total_tokens"].number == 10)
        for other in [lead, "sk-none"] {
            #expect(await rig.fault("GET", one + other, as: user)?.error.status == 404, "\(other)")
        }
        let path = "/team/daily/activity?\(Self.days)"
        let own = try await rig.ask("GET", path, as: lead)["results"].elements[0]
        #expect(own["metrics"]["total_tokens"].number == 20 && own["breakdown"]["entities"].names == ["t"])
        let both = try await rig.ask("GET", path)["results"].elements[0]
        #expect(both["metrics"]["total_tokens"].number == 40 && both["breakdown"]["entities"].names == ["other", "t"])
        #expect(both["breakdown"]["models"]["ollama/llama3"]["metrics"]["api_requests"].number == 8)
        let without = try await rig.ask("GET", path + "&exclude_team_ids=t")["results"].elements[0]
        #expect(without["breakdown"]["entities"].names == ["other"])
        #expect(try await rig.ask("GET", path + "&team_ids=t&exclude_team_ids=t")["results"].elements.isEmpty)
        #expect(try await rig.ask("GET", path, as: user)["results"].elements.isEmpty)
        #expect(await rig.fault("GET", path + "&team_ids=t", as: user)?.error.status == 403)
        #expect(await rig.fault("GET", path + "&team_ids=other", as: lead)?.error.status == 404)
        #expect(await rig.fault("GET", path + "&team_ids=none", as: lead)?.error.status == 404)
    }

    @Test func `a report is by team and day, by customer, or by key`() async throws {
        let key = try await rig.key()
        try await rig.ask("POST", "/team/new", #"{"team_id": "t", "team_alias": "Sales"}"#)
        fill(rig, key: key)
        let path = "/global/spend/report?\(Self.days)"
        let teams = try await rig.ask("GET", path).elements
        #expect(teams.map { $0["group_by_day"].string } == ["2026-11-21T00:00:00+00:00", "2026-11-22T00:00:00+00:00"])
        let team = teams[0]["teams"].elements[0]
        #expect(team["team_name"].string == "Sales" && team["total_spend"].number == 0.75)
        #expect(team["metadata"].elements.map { $0["model"].string } == ["openai/gpt-4o", "ollama/llama3"])
        #expect(team["metadata"].elements[0]["total_tokens"].number == 20)
        let customers = try await rig.ask("GET", path + "&group_by=customer").elements
        #expect(customers[1]["customers"].elements.map { $0["customer"].string } == ["c"])
        for query in ["&group_by=api_key", "&api_key=\(key)", "&internal_user_id=u"] {
            let rows = try await rig.ask("GET", path + query).elements
            #expect(rows.map { $0["api_key"].string } == [KeyHash(of: key).hex], "\(query)")
            #expect(rows[0]["total_cost"].number == 0.75 && rows[0]["total_input_tokens"].number == 5)
            #expect(rows[0]["model_details"].elements.count == 2)
        }
        #expect(await rig.fault("GET", path + "&group_by=moon")?.error.param == "group_by")
        #expect(await rig.fault("GET", "/global/spend/report?start_date=2026-11-21")?.error.param == "end_date")
        #expect(try await rig.ask("GET", "/global/spend/provider").elements[0]["spend"].number == 0.75)
    }

    @Test func `the days of one key are its own`() async throws {
        fill(rig, key: "sk-a")
        let all = try await rig.ask("GET", "/global/spend/logs").elements
        let one = try await rig.ask("GET", "/global/spend/logs?api_key=sk-a").elements
        #expect(all[0]["total_tokens"].number == 200 && one[0]["total_tokens"].number == 10)
    }

    @Test func `another's spend is refused, never answered with the caller's own`() async throws {
        for id in ["u", "lead"] { try await rig.ask("POST", "/user/new", "{\"user_id\": \"\(id)\"}") }
        let members = #"[{"user_id": "lead", "role": "admin"}, {"user_id": "u"}]"#
        try await rig.ask("POST", "/team/new", "{\"team_id\": \"t\", \"members_with_roles\": \(members)}")
        let (user, loose) = (try await rig.key(#"{"user_id": "u"}"#), try await rig.key())
        fill(rig, key: user)
        for path in [
            "/user/daily/activity?\(Self.days)", "/user/daily/activity/aggregated?\(Self.days)",
            "/spend/logs?\(Self.days)", "/spend/logs?summarize=false", "/spend/logs/ui?page=1",
            "/spend/requests?limit=5",
        ] {
            for key in [user, loose] {
                #expect(await rig.fault("GET", path + "&user_id=lead", as: key)?.error.status == 403, "\(path)")
            }
            #expect(await rig.fault("GET", path + "&user_id=u", as: user) == nil, "\(path)")
            #expect(await rig.fault("GET", path + "&user_id=lead") == nil, "\(path)")
            // A key without a user has itself alone.
            #expect(await rig.fault("GET", path + "&api_key=\(user)", as: loose)?.error.status == 404, "\(path)")
            #expect(await rig.fault("GET", path + "&api_key=\(loose)", as: loose) == nil, "\(path)")
        }
        #expect(
            await rig.fault("GET", "/user/daily/activity?\(Self.days)&team_id=t", as: user)?.error.status == 403)
        for path in ["/team/list", "/v2/team/list"] {
            #expect(await rig.fault("GET", path + "?user_id=lead", as: user)?.error.status == 403, "\(path)")
            #expect(await rig.fault("GET", path + "?user_id=u", as: user) == nil, "\(path)")
        }
    }

    @Test func `filters that contradict each other are refused`() async throws {
        for team in ["t", "other"] { try await rig.ask("POST", "/team/new", "{\"team_id\": \"\(team)\"}") }
        let key = try await rig.key(#"{"user_id": "u", "team_id": "t"}"#)
        fill(rig, key: key)
        let (user, team) = ("/user/daily/activity?\(Self.days)", "/team/daily/activity?\(Self.days)")
        let report = "/global/spend/report?\(Self.days)"
        for (path, param) in [
            (user + "&api_key=\(key)&user_id=v", "user_id"), (user + "&api_key=\(key)&team_id=other", "team_id"),
            (user + "&user_id=u&team_id=t", "team_id"), (user + "&api_key=\(key)&key=sk-other", "key"),
            ("/spend/logs?api_key=\(key)&key=sk-other", "key"),
            ("/spend/logs?\(Self.days)&api_key=\(key)&user_id=v", "user_id"),
            (team + "&team_ids=t&team_id=other", "team_id"), (team + "&team_ids=other&api_key=\(key)", "api_key"),
            (report + "&api_key=\(key)&internal_user_id=v", "internal_user_id"),
            (report + "&api_key=\(key)&team_id=other", "team_id"),
            (report + "&api_key=\(key)&customer_id=c", "customer_id"),
            (report + "&internal_user_id=u&team_id=t", "team_id"),
            (report + "&group_by=customer&team_id=t", "team_id"),
            (report + "&group_by=team&customer_id=c", "customer_id"),
            (report + "&group_by=api_key&team_id=t", "team_id"),
            ("/spend/logs?start_date=2026-11-23&end_date=2026-11-22", "start_date"),
            ("/spend/logs?start_date=2026-11-22T10:00&end_date=2026-11-22T09:00", "start_date"),
            ("/global/spend?start_date=2026-11-23&end_date=2026-11-22", "start_date"),
            ("/spend/logs?status_filter=none", "status_filter"),
        ] {
            let fault = await rig.fault("GET", path)
            #expect(fault?.error.status == 400 && fault?.error.param == param, "\(path)")
        }
        // Those that agree are one.
        for path in [
            user + "&api_key=\(key)&key=\(KeyHash(of: key).hex)&user_id=u&team_id=t",
            team + "&team_ids=t,t&team_id=t&api_key=\(key)", report + "&api_key=\(key)&internal_user_id=u&team_id=t",
            report + "&group_by=customer&customer_id=c", report + "&customer_id=c",
            "/spend/logs?start_date=2026-11-22T10:00&end_date=2026-11-22",
            "/spend/logs?status_filter=failure",
        ] { #expect(await rig.fault("GET", path) == nil, "\(path)") }
        let one = try await rig.ask("GET", team + "&api_key=\(key)")["results"].elements[0]
        #expect(one["metrics"]["total_tokens"].number == 10 && one["breakdown"]["entities"].names == ["t"])
        #expect(try await rig.ask("GET", report + "&customer_id=c").elements[0].names == ["group_by_day", "customers"])
    }

    @Test(arguments: ["t,t", " t , t", "t,", ",t,,t "])
    func `a team that is named twice, or with spaces around it, is one team`(teams: String) async throws {
        try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        fill(rig, key: "sk-a")
        let day = try await rig.ask("GET", "/team/daily/activity?\(Self.days)&team_ids=\(teams)")["results"].elements[0]
        #expect(day["metrics"]["total_tokens"].number == 20 && day["breakdown"]["entities"].names == ["t"])
    }

    @Test func `a limit cuts lists of names, and no sum by day`() async throws {
        let key = try await rig.key()
        try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        fill(rig, key: key)
        for path in [
            "/user/daily/activity?\(Self.days)", "/user/daily/activity/aggregated?\(Self.days)",
            "/team/daily/activity?\(Self.days)", "/global/spend/report?\(Self.days)",
            "/global/spend/report?\(Self.days)&group_by=customer", "/global/spend/report?\(Self.days)&api_key=\(key)",
            "/global/spend/logs?\(Self.days)", "/global/activity?\(Self.days)", "/global/activity/model?\(Self.days)",
            "/spend/logs?\(Self.days)",
        ] {
            let (whole, limited) = (try await rig.ask("GET", path), try await rig.ask("GET", path + "&limit=1"))
            #expect(whole == limited, "\(path)")
        }
        for name in ["keys", "models", "teams", "tags", "provider"] {
            #expect(try await rig.ask("GET", "/global/spend/\(name)?limit=1").elements.count == 1, "\(name)")
        }
        #expect(try await rig.ask("GET", "/global/spend/models").elements.count == 2)
        #expect(await rig.fault("GET", "/global/spend/models?limit=0")?.error.param == "limit")
    }

    @Test func `the sum of requests without a team takes no place in a list of teams`() async throws {
        rig.store.answer(sums: ["", "t", "s"].map { SpendSum(name: $0) })
        for (limit, teams) in [(1, ["t"]), (2, ["t", "s"]), (3, ["t", "s"])] {
            let rows = try await rig.ask("GET", "/global/spend/teams?limit=\(limit)").elements
            #expect(rows.map { $0["team_id"].string } == teams, "\(limit)")
        }
    }
}
