import Balancer
import Farm
import Testing

/// The dashboard over a socket: its files, who is logged in, and what a session may do.
@Suite(.timeLimit(.minutes(2)), .serialized) struct DashboardScenarioTests {
    private static let master = "sk-master-0001"
    private static let own = "Sec-Fetch-Site: same-origin\r\nOrigin: http://localhost\r\n"

    private static func start(key: String? = master) async throws -> FarmedGateway {
        try await FarmedGateway.start(boxes: 2, drover: "store: off", key: key)
    }

    private static func login(_ key: String, _ headers: String = own) -> String {
        RunningGateway.post("/ui/session", #"{"key":"\#(key)"}"#, headers)
    }

    /// A logged-in browser.
    private struct Browser {
        let pool: FarmedGateway
        let cookie: String
        var ticket: String

        init(_ pool: FarmedGateway, _ key: String) async throws {
            let answer = try await pool.call(DashboardScenarioTests.login(key))
            #expect(answer.status == 200, "\(answer.body)")
            self.pool = pool
            cookie = try #require(answer["set-cookie"]?.split(separator: ";").first.map(String.init))
            ticket = try #require(try JSONNode(answer.body)["ticket"].text)
        }

        func state() async throws -> JSONNode {
            try JSONNode(try await pool.get("/ui/session", headers: "Cookie: a=b; \(cookie)\r\n\(own)").body)
        }

        func get(_ path: String) async throws -> RawConnection.Message {
            try await pool.get(path, headers: "Authorization: Bearer \(ticket)\r\n")
        }

        func post(_ path: String, _ body: String = "{}") async throws -> RawConnection.Message {
            try await pool.call(RunningGateway.post(path, body, "Authorization: Bearer \(ticket)\r\n"))
        }
    }

    // MARK: Files

    @Test func `the page and its files come without a key, locked down, and need not come twice`() async throws {
        let pool = try await Self.start()
        for path in ["/ui", "/ui/", "/ui/pool", "/ui/states"] {
            let page = try await pool.get(path)
            #expect(page.status == 200 && page["content-type"] == "text/html; charset=utf-8", "\(path)")
            #expect(page["cache-control"] == "no-cache")
        }
        let page = try await pool.get("/ui")
        let policy = try #require(page["content-security-policy"])
        for rule in [
            "default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        ] { #expect(policy.contains(rule)) }
        #expect(!policy.contains("unsafe") && !policy.contains("*"))
        #expect(page["x-content-type-options"] == "nosniff" && page["x-frame-options"] == "DENY")
        #expect(page["referrer-policy"] == "no-referrer")
        let tag = try #require(page["etag"])
        let again = try await pool.get("/ui", headers: "If-None-Match: \"x\", W/\(tag)\r\n")
        #expect(again.status == 304 && again.body.isEmpty && again["etag"] == tag)
        let start = try #require(page.body.firstRange(of: "/ui/files/"))
        let script = String(page.body[start.lowerBound...].prefix { $0 != "\"" })
        let folder = String(script[..<(try #require(script.lastIndex(of: "/")))])
        for (name, type) in [
            ("app.js", "text/javascript; charset=utf-8"), ("drover.css", "text/css; charset=utf-8"),
            ("icon.svg", "image/svg+xml"), ("pages/pool.js", "text/javascript; charset=utf-8"),
        ] {
            let file = try await pool.get("\(folder)/\(name)")
            #expect(file.status == 200 && file["content-type"] == type, "\(name)")
            #expect(file["cache-control"] == "public, max-age=31536000, immutable")
        }
        for path in [
            "\(folder)/none.js", "/ui/files/0123456789abcdef/app.js", "\(folder)/index.html", "\(folder)/../app.js",
        ] { #expect(try await pool.get(path).status == 404, "\(path)") }
        try await pool.stop()
    }

    // MARK: Sessions

    @Test func `a session's cookie is for one path, and its ticket does what the key does`() async throws {
        let pool = try await Self.start()
        #expect(try await pool.get("/pool").status == 401)
        let answer = try await pool.call(Self.login(Self.master))
        let cookie = try #require(answer["set-cookie"])
        for flag in ["HttpOnly", "SameSite=Strict", "Path=/ui/session", "Max-Age=43200"] {
            #expect(cookie.contains(flag), "\(cookie)")
        }
        #expect(!cookie.contains("Secure") && !answer.body.contains(Self.master))
        #expect(answer["cache-control"] == "no-store")
        let secure = try await pool.call(
            Self.login(Self.master, "Origin: https://localhost\r\n"))
        #expect(secure["set-cookie"]?.contains("; Secure") == true)
        let browser = try await Browser(pool, Self.master)
        let state = try await browser.state()
        #expect(state["logged_in"] == .bool(true) && state["changes_all"] == .bool(true))
        #expect(state["role"].text == "proxy_admin" && state["ticket"].text != browser.ticket)
        #expect(try await browser.get("/pool").status == 200)
        #expect(try await browser.get("/config").status == 200)
        let past = try JSONNode(try await browser.get("/pool/history?instance=\(pool.names[0])").body)
        #expect(past["span_seconds"] == .number(300) && past["spans"][0]["looks"] != .null)
        #expect(try await browser.get("/pool/history?instance=none").status == 404)
        #expect(try await browser.get("/pool/history").status == 400)
        let chat = try await browser.post(
            "/v1/chat/completions", #"{"model":"llama3","messages":[{"role":"user","content":"hi"}]}"#)
        #expect(chat.status == 200 && chat["x-drover-instance"] != nil)
        let why = try JSONNode(try await browser.get("/pool/decisions?instance=\(pool.names[0])").body)
        #expect(why["decisions"][0]["chosen"].text == chat["x-drover-instance"])
        #expect(why["decisions"][0]["standing"]["instance"].text == pool.names[0])
        for (query, status) in [("", 400), ("?instance=none", 404), ("?instance=\(pool.names[0])&limit=0", 400)] {
            #expect(try await browser.get("/pool/decisions" + query).status == status, "\(query)")
        }
        #expect(try await browser.post("/pool/\(pool.names[0])/drain").status == 200)
        #expect(pool.instance(0).draining)
        try await pool.stop()
    }

    @Test func `a cookie by itself opens nothing but a session's state`() async throws {
        let pool = try await Self.start()
        let browser = try await Browser(pool, Self.master)
        let headers = "Cookie: \(browser.cookie)\r\n\(Self.own)"
        for path in ["/pool", "/pool/events", "/config", "/spend/logs", "/key/list", "/v1/models"] {
            #expect(try await pool.get(path, headers: headers).status == 401, "\(path)")
        }
        #expect(try await pool.post("/pool/\(pool.names[0])/drain", headers: headers).status == 401)
        let name = browser.cookie.split(separator: "=")[1]
        for credential in [String(name), "ui-\(name)"] {
            #expect(try await pool.get("/pool", headers: "Authorization: Bearer \(credential)\r\n").status == 401)
        }
        try await pool.stop()
    }

    @Test(arguments: [
        "Sec-Fetch-Site: cross-site\r\n", "Sec-Fetch-Site: same-site\r\n", "Origin: http://evil.example\r\n",
        "Origin: http://localhost:81\r\n", "Origin: null\r\n",
    ])
    func `a page of elsewhere learns nothing, and logs nobody in or out`(headers: String) async throws {
        let pool = try await Self.start()
        let browser = try await Browser(pool, Self.master)
        let cookie = "Cookie: \(browser.cookie)\r\n"
        let state = try await pool.get("/ui/session", headers: cookie + headers)
        #expect(state.status == 403 && !state.body.contains("ui-"))
        #expect(state.headers.allSatisfy { !$0.name.lowercased().hasPrefix("access-control") })
        let login = try await pool.call(Self.login(Self.master, headers))
        #expect(login.status == 403 && login["set-cookie"] == nil)
        let out = try await pool.call(
            "DELETE /ui/session HTTP/1.1\r\nHost: localhost\r\n\(cookie)\(headers)\r\n")
        #expect(out.status == 403)
        #expect(try await browser.get("/pool").status == 200)
        try await pool.stop()
    }

    @Test func `a form logs nobody in, nor does a wrong key`() async throws {
        let pool = try await Self.start()
        let form =
            "POST /ui/session HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 24\r\n\r\n"
            + #"{"key":"sk-master-0001"}"#
        #expect(try await pool.call(form).status == 400)
        for key in ["sk-wrong", "", "nonsense"] {
            let answer = try await pool.call(Self.login(key))
            #expect([400, 401].contains(answer.status) && answer["set-cookie"] == nil, "\(key)")
        }
        try await pool.stop()
    }

    @Test func `whoever logs out sees nothing more, and another session goes on`() async throws {
        let pool = try await Self.start()
        let (browser, other) = (try await Browser(pool, Self.master), try await Browser(pool, Self.master))
        let out = try await pool.call(
            "DELETE /ui/session HTTP/1.1\r\nHost: localhost\r\nCookie: \(browser.cookie)\r\n\(Self.own)\r\n")
        #expect(out.status == 200 && out["set-cookie"]?.contains("Max-Age=0") == true)
        #expect(try await browser.get("/pool").status == 401)
        #expect(try await browser.state()["logged_in"] == .bool(false))
        #expect(try await other.get("/pool").status == 200)
        try await pool.stop()
    }

    @Test func `a user's session sees what is the user's, and a blocked key's sees nothing`() async throws {
        let pool = try await Self.start()
        let admin = try await Browser(pool, Self.master)
        let made = try JSONNode(try await admin.post("/key/generate", #"{"key_alias":"ann","models":["llama3"]}"#).body)
        let key = try #require(made["key"].text)
        let user = try await Browser(pool, key)
        let state = try await user.state()
        #expect(state["sees_all"] == .bool(false) && state["key_alias"].text == "ann")
        for path in [
            "/pool", "/pool/events", "/pool/history", "/pool/decisions", "/pool/models", "/config", "/key/list",
            "/metrics",
        ] {
            let status = try await user.get(path).status
            #expect([401, 403].contains(status), "\(path): \(status)")
        }
        #expect([401, 403].contains(try await user.post("/pool/\(pool.names[0])/drain").status))
        #expect([401, 403].contains(try await user.post("/key/generate").status))
        #expect(try await user.get("/key/info").status == 200)
        #expect(try await user.get("/spend/requests").status == 200)
        #expect(try await admin.post("/key/block", #"{"key":"\#(key)"}"#).status == 200)
        #expect(try await user.get("/key/info").status == 401)
        #expect(try await user.state()["logged_in"] == .bool(false))
        try await pool.stop()
    }

    @Test func `without a master key everyone is logged in, without a ticket`() async throws {
        let pool = try await Self.start(key: nil)
        let state = try JSONNode(try await pool.get("/ui/session").body)
        #expect(state["requires_key"] == .bool(false) && state["logged_in"] == .bool(true))
        #expect(state["changes_all"] == .bool(true) && state["ticket"].text == nil)
        #expect(try await pool.get("/pool").status == 200)
        try await pool.stop()
    }

    // MARK: Events

    @Test func `the pool is told as it changes, until the gateway stops`() async throws {
        let pool = try await Self.start(key: nil)
        let client = try await pool.gateway.connect()
        try await client.send(RunningGateway.get("/pool/events"))
        let head = try await client.text(through: "\r\n\r\n")
        #expect(head.contains(" 200 ") && head.lowercased().contains("content-type: text/event-stream"))
        let whole = try await client.text(through: "\n\n")
        #expect(whole.contains("event: pool\n") && pool.names.allSatisfy { whole.contains($0) })
        #expect(try await pool.post("/pool/\(pool.names[1])/drain").status == 200)
        let change = try await client.text(through: "\n\n")
        #expect(change.contains("event: change\n") && change.contains(#""1":{"#) && change.contains("draining"))
        #expect(try await pool.post("/pool/\(pool.names[1])/undrain").status == 200)
        // The stream ends at once, long before the grace of requests is over.
        let began = TimeSource.live.now()
        try await pool.stop()
        #expect(TimeSource.live.now() - began < .seconds(10))
        await client.close()
    }

    @Test func `requests come by pages that go on where the one before ended`() async throws {
        try await TemporaryFolder.lend { folder in
            let pool = try await FarmedGateway.start(
                boxes: 1, drover: "store: 'sqlite:\(folder)/books.db'", key: Self.master)
            let admin = try await Browser(pool, Self.master)
            for _ in 0..<5 {
                let chat = try await admin.post(
                    "/v1/chat/completions", #"{"model":"llama3","messages":[{"role":"user","content":"hi"}]}"#)
                #expect(chat.status == 200)
            }
            // Rows are written a quarter of a second later.
            var page = JSONNode.null
            let limit = TimeSource.live.now() + .seconds(10)
            while page["data"].elements.count < 5, TimeSource.live.now() < limit {
                page = try JSONNode(try await admin.get("/spend/requests?limit=5").body)
            }
            let all = page["data"].elements.compactMap { $0["request_id"].text }
            #expect(all.count == 5 && page["next"] == .null)
            var (seen, next): ([String], String?) = ([], "")
            while let after = next {
                let query = "limit=2" + (after.isEmpty ? "" : "&after=\(after)")
                let page = try JSONNode(try await admin.get("/spend/requests?\(query)").body)
                seen += page["data"].elements.compactMap { $0["request_id"].text }
                next = page["next"].text
            }
            #expect(seen == all)
            #expect(try await admin.get("/spend/requests?after=x").status == 400)
            let call = try #require(page["data"][0]["litellm_call_id"].text)
            let one = try JSONNode(try await admin.get("/spend/requests?call_id=\(call)").body)
            #expect(one["data"].elements.count == 1)
            try await pool.stop()
        }
    }
}
