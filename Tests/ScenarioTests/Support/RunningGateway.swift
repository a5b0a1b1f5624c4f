import Balancer
import Config
import Logging
import NIOCore
import Server
import ServiceLifecycle
import Synchronization
import Telemetry
import Testing
import Upstream

@testable import CLI

#if canImport(Glibc)
    import Glibc
#endif

/// A whole gateway in this process, on a free port, from the YAML a user would write.
final class RunningGateway: Sendable {
    let port: Int
    /// Where its clients find it.
    private let host: String
    let process: GatewayProcess
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    private init(port: Int, host: String, process: GatewayProcess, group: ServiceGroup, running: Task<Void, any Error>)
    {
        self.port = port
        self.host = host
        self.process = process
        self.group = group
        self.running = running
    }

    /// - Parameters:
    ///   - name: the file that the YAML is said to stand in.
    ///   - read: reads the configuration anew.
    ///   - lookUp: finds the addresses of names that are followed.
    static func start(
        _ yaml: String, name: String = "test.yaml", host: String = "127.0.0.1", threads: Int = 1, key: String? = nil,
        read: ConfigurationReading? = nil, lookUp: NameLookUp = .system
    ) async throws -> RunningGateway {
        let loaded = Loader.load(text: yaml, name: name, environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let process = try await GatewayProcess(
            loaded.configuration,
            options: GatewayProcess.Options(
                host: host, port: 0, threads: threads, tls: nil, read: read, lookUp: lookUp),
            telemetry: { names in
                Telemetry(
                    names: names,
                    sink: LogSink(descriptor: open("/dev/null", O_WRONLY), format: .json, maximumQueuedBytes: 1 << 20),
                    level: .info, unixSeconds: TimeSource.live.unixSeconds)
            },
            masterKey: key, onListening: { found.yield($0) })
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: process.services.map { .init(service: $0) }, logger: process.telemetry.logger("test")))
        let running = Task {
            defer { found.finish() }
            try await group.run()
        }
        for await port in ports {
            return RunningGateway(port: port, host: host, process: process, group: group, running: running)
        }
        _ = await running.result
        try await process.server.endLoops()
        try await running.value
        throw RawConnection.Ended()
    }

    /// One box with `llama3`, and whatever else the YAML says.
    static func inFrontOf(
        _ upstreams: [Int], strategy: String = "least-busy", retries: Int = 2, more: String = "", threads: Int = 1,
        key: String? = nil
    ) async throws -> RunningGateway {
        let list = upstreams.map {
            "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", api_base: \"http://127.0.0.1:\($0)\"}}\n"
        }
        return try await start(
            "model_list:\n\(list.joined())router_settings: {routing_strategy: \(strategy), num_retries: \(retries)}\n\(more)",
            threads: threads, key: key)
    }

    func connect() async throws -> RawConnection { try await RawConnection.connect(port, host: host) }

    /// Asks for the graceful shutdown that SIGTERM asks for.
    func beginShutdown() async { await group.triggerGracefulShutdown() }

    /// Stops, and expects that nothing was left open.
    func stop() async throws {
        await beginShutdown()
        try await running.value
        let snapshot = pool
        #expect(snapshot.inFlight == 0)
        #expect(snapshot.waiting == 0)
        #expect(snapshot.deployments.allSatisfy { $0.abandoned == 0 })
        process.close()
        try await process.server.endLoops()
    }

    /// What `GET /pool` says now.
    var pool: PoolSnapshot { process.balancer.snapshot() }

    /// Requests in flight now.
    var inFlight: Int { pool.inFlight }

    // MARK: Requests

    static func post(_ path: String, _ body: String, _ headers: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)"
    }

    static func get(_ path: String, _ headers: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)\r\n"
    }

    static func chat(stream: Bool = false, text: String = "hi", headers: String = "") -> String {
        post(
            "/v1/chat/completions",
            "{\"model\":\"llama3\",\"stream\":\(stream),\"messages\":[{\"role\":\"user\",\"content\":\"\(text)\"}]}",
            headers)
    }
}
