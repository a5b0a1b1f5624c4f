import Dialects
import Gateway
import HTTPTypes
import Testing

@testable import Server
@testable import ServerRig

@Suite struct ServerRoutesTests {
    private let routes = ServerRoutes(publicMetrics: false)

    /// A path that a pattern stands for.
    private static func sample(_ pattern: PathPattern) -> String {
        let segments = pattern.text.split(separator: "/").map { segment in
            segment == "**" ? "one/two" : segment.hasPrefix(":") ? "box" : String(segment)
        }
        return "/" + segments.joined(separator: "/")
    }

    private static func front(_ path: String) -> Front? {
        var path = path
        return path.withUTF8 { Front.at(path: UnsafeRawBufferPointer($0)) }
    }

    /// What a pattern and its method are called.
    private static func name(_ row: ServerRoute) -> String { "\(row.method.rawValue) \(sample(row.pattern))" }

    @Test func `the hot rows are the paths that the strict reader knows`() {
        var hot: [String: Front] = [:]
        for row in routes.rows {
            guard case .hot(let front) = row.service else { continue }
            #expect(row.method == .post && row.audience == .clients)
            guard !row.pattern.text.contains("**") else { continue }
            hot[row.pattern.text] = front
        }
        #expect(hot.count == Front.allCases.flatMap(\.paths).count)
        for (path, front) in hot { #expect(Self.front(path) == front, "\(path)") }
        for row in routes.rows {
            let path = Self.sample(row.pattern)
            if case .hot(let front) = row.service, row.pattern.text.contains("**") {
                #expect(routes.hotRoute(at: path) == HotRoute(front: front, model: "one/two"), "\(path)")
                continue
            }
            #expect(routes.hotRoute(at: path)?.front == Self.front(path), "\(path)")
            #expect(Self.front(path) == hot[path], "\(path)")
        }
    }

    @Test func `doubled and trailing slashes are one and none`() {
        for row in routes.rows {
            let path = Self.sample(row.pattern)
            let known = routes.rows(at: path).map(Self.name)
            #expect(known.contains(Self.name(row)))
            for variant in [path + "/", path + "//", path.replacing("/", with: "//"), "//" + path.dropFirst()] {
                #expect(routes.rows(at: variant).map(Self.name) == known, "\(variant)")
                #expect(routes.hotRoute(at: variant) == routes.hotRoute(at: path), "\(variant)")
            }
        }
    }

    @Test func `both lanes read the slashes of every path alike, whatever the method`() {
        for row in routes.rows {
            let path = Self.sample(row.pattern)
            let plain = Self.served(row.method.rawValue, path)
            for variant in [path + "/", path + "//", path.replacing("/", with: "//"), "//" + path.dropFirst()] {
                for target in [variant, variant + "?a=b//"] {
                    #expect(Self.served(row.method.rawValue, target).front == plain.front, "\(target)")
                }
                for method in ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"] {
                    #expect(Self.served(method, variant).front == Self.served(method, path).front, "\(variant)")
                }
            }
            if case .hot(let front) = row.service { #expect(plain.front == "\(front)") }
        }
    }

    /// The lane's word for a request, or the router's. The router compares by segments of its own.
    private static func served(_ method: String, _ target: String) -> (front: String, log: [String]) {
        let rig = ConnectionRig()
        rig.send("\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
        let first = rig.log.first { $0 != "demote" } ?? ""
        return (first.hasPrefix("router: ") ? "router" : first, rig.log)
    }

    @Test(
        arguments: [
            ("/openai/deployments/gpt-4o/chat/completions", HotRoute(front: .openAIChat, model: "gpt-4o")),
            ("/openai/deployments/gpt-4o/completions", HotRoute(front: .openAICompletions, model: "gpt-4o")),
            ("/openai/deployments/gpt-4o/embeddings/", HotRoute(front: .openAIEmbeddings, model: "gpt-4o")),
            ("/engines/ollama/llama3.1:8b/chat/completions", HotRoute(front: .openAIChat, model: "ollama/llama3.1:8b")),
            ("//engines//llama3.1:8b//completions//", HotRoute(front: .openAICompletions, model: "llama3.1:8b")),
            ("/v1/engines/m/embeddings", HotRoute(front: .openAIEmbeddings, model: "m")),
            (
                "/engines/ollama%2Fllama3%3Alatest/embeddings",
                HotRoute(front: .openAIEmbeddings, model: "ollama/llama3:latest")
            ),
            ("/v1/chat/completions", HotRoute(front: .openAIChat, model: nil)), ("/openai/deployments/m", nil),
            ("/openai/v1/chat/completions", HotRoute(front: .openAIChat, model: nil)),
            ("/openai/v1/completions", HotRoute(front: .openAICompletions, model: nil)),
            ("/openai/v1/embeddings", HotRoute(front: .openAIEmbeddings, model: nil)),
            ("/openai/v1/responses/", HotRoute(front: .openAIResponses, model: nil)),
            ("/openai/responses", HotRoute(front: .openAIResponses, model: nil)),
            ("/openai/deployments/chat/completions/x", nil), ("/engines", nil),
        ] as [(String, HotRoute?)])
    func `a path may name the model`(path: String, route: HotRoute?) {
        #expect(routes.hotRoute(at: path) == route)
        #expect(routes.rows(at: path).count == (route == nil ? 0 : 1))
    }

    @Test(arguments: [
        "/nope", "/v1", "/v1/chat", "/v1/chat/completions/x", "/v1chat/completions", "/pool/box", "/pool/a/b/drain",
        "/health/live", "/HEALTH", "/v1/models%2Fx", "/api",
    ])
    func `what is not served has no row`(path: String) {
        #expect(routes.rows(at: path).isEmpty)
        #expect(routes.hotRoute(at: path) == nil)
    }

    @Test func `a method of a path has one row, and a path one audience`() {
        for row in routes.rows {
            let rows = routes.rows(at: Self.sample(row.pattern))
            #expect(Set(rows.map(\.method.rawValue)).count == rows.count, "\(row.pattern)")
            #expect(rows.allSatisfy { $0.audience == row.audience }, "\(row.pattern)")
        }
    }

    @Test func `without a key only health answers, and the metrics where that is said`() {
        func open(_ routes: ServerRoutes) -> [String] { routes.rows.filter { $0.audience == .open }.map(Self.name) }
        let health = ["liveliness", "liveness", "readiness"].map { "GET /health/\($0)" }
        // The dashboard's files say nothing, and its sessions go by the key that is shown there.
        let pages = Site.pages.map { "GET " + PathPattern.canonical("ui/\($0)") }
        let dashboard = pages + ["GET /ui/files/box/one/two"] + ["POST", "GET", "DELETE"].map { "\($0) /ui/session" }
        #expect(open(routes) == health + dashboard)
        #expect(open(ServerRoutes(publicMetrics: true)) == health + ["GET /metrics"] + dashboard)
    }

    @Test func `pages read what clients may, and nothing of operators`() {
        let paths = routes.rows.filter { [.viewers, .operators].contains($0.audience) }.map { Self.sample($0.pattern) }
        #expect(
            Set(paths).isSuperset(of: [
                "/health", "/pool", "/pool/events", "/config", "/config/reload", "/pool/box/drain", "/pool/box/undrain",
                "/decisions/box",
                "/metrics",
            ]))
        // Pages read the answers of `clients` alone, whatever is managed here.
        for path in ["/key/info", "/key/list", "/team/info", "/spend/logs"] {
            #expect(routes.rows(at: path).allSatisfy { $0.audience != .clients }, "\(path)")
        }
    }

    @Test(arguments: [
        ("/api/tags", Front.ollamaChat), ("/api", .ollamaChat), ("//api//nope?x", .ollamaChat),
        ("/api?x", .ollamaChat), ("/apis", .openAIChat), ("/v1/api", .openAIChat), ("/", .openAIChat),
        ("", .openAIChat),
    ])
    func `errors have the shape of the path's dialect`(path: String, front: Front) {
        #expect(ServerRoutes.errorFront(at: path) == front)
    }

    @Test func `a client is pointed to routes of its own dialect`() {
        #expect(routes.advice(for: .openAI) == "/v1/chat/completions and /v1/models")
        for dialect in [Dialect.openAI, .ollama] {
            for path in routes.advice(for: dialect).split(separator: " and ") {
                #expect(!routes.rows(at: path).isEmpty, "\(path)")
            }
        }
    }

    @Test(
        arguments: [
            ([:], 0..<3, false), (["limit": "2"], 0..<2, true), (["limit": "2", "after_id": "b"], 2..<3, false),
            (["after_id": "c"], 3..<3, false), (["limit": "1", "before_id": "c"], 1..<2, true),
            (["limit": "2", "before_id": "c"], 0..<2, false), (["before_id": "a"], 0..<0, false),
        ] as [([String: String], Range<Int>, Bool)])
    func `pages of Anthropic's list go both ways`(query: [String: String], places: Range<Int>, hasMore: Bool) throws {
        let names = ["a", "b", "c"]
        #expect(try ModelRoutes.page(of: names, by: query) == places)
        #expect(ModelRoutes.hasMore(places, of: names, by: query) == hasMore)
    }

    @Test(arguments: [
        ["limit": "0"], ["limit": "1001"], ["limit": "x"], ["after_id": "d"], ["before_id": "d"],
        ["after_id": "a", "before_id": "c"],
    ])
    func `a page that there is not is refused`(query: [String: String]) {
        #expect(throws: GatewayError.self) { try ModelRoutes.page(of: ["a", "b", "c"], by: query) }
    }

    @Test(arguments: [
        ("/v1/models", Front.anthropicMessages), ("/models/x", .anthropicMessages), ("/v1/nope", .anthropicMessages),
        ("/api/tags", .ollamaChat),
    ])
    func `a request that says a version of Anthropic's API is answered in its shape`(path: String, front: Front) throws
    {
        var request = HTTPRequest(method: .get, scheme: nil, authority: nil, path: path)
        let without = ServerRoutes.errorFront(of: request, at: path)
        #expect(without == ServerRoutes.errorFront(at: path))
        request.headerFields[try #require(HTTPField.Name("anthropic-version"))] = "2023-06-01"
        #expect(ServerRoutes.errorFront(of: request, at: path) == front)
    }
}
