import Dialects
import Gateway
import Ledger
import Testing

@testable import Server

@Suite struct KeyRoutesTests {
    private let rig = AdminRig()

    @Test func `the article's key has its models, its budget and its month`() async throws {
        let made = try await rig.ask(
            "POST", "/key/generate", #"{"models": ["llama3", "mistral"], "max_budget": 10, "duration": "30d"}"#)
        let key = made["key"].string
        #expect(key.hasPrefix("sk-") && key.count == 25)
        #expect(made["key_name"].string == "sk-...\(key.suffix(4))")
        #expect(made["token"].string == KeyHash(of: key).hex && made["token_id"].string == made["token"].string)
        #expect(made["models"].strings == ["llama3", "mistral"] && made["max_budget"].number == 10)
        #expect(made["expires"].string == "2026-12-22T17:11:46.832000Z")
        #expect(made["created_by"].string == "default_user_id" && made["spend"].number == 0)
        let kept = try #require(rig.ledger.rows.key(KeyHash(of: key)))
        #expect(kept.allowance.maxBudget == Money("10") && kept.models == ["llama3", "mistral"])
        #expect(rig.store.changes == [.putKey(kept)])
    }

    /// The members of LiteLLM 1.106.2's own answers.
    @Test func `the answers have every member that LiteLLM's have and scripts read`() async throws {
        let key = try await rig.key(#"{"key_alias": "tiny", "max_budget": 0.02, "budget_duration": "30d"}"#)
        let made = try await rig.ask("POST", "/key/generate", "{}")
        for name in [
            "key_alias", "duration", "models", "spend", "max_budget", "user_id", "team_id", "max_parallel_requests",
            "metadata", "tpm_limit", "rpm_limit", "budget_duration", "allowed_cache_controls", "config", "permissions",
            "model_max_budget", "model_rpm_limit", "model_tpm_limit", "blocked", "aliases", "key", "budget_id", "tags",
            "allowed_routes", "key_name", "key_type", "expires", "token_id", "litellm_budget_table", "token",
            "created_by", "updated_by", "created_at", "updated_at",
        ] { #expect(made.names.contains(name), "\(name)") }
        let answer = try await rig.ask("GET", "/key/info?key=\(key)")
        #expect(answer["key"].string == key && answer["info"]["status"].string == "active")
        for name in [
            "key_name", "key_alias", "soft_budget_cooldown", "spend", "expires", "models", "aliases", "config",
            "user_id", "team_id", "permissions", "max_parallel_requests", "metadata", "blocked", "tpm_limit",
            "rpm_limit", "max_budget", "budget_duration", "budget_reset_at", "allowed_cache_controls", "model_spend",
            "model_max_budget", "budget_id", "organization_id", "created_at", "created_by", "updated_at", "updated_by",
            "allowed_routes", "auto_rotate", "rotation_count", "rotation_interval", "last_active", "total_spend",
            "litellm_budget_table", "key_type",
        ] { #expect(answer["info"].names.contains(name), "\(name)") }
        #expect(answer["info"]["budget_reset_at"].string == "2026-12-01T00:00:00")
        #expect(answer["info"]["max_budget"].description == "0.02")
        let row = try await rig.ask("GET", "/key/list?size=1&return_full_object=true")["keys"].elements[0]
        for name in ["token", "key_name", "key_alias", "spend", "total_spend", "max_budget", "models", "org_id"] {
            #expect(row.names.contains(name), "\(name)")
        }
    }

    @Test func `two keys are never the same, and nothing but their hash is kept`() async throws {
        var keys: Set<String> = []
        for _ in 0..<64 { keys.insert(try await rig.key()) }
        #expect(keys.count == 64)
        let kept = "\(rig.store.changes)" + "\(rig.ledger.image())"
        for key in keys { #expect(!kept.contains(key)) }
    }

    @Test func `a key of the caller's own is taken, and made again is the one there is`() async throws {
        let first = try await rig.ask("POST", "/key/generate", #"{"key": "sk-custom-value-1", "max_budget": 1}"#)
        #expect(first["key"].string == "sk-custom-value-1" && first["key_name"].string == "sk-...ue-1")
        rig.advance(seconds: 60)
        let again = try await rig.ask("POST", "/key/generate", #"{"key": "sk-custom-value-1", "max_budget": 9}"#)
        #expect(again["created_at"].string == first["created_at"].string && again["max_budget"].number == 1)
        #expect(rig.store.changes.count == 1)
    }

    @Test(arguments: [
        (#"{"key": "custom-value-1"}"#, "Invalid key format. LiteLLM Virtual Key must start with 'sk-'", "key"),
        (#"{"max_budget": -1}"#, "max_budget: must be a non-negative finite number of dollars", "max_budget"),
        (#"{"max_budget": "much"}"#, "max_budget: must be a non-negative", "max_budget"),
        (#"{"duration": "thirty days"}"#, "duration: Invalid duration format", "duration"),
        (#"{"budget_duration": "30"}"#, "budget_duration: Invalid duration format", "budget_duration"),
        (#"{"models": "llama3"}"#, "models: Input should be a valid list", "models"),
        (#"{"models": [1]}"#, "models: Input should be a valid list", "models"),
        (#"{"metadata": []}"#, "metadata: Input should be a valid dictionary", "metadata"),
        (#"{"rpm_limit": 1.5}"#, "rpm_limit: Input should be a valid integer", "rpm_limit"),
        (#"{"blocked": "perhaps"}"#, "blocked: Input should be a valid boolean", "blocked"),
        (#"{"key_type": "x"}"#, "key_type is default, llm_api, management or read_only", "key_type"),
        (#"{"class": "urgent"}"#, "class: must be interactive, default or batch", "class"),
        (#"{"share": 0}"#, "share must be more than 0", "share"),
        (#"{"tpd_limit": 5}"#, "tpd_limit is not built in this release", "tpd_limit"),
        (#"{"access_group_ids": ["g"]}"#, "access_group_ids is not built in this release", "access_group_ids"),
        (#"{"organization_id": "o"}"#, "organization_id is not built in this release", "organization_id"),
        (#"{"auto_rotate": true}"#, "auto_rotate is not built in this release", "auto_rotate"),
        (
            #"{"key_alias": "sk-WQQ1xRqJSolQgVuq9J0d-A"}"#, "key_alias: Input should be a valid string, and no key",
            "key_alias"
        ),
        (#"{"max_budget": "0x10"}"#, "max_budget: must be a non-negative", "max_budget"),
        (#"{"soft_budget": 5, "max_budget": 1}"#, "soft_budget (5.0) is above max_budget (1.0)", "soft_budget"),
        (#"{"model_max_budget": {"a": "x"}}"#, "model_max_budget: Input should be", "model_max_budget"),
        (#"{"temp_budget_increase": 5}"#, "temp_budget_expiry: Field required", "temp_budget_expiry"),
        (#"[]"#, "the body must be a JSON object", nil as String?), (#"{"models": ["#, "the body is not JSON", nil),
    ])
    func `what cannot be meant is refused at its field`(body: String, message: String, field: String?) async throws {
        let fault = try #require(await rig.fault("POST", "/key/generate", body))
        #expect(fault.error.status == 400 && fault.error.code == "invalid_request")
        #expect(fault.error.message.hasPrefix(message), "\(fault.error.message)")
        #expect(fault.error.param == field)
        #expect(rig.store.changes.isEmpty)
    }

    @Test func `a wrong type is told in pydantic's words too`() async throws {
        let fault = try #require(await rig.fault("POST", "/key/generate", #"{"models": "llama3"}"#))
        let detail = fault.json["detail"].elements[0]
        #expect(detail["type"].string == "list_type" && detail["loc"].strings == ["body", "models"])
        #expect(detail["msg"].string == "Input should be a valid list")
        #expect(fault.json["error"]["type"].string == "invalid_request_error")
    }

    @Test func `an unknown field is ignored, and a null is no value`() async throws {
        let made = try await rig.ask(
            "POST", "/key/generate",
            #"{"foo": 1, "team_id": null, "models": null, "max_budget": null, "duration": null}"#)
        #expect(made["models"].elements.isEmpty && made["max_budget"].isNull && made["expires"].isNull)
    }

    @Test func `a row that is sent back as it was shown is taken`() async throws {
        let made = try await rig.ask("POST", "/key/generate", #"{"models": ["llama3"]}"#)
        let key = made["key"].string
        let info = try await rig.ask("GET", "/key/info?key=\(key)")["info"].description
        let sent = "{\"key\": \"\(key)\", \(info.dropFirst())"
        #expect(await rig.fault("POST", "/key/update", sent) == nil)
    }

    /// `1e9` stands for no bound in many a script.
    @Test(arguments: ["9223373", "1e9", "1e300", "\"10000000000\""])
    func `a budget beyond what is counted is the most that is`(_ dollars: String) async throws {
        let key = try await rig.key("{\"max_budget\": \(dollars)}")
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.allowance.maxBudget == .max)
    }

    @Test func `what is used of the budgets of single models is shown`() async throws {
        let key = try await rig.key(#"{"model_max_budget": {"gpt-4o": {"budget_limit": 10, "time_period": "1d"}}}"#)
        let account = AccountName.keyModel(KeyHash(of: key), model: "gpt-4o")
        rig.ledger.setSpend(Money("2.5") ?? .zero, of: account, at: rig.now)
        #expect(try await rig.ask("GET", "/key/info?key=\(key)")["info"]["model_spend"]["gpt-4o"].number == 2.5)
        let other = try await rig.key(#"{"model_rpm_limit": {"gpt-4o": 10}}"#)
        #expect(try await rig.ask("GET", "/key/info?key=\(other)")["info"]["model_spend"].names.isEmpty)
    }

    @Test func `lists are sorted as they are asked to be, and narrowed by nothing that is not known`() async throws {
        for (alias, budget) in [("b", 1), ("c", 3), ("a", 2)] {
            _ = try await rig.key("{\"key_alias\": \"\(alias)\", \"max_budget\": \(budget)}")
            rig.advance(seconds: 1)
        }
        for (query, order) in [
            ("sort_by=key_alias&sort_order=asc", "abc"), ("sort_by=key_alias", "cba"), ("sort_order=asc", "bca"),
            ("sort_by=max_budget&sort_order=asc", "bac"), ("sort_by=created_at&sort_order=desc", "acb"),
        ] {
            let list = try await rig.ask("GET", "/key/list?return_full_object=true&\(query)")["keys"].elements
            #expect(list.map { $0["key_alias"].string }.joined() == order, "\(query)")
        }
        for query in [
            "sort_by=colour", "sort_order=up&sort_by=spend", "status=deleted", "organization_id=o", "project_id=p",
        ] {
            #expect(await rig.fault("GET", "/key/list?\(query)")?.error.status == 400, "\(query)")
        }
    }

    @Test func `an alias names one key`() async throws {
        _ = try await rig.key(#"{"key_alias": "tiny"}"#)
        let fault = try #require(await rig.fault("POST", "/key/generate", #"{"key_alias": "tiny"}"#))
        #expect(
            fault.error.message
                == "Key with alias 'tiny' already exists. Unique key aliases across all keys are required.")
        #expect(fault.error.status == 400 && fault.error.param == "key_alias")
        let other = try await rig.key(#"{"key_alias": "other"}"#)
        #expect(
            await rig.fault("POST", "/key/update", #"{"key": "\#(other)", "key_alias": "tiny"}"#)?.error.status == 400)
        #expect(await rig.fault("POST", "/key/update", #"{"key": "\#(other)", "key_alias": "other"}"#) == nil)
    }

    @Test func `an update changes what it says, null takes away, and the rest stays`() async throws {
        let key = try await rig.key(
            #"{"models": ["a"], "max_budget": 10, "rpm_limit": 5, "metadata": {"app": "x"}, "duration": "1h"}"#)
        rig.advance(seconds: 10)
        let row = try await rig.ask(
            "POST", "/key/update",
            #"{"key": "\#(key)", "max_budget": 20, "rpm_limit": null, "duration": "60d", "tpm_limit": 1000}"#)
        #expect(row["key"].string == key && row["token"].string == KeyHash(of: key).hex)
        #expect(row["max_budget"].number == 20 && row["rpm_limit"].isNull && row["tpm_limit"].number == 1000)
        #expect(row["models"].strings == ["a"] && row["metadata"]["app"].string == "x")
        #expect(row["expires"].string == "2027-01-21T17:11:56.832000")
        #expect(row["updated_at"].string > row["created_at"].string)
        let byHash = try await rig.ask(
            "POST", "/key/update", #"{"key": "\#(KeyHash(of: key).hex)", "duration": "-1"}"#)
        #expect(byHash["expires"].isNull)
        let fault = try #require(await rig.fault("POST", "/key/update", #"{"key": "sk-nope", "max_budget": 20}"#))
        #expect(fault.error.status == 404 && fault.error.message == "Key not found.")
    }

    @Test func `limits of single models stand where LiteLLM has them`() async throws {
        let made = try await rig.ask(
            "POST", "/key/generate",
            #"""
            {"model_max_budget": {"gpt-4o": {"budget_limit": 0.001, "time_period": "1d"}, "b": 2},
             "model_rpm_limit": {"gpt-4o": 3}, "model_tpm_limit": {"gpt-4o": 400}, "tags": ["t"]}
            """#)
        let budget = made["model_max_budget"]["gpt-4o"]
        #expect(budget["budget_limit"].number == 0.001 && budget["time_period"].string == "1d")
        #expect(made["model_max_budget"]["b"]["max_budget"].number == 2)
        #expect(made["model_rpm_limit"]["gpt-4o"].number == 3 && made["model_tpm_limit"]["gpt-4o"].number == 400)
        #expect(made["metadata"]["tags"].strings == ["t"] && made["tags"].strings == ["t"])
    }

    @Test func `a blocked key is no pass until it is unblocked`() async throws {
        let key = try await rig.key()
        let blocked = try await rig.ask("POST", "/key/block", #"{"key": "\#(key)"}"#)
        #expect(blocked["blocked"].description == "true")
        #expect(throws: LedgerRefusal.keyBlocked) { try rig.ledger.pass(for: KeyHash(of: key), at: rig.now.wall) }
        #expect(try await rig.ask("GET", "/key/info?key=\(key)")["info"]["status"].string == "blocked")
        _ = try await rig.ask("POST", "/key/unblock", #"{"key": "\#(key)"}"#)
        #expect(throws: Never.self) { try rig.caller(key) }
    }

    @Test func `a key that takes another's place keeps its bounds and its spend, and the old one ends`() async throws {
        let old = try await rig.key(#"{"key_alias": "a", "max_budget": 3, "models": ["m"], "spend": 1.5}"#)
        do {
            let path = "/key/regenerate"
            let made = try await rig.ask("POST", path, #"{"key": "\#(old)", "max_budget": 4}"#)
            let new = made["key"].string
            #expect(new != old && made["key_alias"].string == "a" && made["max_budget"].number == 4)
            #expect(made["spend"].number == 1.5 && made["models"].strings == ["m"])
            #expect(throws: LedgerRefusal.unknownKey(KeyHash(of: old))) { try rig.caller(old) }
            #expect(throws: Never.self) { try rig.caller(new) }
        }
        let next = try await rig.ask("GET", "/key/list")["keys"].strings[0]
        let again = try await rig.ask("POST", "/key/\(next)/regenerate", #"{"new_key": "sk-of-my-own"}"#)
        #expect(again["key"].string == "sk-of-my-own" && again["spend"].number == 1.5)
        #expect(await rig.fault("POST", "/key/sk-nope/regenerate")?.error.status == 404)
        // The old one made anew would have the account of the new one, and its budget would be the other's.
        let kept = rig.store.changes.count
        #expect(await rig.fault("POST", "/key/generate", #"{"key": "\#(old)"}"#)?.error.status == 400)
        #expect(rig.store.changes.count == kept)
    }

    @Test func `keys are deleted by themselves, by hash and by alias, all or none`() async throws {
        let one = try await rig.key()
        let two = try await rig.key(#"{"key_alias": "two"}"#)
        let three = try await rig.key()
        let fault = try #require(await rig.fault("POST", "/key/delete", #"{"keys": ["\#(one)", "sk-unknown"]}"#))
        #expect(fault.error.status == 404 && fault.error.message == "No keys found")
        #expect(throws: Never.self) { try rig.caller(one) }
        let body = #"{"keys": ["\#(one)", "\#(KeyHash(of: three).hex)"], "key_aliases": ["two"]}"#
        #expect(try await rig.ask("POST", "/key/delete", body)["deleted_keys"].strings.count == 3)
        for key in [one, two, three] { #expect(throws: LedgerRefusal.self) { try rig.caller(key) } }
    }

    @Test func `lists have pages, the newest first, and filters`() async throws {
        var made: [String] = []
        for index in 0..<5 {
            made.append(
                KeyHash(of: try await rig.key(#"{"key_alias": "k\#(index)", "user_id": "u\#(index % 2)"}"#)).hex)
            rig.advance(seconds: 1)
        }
        let first = try await rig.ask("GET", "/key/list?size=3")
        #expect(first["keys"].strings == Array(made.reversed().prefix(3)))
        #expect(first["total_count"].number == 5 && first["total_pages"].number == 2)
        #expect(first["current_page"].number == 1)
        #expect(try await rig.ask("GET", "/key/list?size=3&page=2")["keys"].strings == [made[1], made[0]])
        #expect(try await rig.ask("GET", "/key/list?user_id=u1")["keys"].strings == [made[3], made[1]])
        #expect(try await rig.ask("GET", "/key/list?key_alias=k4")["keys"].strings == [made[4]])
        #expect(try await rig.ask("GET", "/key/list?key_hash=\(made[2])")["total_count"].number == 1)
        let aliases = try await rig.ask("GET", "/key/aliases?size=2")
        #expect(aliases["aliases"].strings == ["k0", "k1"] && aliases["total_count"].number == 5)
        #expect(aliases["total_pages"].number == 3 && aliases["size"].number == 2)
        for query in ["size=0", "size=101", "page=0", "page=x"] {
            #expect(await rig.fault("GET", "/key/list?\(query)")?.error.status == 400, "\(query)")
        }
    }

    @Test func `a store that does not answer keeps the directory as it was`() async throws {
        let key = try await rig.key(#"{"max_budget": 1}"#)
        rig.store.fail("the disk is full")
        let fault = try #require(await rig.fault("POST", "/key/update", #"{"key": "\#(key)", "max_budget": 2}"#))
        #expect(fault.error.status == 503 && fault.error.retryAfter != nil)
        #expect(rig.ledger.rows.key(KeyHash(of: key))?.allowance.maxBudget == Money("1"))
        #expect(await rig.fault("POST", "/key/generate", "{}")?.error.status == 503)
        #expect(rig.ledger.rows.keys().total == 1)
    }

    @Test func `changes that come at once are all made, one after the other`() async throws {
        let key = try await rig.key()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for index in 0..<40 {
                tasks.addTask {
                    let field = index % 2 == 0 ? "rpm_limit" : "tpm_limit"
                    try await rig.ask("POST", "/key/update", #"{"key": "\#(key)", "\#(field)": \#(index)}"#)
                }
            }
            try await tasks.waitForAll()
        }
        let kept = try #require(rig.ledger.rows.key(KeyHash(of: key)))
        #expect(kept.allowance.requestsPerMinute != nil && kept.allowance.tokensPerMinute != nil)
        #expect(rig.store.changes.last == .putKey(kept))
    }

    @Test func `without a master key no key is made`() async throws {
        let open = AdminRig(requiresKey: false)
        let fault = try #require(await open.fault("POST", "/key/generate", "{}"))
        #expect(fault.error.status == 400 && fault.error.message.contains("general_settings.master_key"))
    }

    @Test func `a list says of every key whether it may ask`() async throws {
        for body in [#"{"duration": "1d"}"#, #"{"duration": "2d", "blocked": true}"#, "{}"] {
            _ = try await rig.key(body)
        }
        rig.advance(seconds: 86_400)
        let rows = try await rig.ask("GET", "/key/list?return_full_object=true")["keys"].elements
        #expect(rows.map { $0["status"].string }.sorted() == ["active", "blocked", "expired"])
        try await rig.ask("POST", "/team/new", #"{"team_id": "t"}"#)
        let key = try await rig.key(#"{"team_id": "t"}"#)
        for (path, status) in [("/team/block", "blocked"), ("/team/unblock", "active")] {
            try await rig.ask("POST", path, #"{"team_id": "t"}"#)
            #expect(try await rig.ask("GET", "/key/info?key=\(key)")["info"]["status"].string == status)
        }
    }

    @Test func `keys that one request names are shown once each, and a hundred at most`() async throws {
        let (one, two) = (try await rig.key(), try await rig.key())
        let named = [one, two, one, one].map { "\"\($0)\"" }.joined(separator: ", ")
        let seen = try await rig.ask("POST", "/v2/key/info", "{\"keys\": [\(named)]}")
        #expect(seen["key"].strings == [one, two] && seen["info"].elements.count == 2)
        #expect(try await rig.ask("POST", "/v2/key/info", #"{"keys": []}"#)["info"].elements.isEmpty)
        for (path, field) in [("/v2/key/info", "keys"), ("/budget/info", "budgets")] {
            let many = (0...100).map { "\"sk-\($0)\"" }.joined(separator: ", ")
            let fault = await rig.fault("POST", path, "{\"\(field)\": [\(many)]}")
            #expect(fault?.error.status == 400 && fault?.error.param == field, "\(path)")
            #expect(await rig.fault("POST", path, "{}")?.detail?.type == "missing", "\(path)")
        }
    }

    @Test func `an object that is kept as it came has 64 KiB at most`() async throws {
        // {"a":"…"} has eight bytes more than its text.
        let most = String(repeating: "x", count: 65_528)
        let more = most + "x"
        for (path, field) in [
            ("/key/generate", "metadata"), ("/key/generate", "permissions"), ("/team/new", "metadata"),
            ("/user/new", "metadata"),
        ] {
            let fault = await rig.fault("POST", path, "{\"\(field)\":{\"a\":\"\(more)\"}}")
            #expect(fault?.error.status == 400 && fault?.error.param == field, "\(path)")
            #expect(fault?.error.message.contains("65536 bytes") == true, "\(path)")
            #expect(await rig.fault("POST", path, "{\"\(field)\":{\"a\":\"\(most)\"}}") == nil, "\(path)")
        }
    }

    @Test func `a key that is named twice is deleted once`() async throws {
        let key = try await rig.key(#"{"key_alias": "a"}"#)
        let gone = try await rig.ask(
            "POST", "/key/delete", "{\"keys\": [\"\(key)\", \"\(key)\"], \"key_aliases\": [\"a\", \"a\"]}")
        #expect(gone["deleted_keys"].strings == [key, "a"])
    }

    @Test func `a key that takes another's place has spent what the operator says`() async throws {
        let old = try await rig.key(#"{"user_id": "u", "spend": 1.5}"#)
        for wrong in [#""many""#, "-1", "[]"] {
            let fault = await rig.fault("POST", "/key/regenerate", "{\"key\": \"\(old)\", \"spend\": \(wrong)}")
            #expect(fault?.error.param == "spend" && fault?.error.status == 400, "\(wrong)")
        }
        #expect(rig.ledger.rows.key(KeyHash(of: old)) != nil)
        let made = try await rig.ask("POST", "/key/regenerate", "{\"key\": \"\(old)\", \"spend\": 0.25}")
        #expect(made["spend"].number == 0.25)
        let next = made["key"].string
        try await rig.ask("POST", "/user/new", #"{"user_id": "u", "auto_create_key": false}"#)
        let anew = "{\"key\": \"\(next)\", \"spend\": 0}"
        #expect(await rig.fault("POST", "/key/regenerate", anew, as: next)?.error.status == 403)
        #expect(try await rig.ask("GET", "/key/info?key=\(next)")["info"]["spend"].number == 0.25)
    }
}
