import Dialects
import Gateway
import Ledger
import LedgerStore
import Testing

@testable import Server

@Suite struct SpendRoutesTests {
    private let rig = AdminRig()

    private func entry(_ name: String, key: String?, failed: Bool = false) -> LedgerEntry {
        var entry = LedgerEntry(
            requestID: name, start: AdminRig.start, end: WallTime(microseconds: AdminRig.start.microseconds + 1_500_000)
        )
        entry.keyHash = key.map { KeyHash(of: $0) }
        (entry.modelAsked, entry.model, entry.provider) = ("gpt-4o", "openai/gpt-4o", "openai")
        (entry.promptTokens, entry.completionTokens) = (11, 5)
        (entry.money, entry.failedMoney) = (Money("0.0000775") ?? .zero, Money("0.00001") ?? .zero)
        if failed { (entry.status, entry.error) = (422, "budget_exceeded") }
        return entry
    }

    @Test func `a row has the members that LiteLLM's has and scripts read`() async throws {
        rig.store.answer(entries: [entry("chatcmpl-1", key: "sk-a"), entry("chatcmpl-2", key: nil, failed: true)])
        let rows = try await rig.ask("GET", "/spend/logs").elements
        for name in [
            "request_id", "call_type", "api_key", "spend", "total_tokens", "prompt_tokens", "completion_tokens",
            "startTime", "endTime", "completionStartTime", "model", "model_id", "model_group", "custom_llm_provider",
            "api_base", "user", "metadata", "cache_hit", "cache_key", "request_tags", "team_id", "organization_id",
            "end_user", "requester_ip_address", "messages", "response", "session_id", "status", "request_duration_ms",
            "litellm_call_id", "proxy_server_request",
        ] { #expect(rows[0].names.contains(name), "\(name)") }
        #expect(rows[0]["api_key"].string == KeyHash(of: "sk-a").hex && rows[0]["spend"].number == 8.75e-05)
        #expect(
            rows[0]["startTime"].string == "2026-11-22T17:11:46.832000" && rows[0]["request_duration_ms"].number == 1500
        )
        #expect(rows[0]["status"].string == "success" && rows[0]["total_tokens"].number == 16)
        #expect(rows[1]["api_key"].string == "litellm_proxy_master_key" && rows[1]["status"].string == "failure")
        let page = try await rig.ask("GET", "/spend/logs/ui?page_size=1")
        #expect(page["total"].number == 2 && page["total_pages"].number == 2 && page["page_size"].number == 1)
    }

