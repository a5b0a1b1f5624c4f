import Balancer
import Farm
import FoundationEssentials
import Ledger
import NIOCore
import Testing

@testable import CLI

#if canImport(Glibc)
    import Glibc
#endif

/// Keys, budgets and limits over a socket, from `/key/generate` to the row in the book.
@Suite(.timeLimit(.minutes(3)), .serialized) struct KeyScenarioTests {
    private static let master = "sk-master-0001"
    /// A dollar in a thousand tokens read, two in a thousand written.
    private static let priced = "input_cost_per_token: 0.001, output_cost_per_token: 0.002"

    private static func start(
        store: String = "off", more: String = "", tokens: ClosedRange<Int> = 5...5, host: String = "127.0.0.1"
    ) async throws -> FarmedGateway {
        try await FarmedGateway.start(
            boxes: 1, tokens: tokens, deployment: priced, drover: "store: '\(store)'", more: more, key: master,
            host: host)
    }

    /// An address of this machine that others can reach, where it has one.
    private static let reachable = ((try? System.enumerateDevices()) ?? []).lazy.compactMap(\.address)
        .filter { $0.protocol == .inet }.compactMap(\.ipAddress).first { !$0.hasPrefix("127.") }

    private static func post(_ path: String, _ body: String, _ key: String? = master) -> String {
        RunningGateway.post(path, body, key.map { "Authorization: Bearer \($0)\r\n" } ?? "")
    }

    private static func key(_ body: String, of pool: FarmedGateway) async throws -> String {
        let made = try await pool.call(post("/key/generate", body))
        #expect(made.status == 200, "\(made.body)")
        return try #require(try JSONNode(made.body)["key"].text)
    }

    private static func chat(_ key: String?, model: String = "llama3", more: String = "") -> String {
        post(
            "/v1/chat/completions",
            #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]\#(more)}"#, key)
    }

    @Test func `a key asks for its models, and for nothing else`() async throws {
        let pool = try await Self.start()
        let key = try await Self.key(#"{"models": ["llama3"], "aliases": {"m": "llama3"}}"#, of: pool)
        let answer = try await pool.call(Self.chat(key))
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer["x-litellm-key-spend"].flatMap { Double($0) } ?? 0 > 0)
        #expect(try await pool.call(Self.chat(key, model: "m")).status == 200)
        let denied = try await pool.call(Self.chat(key, model: "gpt-4o"))
        #expect(denied.status == 403)
        let error = try JSONNode(denied.body)["error"]
        #expect(error["code"].text == "model_not_allowed" && error["type"].text == "invalid_request_error")
        #expect(
            error["message"].text
                == "The requested model 'gpt-4o' is not available for this API key, or the model name is invalid. "
                + "Check the models available to you and try again.")
        let named = try await pool.call(Self.chat(key, more: #","fallbacks":["gpt-4o"]"#))
        #expect(named.status == 403)
        for (carrier, status) in [
            ("x-api-key: \(key)", 200), ("api-key: \(key)", 200), ("Authorization: Basic \(key)", 200),
            ("x-litellm-api-key: Bearer \(key)", 200), ("Ocp-Apim-Subscription-Key: \(key)", 200),
            ("Authorization: Bearer sk-unknown", 401), ("Authorization: Bearer anything", 401), ("x-other: 1", 401),
        ] {
            let answer = try await pool.get("/v1/models", headers: carrier + "\r\n")
            #expect(answer.status == status, "\(carrier)")
            #expect(!answer.body.contains(key))
        }
        let mine = "Authorization: Bearer \(key)\r\n"
        let models = try JSONNode(try await pool.get("/v1/models", headers: mine).body)
        #expect(models["data"].elements.map { $0["id"].text } == ["llama3", "m"])
        let info = try JSONNode(try await pool.get("/key/info", headers: mine).body)
        #expect(info["info"]["spend"].number ?? 0 > 0)
        #expect(try await pool.get("/key/list", headers: mine).status == 403)
        #expect(try await pool.get("/pool", headers: mine).status == 401)
        #expect(try await pool.call(Self.post("/key/generate", "{}", key)).status == 401)
        _ = try await pool.call(Self.post("/key/block", #"{"key": "\#(key)"}"#))
        let blocked = try await pool.call(Self.chat(key))
        #expect(blocked.status == 401 && blocked.body.contains("Key is blocked"))
        try await pool.stop()
    }

    @Test(.enabled(if: reachable != nil, "a machine with no address but its own"), arguments: [true, false])
    func `an address that guesses keys is not heard for a while, but for a key that works there`(
        isHot: Bool
    ) async throws {
        let pool = try await Self.start(host: try #require(Self.reachable))
        let (mine, other) = (try await Self.key("{}", of: pool), try await Self.key("{}", of: pool))
        func ask(_ key: String) async throws -> RawConnection.Message {
            try await isHot
                ? pool.call(Self.chat(key)) : pool.get("/v1/models", headers: "Authorization: Bearer \(key)\r\n")
        }
        #expect(try await ask("sk-guess-0").status == 401)
        #expect(try await ask(mine).status == 200)
        for number in 1...20 { #expect(try await ask("sk-guess-\(number)").status == 401) }
        for key in ["sk-guess-21", "sk-guess-0", other] {
            let refused = try await ask(key)
            #expect(refused.status == 429 && refused.body.contains("too many wrong API keys"), "\(refused)")
            #expect(refused["retry-after"].flatMap { Int($0) }.map { (1...60).contains($0) } == true)
        }
        #expect(try await ask(mine).status == 200)
        #expect(try await pool.get("/health/liveliness").status == 200)
        try await pool.stop()
    }

    @Test(arguments: [true, false])
    func `this machine's own address is heard whatever it guesses, since a proxy may stand there`(
        isHot: Bool
    ) async throws {
        let pool = try await Self.start()
        let mine = try await Self.key("{}", of: pool)
        func ask(_ key: String) async throws -> Int {
            try await isHot
                ? pool.call(Self.chat(key)).status
                : pool.get("/v1/models", headers: "Authorization: Bearer \(key)\r\n").status
        }
        for number in 0...30 { #expect(try await ask("sk-guess-\(number)") == 401) }
        #expect(try await ask(mine) == 200)
        try await pool.stop()
    }

    @Test func `a budget that is spent refuses with its status, and says whose it is`() async throws {
        let pool = try await Self.start(more: "litellm_settings: {budget_exceeded_status_code: 400}")
        let key = try await Self.key(#"{"key_alias": "tiny", "max_budget": 0.001}"#, of: pool)
        let refused = try await pool.call(Self.chat(key, more: #","max_tokens":5"#))
        #expect(refused.status == 400, "\(refused.body)")
        let error = try JSONNode(refused.body)["error"]
        #expect(error["type"].text == "budget_exceeded" && error["code"].text == "400")
        #expect(error["message"].text?.hasPrefix("Budget has been exceeded! Key=tiny (sk-...\(key.suffix(4)))") == true)
        #expect(await pool.farm.stats(box: 0).completed == 0)
        try await pool.stop()
    }

    @Test func `many requests at once never spend more than the budget`() async throws {
        let pool = try await Self.start()
        let key = try await Self.key(#"{"max_budget": 3}"#, of: pool)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { tasks in
            for _ in 0..<40 {
                tasks.addTask { try await pool.call(Self.chat(key, more: #","max_tokens":5"#)).status }
            }
            var statuses: [Int] = []
            for try await status in tasks { statuses.append(status) }
            return statuses
        }
        let info = try JSONNode(
            try await pool.get("/key/info?key=\(key)", headers: "Authorization: Bearer \(Self.master)\r\n").body)
        let spend = try #require(info["info"]["spend"].number)
        #expect(spend <= 3 && spend > 0, "\(spend)")
        #expect(Set(statuses).isSubset(of: [200, 422]) && statuses.contains(200), "\(statuses)")
        try await pool.stop()
    }

    @Test func `200 streams at once spend a budget that is worth 50 of them, nearly all of it and no more`()
        async throws
    {
        let pool = try await Self.start(tokens: 100...100)
        func ask(_ key: String) async throws -> ChatAnswer {
            try await pool.chat(
                stream: true, more: #","max_tokens":100,"stream_options":{"include_usage":true}"#,
                headers: "Authorization: Bearer \(key)\r\n")
        }
        func spend(_ key: String) async throws -> Money {
            let master = "Authorization: Bearer \(Self.master)\r\n"
            let info = try JSONNode(try await pool.get("/key/info?key=\(key)", headers: master).body)
            return try #require(info["info"]["spend"].number.flatMap { Money("\($0)") })
        }
        func cost(_ answer: ChatAnswer) throws -> Money {
            let usage = try #require(answer.events.dropLast().last.map { try JSONNode($0)["usage"] })
            let (prompt, completion) = (usage["prompt_tokens"].number ?? 0, usage["completion_tokens"].number ?? 0)
            return Money(picodollars: 1_000_000_000) * Int(prompt) + Money(picodollars: 2_000_000_000) * Int(completion)
        }
        let first = try await Self.key("{}", of: pool)
        let one = try cost(try await ask(first))
        #expect(try await spend(first) == one && one > .zero)
        let budget = one * 50
        let key = try await Self.key(#"{"max_budget": \#(budget)}"#, of: pool)
        let answers = try await withThrowingTaskGroup(of: ChatAnswer.self) { tasks in
            for _ in 0..<200 { tasks.addTask { try await ask(key) } }
            var answers: [ChatAnswer] = []
            for try await answer in tasks { answers.append(answer) }
            return answers
        }
        let served = answers.filter { $0.status == 200 }
        #expect(answers.allSatisfy { $0.status == 200 || $0.status == 422 })
        #expect(served.count >= 50 && served.count < 60 && served.allSatisfy { $0.isDone && $0.errors.isEmpty })
        let spent = try await spend(key)
        // What the clients were told is what was booked, to the last picodollar.
        #expect(try served.reduce(Money.zero) { try $0 + cost($1) } == spent)
        #expect(spent <= budget, "\(spent) of \(budget)")
        #expect(spent * 100 >= budget * 95, "\(spent) of \(budget)")
        try await pool.stop()
    }

    @Test func `limits by the minute are told, and when to come back`() async throws {
        let pool = try await Self.start()
        let key = try await Self.key(#"{"rpm_limit": 1}"#, of: pool)
        let first = try await pool.call(Self.chat(key))
        #expect(first.status == 200 && first["x-ratelimit-api_key-remaining-requests"] == "0")
        #expect(first["x-ratelimit-api_key-limit-requests"] == "1")
        #expect(first["x-litellm-key-rpm-limit"] == "1")
        let second = try await pool.call(Self.chat(key))
        #expect(second.status == 429)
        let wait = try #require(second["retry-after"].flatMap { Int($0) })
        #expect((1...60).contains(wait))
        let error = try JSONNode(second.body)["error"]
        #expect(error["code"].text == "rate_limit_exceeded")
        #expect(error["message"].text?.contains("Limit type: requests. Current limit: 1, Remaining: 0.") == true)
        try await pool.stop()
    }

    @Test func `an answer is no longer than what is left pays for`() async throws {
        let pool = try await Self.start(tokens: 200...200)
        let key = try await Self.key(#"{"max_budget": 0.4}"#, of: pool)
        let answer = try await pool.call(Self.chat(key))
        #expect(answer.status == 200, "\(answer.body)")
        let body = try JSONNode(answer.body)
        #expect(body["choices"][0]["finish_reason"].text == "length")
        #expect(body["usage"]["completion_tokens"].number ?? 200 < 200)
        let info = try JSONNode(
            try await pool.get("/key/info?key=\(key)", headers: "Authorization: Bearer \(Self.master)\r\n").body)
        #expect(info["info"]["spend"].number ?? 1 <= 0.4)
        try await pool.stop()
    }

    @Test func `keys, spend and rows outlive the process, and no file appears before the first key`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "keys.db").path
        let (key, spend) = try await Self.makeAndUseAKey(store: "sqlite:\(path)")
        let master = "Authorization: Bearer \(Self.master)\r\n"
        let pool = try await Self.start(store: "sqlite:\(path)")
        let info = try JSONNode(try await pool.get("/key/info?key=\(key)", headers: master).body)
        #expect(info["info"]["key_alias"].text == "kept" && info["info"]["spend"].number == spend)
        let rows = try JSONNode(try await pool.get("/spend/logs?api_key=\(key)", headers: master).body)
        #expect(rows.elements.count == 1 && rows[0]["spend"].number == spend)
        #expect(rows[0]["model_group"].text == "llama3" && rows[0]["status"].text == "success")
        #expect(rows[0]["total_tokens"].number ?? 0 > 0)
        #expect(rows[0]["requester_ip_address"].text == "127.0.0.1")
        let keys = try JSONNode(try await pool.get("/global/spend/keys", headers: master).body)
        #expect(keys[0]["key_alias"].text == "kept" && keys[0]["total_spend"].number == spend)
        #expect(try JSONNode(try await pool.get("/global/spend", headers: master).body)["spend"].number == spend)
        #expect(try await pool.call(Self.chat(key)).status == 200)
        try await pool.stop()
        let bytes = try Data(contentsOf: folder.appending(path: "keys.db"))
        #expect(bytes.firstRange(of: Data(key.utf8)) == nil && bytes.firstRange(of: Data(Self.master.utf8)) == nil)
    }

    @Test(arguments: [true, false])
    func `what was said is kept beside a row where the operator wants it, and nowhere else`(isWanted: Bool) async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "keys.db").path
        let settings = isWanted ? "general_settings: {store_prompts_in_spend_logs: true}" : ""
        let pool = try await Self.start(store: "sqlite:\(path)", more: settings)
        let (mine, other) = (try await Self.key("{}", of: pool), try await Self.key("{}", of: pool))
        let asked = [
            Self.chat(mine), Self.chat(mine, more: ",\"stream\":true"),
            Self.post("/api/chat", #"{"model":"llama3","messages":[{"role":"user","content":"hi"}]}"#, mine),
            Self.post("/api/generate", #"{"model":"llama3","prompt":"hi","stream":false}"#, mine),
            Self.post(
                "/v1/messages",
                #"{"model":"llama3","max_tokens":9,"stream":true,"messages":[{"role":"user","content":"hi"}]}"#, mine),
            Self.post("/v1/responses", #"{"model":"llama3","input":"hi","stream":true}"#, mine),
        ]
        for request in asked { #expect(try await pool.call(request).status == 200) }
        let own = "Authorization: Bearer \(mine)\r\n"
        var rows: [JSONNode] = []
        while rows.count < asked.count {
            rows = try JSONNode(try await pool.get("/spend/logs", headers: own).body).elements
        }
        for row in rows {
            let id = try #require(row["request_id"].text)
            #expect(row["response"].keys.isEmpty && row["proxy_server_request"].keys.isEmpty)
            let said = try JSONNode(try await pool.get("/spend/logs/ui/\(id)", headers: own).body)
            #expect(said["proxy_server_request"].keys.isEmpty != isWanted, "\(said)")
            #expect(said["response"].keys.isEmpty != isWanted, "\(said)")
            if isWanted { #expect("\(said["messages"])".contains("hi")) }
            let foreign = try await pool.get("/spend/logs/ui/\(id)", headers: "Authorization: Bearer \(other)\r\n")
            #expect(foreign.status == 404)
        }
        try await pool.stop()
    }

    @Test func `a budget of the configuration holds without a master key, and its spend is not forgotten at a restart`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "drover-\(UInt64.random(in: 0...(.max)))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func spend(_ requests: Int) async throws -> [Int] {
            let pool = try await FarmedGateway.start(
                boxes: 1, tokens: 5...5, deployment: Self.priced, more: "litellm_settings: {max_budget: 0.1}",
                name: folder.appending(path: "drover.yaml").path)
            var statuses: [Int] = []
            for _ in 0..<requests {
                statuses.append(try await pool.call(Self.chat(nil, more: #","max_tokens":5"#)).status)
            }
            try await pool.stop()
            return statuses
        }
        let statuses = try await spend(20)
        #expect(statuses.first == 200 && statuses.last == 422)
        #expect(FileManager.default.fileExists(atPath: folder.appending(path: "drover.db").path))
        #expect(try await spend(1) == [422])
    }

    @Test func `a database that is not there at the start keeps nobody out but keys that it alone knows`() async throws
    {
        let pool = try await Self.start(
            store: "postgres://ann:secret@127.0.0.1:1/drover?sslmode=disable",
            more: "litellm_settings: {max_budget: 0.1}")
        let known = try await pool.call(Self.chat(Self.master, more: #","max_tokens":5"#))
        #expect(known.status == 200, "\(known.body)")
        // Whether a key is right cannot be told: it is no guess either.
        for number in 0..<25 {
            let unknown = try await pool.call(Self.chat("sk-\(number)"))
            #expect(unknown.status == 503 && unknown["retry-after"] == "5", "\(unknown.body)")
            #expect(unknown.body.contains("the ledger's store cannot be reached"), "\(unknown.body)")
            #expect(!["postgres", "ann@", "127.0.0.1", "secret"].contains { unknown.body.contains($0) })
        }
        #expect(try await pool.call(Self.chat("no-key")).status == 401)
        #expect(try await pool.call(Self.chat(nil)).status == 401)
        let master = "Authorization: Bearer \(Self.master)\r\n"
        for path in ["/key/list", "/team/list", "/user/list", "/customer/list", "/budget/list", "/spend/logs"] {
            let list = try await pool.get(path, headers: master)
            #expect(list.status == 503 && list["retry-after"] == "5", "\(path) \(list.body)")
        }
        #expect(try await pool.call(Self.post("/key/generate", "{}")).status == 503)
        // The budget of the configuration holds by what is known.
        var statuses: [Int] = []
        for _ in 0..<8 {
            statuses.append(try await pool.call(Self.chat(Self.master, more: #","max_tokens":5"#)).status)
        }
        #expect(statuses.last == 422, "\(statuses)")
        try await pool.stop()
    }

    private static let server = getenv("DROVER_TEST_POSTGRESQL").map { String(cString: $0) }

    @Test(.enabled(if: server != nil, "run by scripts/with-postgresql"))
    func `keys and spend outlive the process in PostgreSQL too`() async throws {
        let store = "\(try #require(Self.server))/postgres"
        let (key, spend) = try await Self.makeAndUseAKey(store: store)
        let pool = try await Self.start(store: store)
        let master = "Authorization: Bearer \(Self.master)\r\n"
        let info = try JSONNode(try await pool.get("/key/info?key=\(key)", headers: master).body)
        #expect(info["info"]["key_alias"].text == "kept" && info["info"]["spend"].number == spend)
        #expect(try JSONNode(try await pool.get("/global/spend", headers: master).body)["spend"].number == spend)
        #expect(try await pool.call(Self.chat(key)).status == 200)
        // A second gateway has the same keys.
        let second = try await Self.start(store: store)
        #expect(try await second.call(Self.chat(key)).status == 200)
        try await second.stop()
        try await pool.stop()
    }

    /// A gateway from its start to its end: the key that was made, and what it has spent.
    private static func makeAndUseAKey(store: String) async throws -> (key: String, spend: Double?) {
        let pool = try await start(store: store)
        let key = try await Self.key(#"{"key_alias": "kept", "max_budget": 5, "team_id": null}"#, of: pool)
        #expect(try await pool.call(chat(key)).status == 200)
        let info = try await pool.get("/key/info?key=\(key)", headers: "Authorization: Bearer \(master)\r\n")
        try await pool.stop()
        return (key, try JSONNode(info.body)["info"]["spend"].number)
    }

    @Test func `a team's budget holds for all its keys, and its models too`() async throws {
        let pool = try await Self.start()
        let team = try JSONNode(
            try await pool.call(
                Self.post("/team/new", #"{"team_alias": "Marketing", "models": ["llama3"], "max_budget": 0.001}"#)
            ).body)
        let id = try #require(team["team_id"].text)
        let key = try await Self.key(#"{"team_id": "\#(id)"}"#, of: pool)
        let spent = try await pool.call(Self.chat(key, more: #","max_tokens":5"#))
        #expect(spent.status == 422 && spent.body.contains("Team=\(id)"), "\(spent.body)")
        _ = try await pool.call(
            Self.post("/team/update", #"{"team_id": "\#(id)", "max_budget": 60, "models": ["other"]}"#))
        let denied = try await pool.call(Self.chat(key))
        #expect(denied.status == 403)
        _ = try await pool.call(Self.post("/team/update", #"{"team_id": "\#(id)", "models": []}"#))
        #expect(try await pool.call(Self.chat(key)).status == 200)
        _ = try await pool.call(Self.post("/team/block", #"{"team_id": "\#(id)"}"#))
        #expect(try await pool.call(Self.chat(key)).status == 401)
        _ = try await pool.call(Self.post("/team/delete", #"{"team_ids": ["\#(id)"]}"#))
        #expect(try await pool.call(Self.chat(key)).status == 401)
        try await pool.stop()
    }

    @Test func `a customer is bound by the request's user, whoever asks`() async throws {
        let pool = try await Self.start()
        _ = try await pool.call(Self.post("/customer/new", #"{"user_id": "cust1", "max_budget": 0.0001}"#))
        let refused = try await pool.call(Self.chat(Self.master, more: #","user":"cust1","max_tokens":5"#))
        #expect(refused.status == 422 && refused.body.contains("End User=cust1"), "\(refused.body)")
        #expect(try await pool.call(Self.chat(Self.master, more: #","user":"cust2""#)).status == 200)
        try await pool.stop()
    }
}
