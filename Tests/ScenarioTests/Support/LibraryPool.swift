import Balancer
import Farm
import NIOPosix
import Testing

/// A gateway in front of three simulated boxes, `gpu-1` to `gpu-3`, with `llama3` on the first two.
struct LibraryPool: Sendable {
    static let key = "sk-library-1234"

    let farm: BoxFarm
    let gateway: RunningGateway

    /// - Parameters:
    ///   - pace: bytes per second that a box pulls.
    ///   - registry: the models there are to pull; nil: every one.
    ///   - drover: more keys of `drover`.
    static func start(
        pace: Double = .infinity, registry: [String]? = nil, drover: String = "", key: String? = LibraryPool.key
    ) async throws -> LibraryPool {
        var configuration = FarmConfiguration.instant(boxes: 3)
        configuration.registry = registry
        for index in configuration.boxes.indices { configuration.boxes[index].pullBytesPerSecond = pace }
        configuration.boxes[2].models = []
        let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
        let ports = try await farm.start()
        let instances = ports.enumerated().map { "gpu-\($0 + 1): 'http://127.0.0.1:\($1)'" }
        let models = ports.enumerated().map { index, port in
            let model = index < 2 ? ("llama3", "llama3.1:8b") : ("big", "llama3.1:70b")
            return
                "  - {model_name: \(model.0), litellm_params: {model: 'ollama/\(model.1)', api_base: 'http://127.0.0.1:\(port)'}}\n"
        }
        let gateway = try await RunningGateway.start(
            """
            model_list:
            \(models.joined())
            drover: {instances: {\(instances.joined(separator: ", "))}, store: off, probe: \(FarmedGateway.rareProbes)\(drover)}
            """, key: key)
        let pool = LibraryPool(farm: farm, gateway: gateway)
        await eventually("every box has been asked") {
            gateway.pool.instances.allSatisfy { $0.state == "ready" && $0.ollamaVersion != nil }
        }
        return pool
    }

    func stop() async throws {
        for box in 0..<3 { try await farm.stats(box: box, within: .seconds(5)) { $0.pulling == 0 } }
        try await gateway.stop()
        await farm.shutdown()
    }

    /// One request with the master key, on a connection of its own.
    func ask(
        _ method: String, _ path: String, _ body: String = "", key: String? = LibraryPool.key
    ) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(Self.request(method, path, body, key: key))
        let answer = try await client.message()
        await client.close()
        return answer
    }

    static func request(_ method: String, _ path: String, _ body: String, key: String? = LibraryPool.key) -> String {
        let credential = key.map { "Authorization: Bearer \($0)\r\n" } ?? ""
        return
            "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(credential)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The lines of a pull.
    func pull(_ body: String) async throws -> [JSONNode] {
        let answer = try await ask("POST", "/api/pull", body)
        try #require(answer.status == 200, "\(answer)")
        return try answer.body.split(separator: "\n").map { try JSONNode(String($0)) }
    }

    /// The numbers of the boxes, from 1, that list a tag, as the gateway knows it.
    func holders(_ tag: String) async throws -> [Int] {
        let table = try JSONNode(try await ask("GET", "/pool/models").body)
        let row = table["models"].elements.first { $0["model"].text == tag } ?? .null
        return row["boxes"].elements.filter { $0["has"] == .bool(true) }.compactMap { cell in
            cell["instance"].text?.split(separator: "-").last.flatMap { Int($0) }
        }
    }
}
