import Balancer
import Locking
import Testing

/// Signing in by tokens of an identity provider that publishes its keys on this machine.
@Suite(.timeLimit(.minutes(3)), .serialized) struct SignInScenarioTests {
    private static let master = "sk-master-0001"

    /// An identity provider, and a gateway that knows it.
    private static func start(
        _ provider: ScriptedCloud, _ fields: String = "", store: String = "off", path: String = "/keys"
    ) async throws -> FarmedGateway {
        try await FarmedGateway.start(
            boxes: 1, tokens: 5...5, deployment: "input_cost_per_token: 0.001, output_cost_per_token: 0.002",
            drover: "store: '\(store)'",
            more: """
                general_settings:
                  master_key: \(master)
                  enable_jwt_auth: true
                  litellm_jwtauth:
                    public_key_url: http://127.0.0.1:\(provider.port)\(path)
                    audience: drover
                    issuer: https://id.example
                    user_id_jwt_field: sub
                    user_email_jwt_field: email
                    team_ids_jwt_field: groups
                    roles_jwt_field: roles
                    jwt_litellm_role_map: [{jwt_role: "audit*", litellm_role: proxy_admin_viewer}]
                    \(fields)
                """, key: master)
    }

    private static func provider(_ keys: String = SignInTokens.keys) async throws -> ScriptedCloud {
        try await ScriptedCloud.start(tls: false) { _ in .json(keys) }
    }

    private static func head(_ key: String) -> String { "Authorization: Bearer \(key)\r\n" }

    private static func make(_ path: String, _ body: String, on pool: FarmedGateway, by key: String = master)
        async throws
    {
        let answer = try await pool.call(RunningGateway.post(path, body, head(key)))
        #expect(answer.status == 200, "\(path): \(answer.body)")
    }

    private static func chat(_ token: String, model: String = "llama3", on pool: FarmedGateway) async throws
        -> RawConnection.Message
    {
        try await pool.call(FarmedGateway.chat(model: model, headers: head(token)))
    }

    /// The first answer that is not to come again.
    private static func settled(_ token: String, on pool: FarmedGateway) async throws -> RawConnection.Message {
        let limit = TimeSource.live.now() + .seconds(20)
        while true {
            let answer = try await chat(token, on: pool)
            guard answer.status == 503, TimeSource.live.now() < limit else { return answer }
            #expect(answer["retry-after"] != nil)
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    @Test func `a token lets its user in with the models and the budget of its team`() async throws {
        let provider = try await Self.provider()
        let pool = try await Self.start(provider)
        try await Self.make("/user/new", #"{"user_id": "ann", "auto_create_key": false}"#, on: pool)
        try await Self.make(
            "/team/new", #"{"team_id": "science", "models": ["llama3"], "max_budget": 0.5}"#, on: pool)
        let first = try await Self.settled(SignInTokens.ann, on: pool)
        #expect(first.status == 200, "\(first.body)")
        let denied = try await Self.chat(SignInTokens.ann, model: "gpt-4o", on: pool)
        #expect(denied.status == 403 && denied.body.contains("model_not_allowed"))
        // Another token of hers is the same person, on the same budget.
        var last = try await Self.chat(SignInTokens.annAgain, on: pool)
        for _ in 0..<60 where last.status == 200 { last = try await Self.chat(SignInTokens.annAgain, on: pool) }
        #expect(last.status == 422 && last.body.contains("Team=science"), "\(last.body)")
        let team = try JSONNode(try await pool.get("/team/info?team_id=science", headers: Self.head(Self.master)).body)
        let spend = try #require(team["team_info"]["spend"].number)
        #expect(spend > 0.3 && spend <= 0.5)
        // She sees herself, and is on no list of keys.
        let info = try await pool.get("/user/info", headers: Self.head(SignInTokens.ann))
        #expect(try JSONNode(info.body)["user_id"].text == "ann", "\(info.status) \(info.body)")
        let own = try JSONNode(try await pool.get("/key/info", headers: Self.head(SignInTokens.ann)).body)
        #expect(own["key"].text == "jwt:ann" && own["info"]["team_id"].text == "science")
        #expect(own["info"]["spend"].number == spend)
        let keys = try JSONNode(try await pool.get("/key/list", headers: Self.head(Self.master)).body)
        #expect(keys["total_count"].number == 0)
        for (token, status) in [(SignInTokens.forged, 401), (SignInTokens.cy, 403), (SignInTokens.dee, 403)] {
            #expect(try await Self.chat(token, on: pool).status == status)
        }
        try await pool.stop()
        await provider.stop()
    }

    @Test func `of several teams the first counts that may ask for the model`() async throws {
        let provider = try await Self.provider()
        let pool = try await Self.start(provider, "user_id_upsert: true")
        try await Self.make("/team/new", #"{"team_id": "sales", "models": ["gpt-4o"]}"#, on: pool)
        try await Self.make("/team/new", #"{"team_id": "science", "models": ["llama3"]}"#, on: pool)
        #expect(try await Self.settled(SignInTokens.bo, on: pool).status == 200)
        func spend(_ team: String) async throws -> Double? {
            let answer = try await pool.get("/team/info?team_id=\(team)", headers: Self.head(Self.master))
            return try JSONNode(answer.body)["team_info"]["spend"].number
        }
        #expect(try await spend("science") ?? 0 > 0)
        #expect(try await spend("sales") == 0)
        #expect(try await Self.chat(SignInTokens.bo, model: "nothing", on: pool).status == 403)
        let models = try JSONNode(try await pool.get("/v1/models", headers: Self.head(SignInTokens.bo)).body)
        #expect(models["data"].elements.map { $0["id"].text } == ["llama3"])
        try await pool.stop()
        await provider.stop()
    }

    @Test func `a user that nobody has made gets a row, an admin's scope opens everything, a role what it is for`()
        async throws
    {
        try await TemporaryFolder.lend { folder in
            let provider = try await Self.provider()
            let pool = try await Self.start(provider, "user_id_upsert: true", store: "sqlite:\(folder)/k.db")
            #expect(try await Self.settled(SignInTokens.dee, on: pool).status == 200)
            let limit = TimeSource.live.now() + .seconds(10)
            var info = try await pool.get("/user/info?user_id=dee", headers: Self.head(Self.master))
            while info.status != 200, TimeSource.live.now() < limit {
                try await Task.sleep(for: .milliseconds(20))
                info = try await pool.get("/user/info?user_id=dee", headers: Self.head(Self.master))
            }
            let user = try JSONNode(info.body)["user_info"]
            #expect(user["user_role"].text == "internal_user" && user["user_email"].text == "dee@example.com")
            for (token, status) in [(SignInTokens.dee, 401), (SignInTokens.viewer, 401), (SignInTokens.admin, 200)] {
                let body = RunningGateway.post("/team/new", #"{"team_id": "made"}"#, Self.head(token))
                #expect(try await pool.call(body).status == status)
            }
            for (token, status) in [(SignInTokens.dee, 401), (SignInTokens.viewer, 200), (SignInTokens.admin, 200)] {
                #expect(try await pool.get("/global/spend", headers: Self.head(token)).status == status)
            }
            // No session of the dashboard outlives a token.
            let login = RunningGateway.post(
                "/ui/session", #"{"key": "\#(SignInTokens.admin)"}"#, "Origin: http://localhost\r\n")
            let refused = try await pool.call(login)
            #expect(refused.status == 400 && refused["set-cookie"] == nil, "\(refused)")
            try await pool.stop()
            await provider.stop()
        }
    }

    @Test func `a new key of the provider is fetched when a token names it, and the old one is gone`() async throws {
        let keys = Locked(SignInTokens.keys)
        let provider = try await ScriptedCloud.start(tls: false) { request in
            guard request.hasPrefix("GET /.well-known/openid-configuration ") else {
                return .json(keys.withLock { $0 })
            }
            let host = request.split(separator: "\r\n").first { $0.lowercased().hasPrefix("host:") } ?? ""
            return .json(#"{"issuer":"x","jwks_uri":"http://\#(host.dropFirst(6))/keys"}"#)
        }
        let pool = try await Self.start(
            provider, "user_id_upsert: true\n    team_id_upsert: true", path: "/.well-known/openid-configuration")
        #expect(try await Self.settled(SignInTokens.ann, on: pool).status == 200)
        keys.withLock { $0 = SignInTokens.laterKeys }
        #expect(try await Self.settled(SignInTokens.later, on: pool).status == 200)
        #expect(try await Self.chat(SignInTokens.ann, on: pool).status == 401)
        // Looked for once, and then not for a while.
        let asked = provider.counts.requests.count
        for _ in 0..<5 { #expect(try await Self.chat(SignInTokens.ann, on: pool).status == 401) }
        #expect(provider.counts.requests.count == asked)
        try await pool.stop()
        await provider.stop()
    }

    @Test func `while the provider is out tokens wait, and keys go on`() async throws {
        let isOut = Locked(true)
        let provider = try await ScriptedCloud.start(tls: false) { _ in
            isOut.withLock { $0 } ? .json("{}", status: 500) : .json(SignInTokens.keys)
        }
        let pool = try await Self.start(provider, "user_id_upsert: true\n    team_id_upsert: true")
        let answer = try await Self.chat(SignInTokens.ann, on: pool)
        #expect(answer.status == 503 && answer["retry-after"] == "5")
        #expect(try await Self.chat(Self.master, on: pool).status == 200)
        isOut.withLock { $0 = false }
        #expect(try await Self.settled(SignInTokens.ann, on: pool).status == 200)
        isOut.withLock { $0 = true }
        #expect(try await Self.chat(SignInTokens.annAgain, on: pool).status == 200)
        try await pool.stop()
        await provider.stop()
    }

    @Test func `no part of a token stands in the log`() async throws {
        let provider = try await Self.provider()
        let log = try await LoggedGateway.log(
            """
            model_list: [{model_name: llama3, litellm_params: {model: ollama/llama3.1:8b, api_base: "http://127.0.0.1:9"}}]
            drover: {store: "off"}
            general_settings:
              master_key: \(Self.master)
              enable_jwt_auth: true
              litellm_jwtauth: {public_key_url: "http://127.0.0.1:\(provider.port)/", user_id_jwt_field: sub, user_id_upsert: true}
            """, key: Self.master
        ) { port in
            let limit = TimeSource.live.now() + .seconds(10)
            var isKnown = false
            while !isKnown, TimeSource.live.now() < limit {
                let client = try await RawConnection.connect(port)
                try await client.send(RunningGateway.get("/v1/models", Self.head(SignInTokens.dee)))
                isKnown = try await client.message().status == 200
                await client.close()
                try await Task.sleep(for: .milliseconds(20))
            }
            for token in [SignInTokens.dee, SignInTokens.forged] {
                for request in [
                    FarmedGateway.chat(headers: Self.head(token)), RunningGateway.get("/v1/models", Self.head(token)),
                    RunningGateway.get("/\(token)", Self.head(token)),
                ] {
                    let client = try await RawConnection.connect(port)
                    try await client.send(request)
                    let answer = try await client.message()
                    #expect(!answer.body.contains(token.suffix(20)) || request.hasPrefix("GET /eyJ"))
                    await client.close()
                }
            }
        }
        #expect(log.contains("jwt:dee") && log.contains("The identity provider's keys are here."))
        for token in [SignInTokens.dee, SignInTokens.forged] {
            for part in token.split(separator: ".").dropFirst() { #expect(!log.contains(part.prefix(20))) }
        }
        await provider.stop()
    }
}