    // Regression: whoever was made with the id of a user that was deleted read what that one had asked.
    @Test func `a user sees what it has asked since it was made, and nothing of one with its id before`()
        async throws
    {
        rig.advance(seconds: 1_000)
        let key = try await rig.ask("POST", "/user/new", #"{"user_id": "ann"}"#)["key"].string
        func since(_ query: [(name: String, value: String)] = [], as key: String? = nil) throws -> WallTime? {
            var call = try AdminCall(try rig.caller(key), at: rig.now)
            call.query = query
            return try SpendRoutes(desk: rig.desk).filter(call).since
        }
        let made = WallTime(microseconds: rig.now.wall.microseconds - 1_000_000)
        #expect(try since(as: key) == made)
        #expect(try since([("start_date", "2020-01-01")], as: key) == made)
        #expect(try since([("start_date", "2027-01-01")], as: key)?.date == "2027-01-01")
        #expect(try since() == nil)
    }

    // Regression: one that was made with a team, and then by name, had lost what it asked in between.
    @Test func `a member that is made by name sees what it has asked as a member`() async throws {
        try await rig.ask("POST", "/team/new", #"{"team_id": "t", "members_with_roles": [{"user_id": "ann"}]}"#)
        let made = rig.now.wall
        rig.advance(seconds: 1_000)
        try await rig.ask("POST", "/user/new", #"{"user_id": "ann", "max_budget": 1}"#)
        #expect(rig.ledger.rows.user("ann")?.stamps.createdAt == made)
    }

    @Test func `what was said is told of one request alone, to whoever may see its row`() async throws {
        var said = entry("chatcmpl-1", key: "sk-a")
        said.words = EntryWords(
            request: #"{"model":"m","messages":[{"role":"user","content":"Hi"}]}"#, response: #"{"id":"chatcmpl-1"}"#)
        rig.store.answer(entries: [said])
        for list in ["/spend/logs", "/spend/logs?call_id=x"] {
            let row = try await rig.ask("GET", list).elements[0]
            #expect(row["messages"].description == "{}" && row["response"].description == "{}")
        }
        let row = try await rig.ask("GET", "/spend/logs?request_id=chatcmpl-1").elements[0]
        let own = try await rig.ask("GET", "/spend/logs/ui/chatcmpl-1")
        #expect(own.names == ["messages", "response", "proxy_server_request"])
        for name in own.names { #expect(row[name].description == own[name].description, "\(name)") }
        #expect(own["messages"].elements[0]["content"].string == "Hi" && own["response"]["id"].string == "chatcmpl-1")
        #expect(own["proxy_server_request"]["model"].string == "m")
        rig.store.answer(entries: [])
        #expect(await rig.fault("GET", "/spend/logs/ui/chatcmpl-1")?.error.status == 404)
    }

    @Test(arguments: [#"{"prompt":"Hi"}"#, #"{"input":["Hi"]}"#, "{}"])
    func `what was asked is the prompt of whichever API it was`(_ body: String) async throws {
        var said = entry("a", key: nil)
        said.words = EntryWords(request: body, response: nil)
        rig.store.answer(entries: [said])
        let own = try await rig.ask("GET", "/spend/logs/ui/a")
        #expect(
            own["messages"].description
                == (body == "{}" ? "{}" : String(body.dropFirst(body.contains("input") ? 9 : 10).dropLast())))
        #expect(own["response"].description == "{}")
    }

    @Test func `a page says where the next begins, until there is none`() async throws {
        rig.store.answer(entries: ["a", "b", "c"].map { entry($0, key: nil) })
        let page = try await rig.ask("GET", "/spend/requests?limit=2")
        #expect(page["data"].elements.map { $0["request_id"].string } == ["a", "b"])
        #expect(page["next"].string == "\(AdminRig.start.microseconds).1")
        #expect(try await rig.ask("GET", "/spend/requests?limit=3")["next"].isNull)
        for after in ["x", "1", "1.2.3", "1.x", "."] {
            let fault = await rig.fault("GET", "/spend/requests?after=\(after)")
            #expect(fault?.error.status == 400 && fault?.error.param == "after", "\(after)")
        }
        #expect(await rig.fault("GET", "/spend/requests?after=\(page["next"].string)") == nil)
        #expect(await rig.fault("GET", "/spend/requests?limit=501")?.error.status == 400)
    }

    @Test func `sums have LiteLLM's names, and the name of a key beside its hash`() async throws {
        let key = try await rig.key(#"{"key_alias": "tiny"}"#)
        var sum = SpendSum(name: KeyHash(of: key).hex, day: Day(of: AdminRig.start))
        (sum.requests, sum.promptTokens, sum.completionTokens, sum.money) = (25, 100, 28, Money("0.021") ?? .zero)
        rig.store.answer(sums: [sum])
        let keys = try await rig.ask("GET", "/global/spend/keys?limit=5").elements
        #expect(keys[0]["key_alias"].string == "tiny" && keys[0]["total_spend"].number == 0.021)
        #expect(keys[0]["api_key"].string == KeyHash(of: key).hex && keys[0]["key_name"].string.hasPrefix("sk-..."))
        #expect(try await rig.ask("GET", "/global/spend/models").elements[0]["total_spend"].number == 0.021)
        #expect(try await rig.ask("GET", "/global/spend/logs").elements[0]["date"].string == "2026-11-22")
        let activity = try await rig.ask("GET", "/global/activity?start_date=2026-11-22&end_date=2026-11-22")
        #expect(activity["daily_data"].elements[0]["date"].string == "Nov 22")
        #expect(activity["sum_api_requests"].number == 25 && activity["sum_total_tokens"].number == 128)
        #expect(try await rig.ask("GET", "/spend/tags").elements[0]["log_count"].number == 25)
        let byDay = try await rig.ask("GET", "/spend/logs?start_date=2026-11-22&end_date=2026-11-22").elements
        #expect(byDay[0]["startTime"].string == "2026-11-22" && byDay[0]["spend"].number == 0.021)
        #expect(byDay[0][KeyHash(of: key).hex].number == 0.021)
        #expect(await rig.fault("GET", "/global/spend/keys?start_date=yesterday")?.error.status == 400)
    }

    @Test func `what was spent is the ledger's, also before it is written`() async throws {
        #expect(try await rig.ask("GET", "/global/spend")["spend"].number == 0)
        #expect(try await rig.ask("GET", "/global/spend").names == ["spend", "max_budget"])
    }

    @Test func `what the same would have cost elsewhere stands beside what was spent, where something is compared`()
        async throws
    {
        let rig = AdminRig(comparedModel: "openai/gpt-4o")
        var sum = SpendSum(name: "", day: nil)
        (sum.money, sum.comparedMoney) = (Money("2") ?? .zero, Money("31.2") ?? .zero)
        rig.store.answer(sums: [sum])
        let total = try await rig.ask("GET", "/global/spend?start_date=2026-11-01")
        #expect(total["spend"].number == 2 && total["compared_spend"].number == 31.2)
        #expect(total["compared_with"].string == "openai/gpt-4o")
    }

    @Test func `days bound what was spent in all`() async throws {
        rig.ledger.setSpend(Money("7") ?? .zero, of: .global, at: rig.now)
        var sum = SpendSum(name: "", day: nil)
        sum.money = Money("2") ?? .zero
        rig.store.answer(sums: [sum])
        #expect(try await rig.ask("GET", "/global/spend")["spend"].number == 7)
        for days in ["start_date=2026-11-22", "end_date=2026-11-22", "start_date=2026-11-01&end_date=2026-11-22"] {
            #expect(try await rig.ask("GET", "/global/spend?\(days)")["spend"].number == 2, "\(days)")
        }
    }

    @Test func `what a key has spent has its name also after it was made anew`() async throws {
        let key = try await rig.key(#"{"key_alias": "tiny"}"#)
        let first = SpendSum(name: KeyHash(of: key).hex, day: nil)
        let next = try await rig.ask("POST", "/key/regenerate", "{\"key\": \"\(key)\"}")["key"].string
        let last = try await rig.ask("POST", "/key/regenerate", "{\"key\": \"\(next)\"}")["key"].string
        rig.store.answer(sums: [first, SpendSum(name: KeyHash(of: "sk-gone").hex, day: nil)])
        let rows = try await rig.ask("GET", "/global/spend/keys").elements
        #expect(rows[0]["key_alias"].string == "tiny" && rows[0]["key_name"].string == "sk-...\(last.suffix(4))")
        #expect(rows[0]["api_key"].string == KeyHash(of: key).hex)
        #expect(rows[1]["key_alias"].isNull && rows[1]["key_name"].isNull)
        try await rig.ask("POST", "/key/delete", #"{"key_aliases": ["tiny"]}"#)
        #expect(try await rig.ask("GET", "/global/spend/keys").elements[0]["key_alias"].isNull)
    }

    @Test func `requests are narrowed by what LiteLLM narrows them by, or it is said that they are not`() async throws {
        let key = try await rig.key(#"{"key_alias": "tiny"}"#)
        func filter(_ query: [(String, String)]) throws -> EntryFilter {
            var call = try AdminCall(rig.caller(), at: rig.now)
            call.query = query.map { (name: $0.0, value: $0.1) }
            return try SpendRoutes(desk: rig.desk).filter(call)
        }
        #expect(try filter([("key_alias", "tiny")]).key == KeyHash(of: key))
        // Of an alias that nobody has there are none, not all.
        #expect(try filter([("key_alias", "none")]).key != nil)
        #expect(try filter([("model_id", "m")]).deployment == "m")
        #expect(try filter([("error_code", "429")]).status == 429)
        #expect(try filter([("error_code", "upstream_failed")]).error == "upstream_failed")
        let costs = try filter([("min_spend", "0.25"), ("max_spend", "2")])
        #expect(costs.leastSpent == Money("0.25") && costs.mostSpent == Money("2"))
        for query in [
            "min_spend=much", "error_message=x", "sort_by=spend", "sort_order=asc", "api_key=\(key)x&key_alias=tiny",
        ] { #expect(await rig.fault("GET", "/spend/logs/ui?\(query)")?.error.status == 400, "\(query)") }
        #expect(await rig.fault("GET", "/spend/logs/ui?sort_by=startTime&sort_order=desc") == nil)
        let days = "/spend/logs?start_date=2026-11-22&end_date=2026-11-23"
        #expect(await rig.fault("GET", days) == nil)
        #expect(await rig.fault("GET", days + "&min_spend=5")?.error.status == 400, "sums are of all")
    }

    @Test func `tags that are named are listed, and no others`() async throws {
        rig.store.answer(sums: ["a", "b", "c"].map { SpendSum(name: $0, day: nil) })
        let tags = try await rig.ask("GET", "/global/spend/tags?tags=a,c").elements
        #expect(tags.map { $0["individual_request_tag"].string } == ["a", "c"])
        let last = try await rig.ask("GET", "/global/spend/tags?tags=c&limit=1").elements
        #expect(last.map { $0["individual_request_tag"].string } == ["c"])
    }

    @Test func `moments are read as scripts write them`() {
        for text in ["2026-11-22", "2026-11-22 00:00:00", "2026-11-22T00:00:00Z", "2026-11-22T01:00:00+01:00"] {
            #expect(WallTime(iso: text)?.iso == "2026-11-22T00:00:00", "\(text)")
        }
        #expect(WallTime(iso: "2026-11-22T17:11:46.832")?.iso == "2026-11-22T17:11:46.832000")
        for text in ["", "2026-13-01", "2026-02-30", "2026-11-22T25:00", "22.11.2026", "2026-11-22T1"] {
            #expect(WallTime(iso: text) == nil, "\(text)")
        }
    }

    @Test(arguments: [
        ("30d", "2026-12-22T17:11:46.832000"), ("2s", "2026-11-22T17:11:48.832000"),
        ("1mo", "2026-12-22T17:11:46.832000"),
        ("14mo", "2028-01-22T17:11:46.832000"), ("2w", "2026-12-06T17:11:46.832000"),
        ("12h", "2026-11-23T05:11:46.832000"),
    ])
    func `a period ends by the calendar`(period: String, end: String) throws {
        #expect(AdminRig.start.adding(try #require(BudgetPeriod(period))).iso == end)
    }

    @Test func `a month later is the last day where there is no such day`() throws {
        let month = try #require(BudgetPeriod("1mo"))
        #expect(WallTime(iso: "2027-01-31")?.adding(month).iso == "2027-02-28T00:00:00")
        #expect(WallTime(iso: "2028-01-31")?.adding(month).iso == "2028-02-29T00:00:00")
    }

    @Test func `a day that the calendar does not have bounds nothing`() async throws {
        for day in ["2026-02-31", "2026-13-01", "2026-00-10", "2027-02-29"] {
            for name in ["start_date", "end_date"] {
                for path in ["/spend/logs", "/spend/logs/ui", "/global/spend", "/global/activity"] {
                    let fault = await rig.fault("GET", "\(path)?\(name)=\(day)")
                    #expect(fault?.error.status == 400 && fault?.error.param == name, "\(path) \(day)")
                }
            }
        }
    }

    @Test(arguments: [
        ("2026-11-22", "2026-11-23T00:00:00"), ("2026-2-28", "2026-03-01T00:00:00"),
        ("2026-11-22T17:11", "2026-11-22T17:11:00"),
    ])
    func `a day alone is meant to its end, however it is written`(end: String, until: String) throws {
        var call = try AdminCall(try rig.caller(), at: rig.now)
        call.query = [("end_date", end)]
        #expect(try SpendRoutes(desk: rig.desk).filter(call).until?.iso == until)
    }
}
