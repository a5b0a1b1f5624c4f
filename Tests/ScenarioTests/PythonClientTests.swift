import Balancer
import Farm
import Foundation
import NIOPosix
import Testing

/// The official `openai` package for Python as a client. `make test` installs it and names its Python.
@Suite(.timeLimit(.minutes(2))) struct PythonClientTests {
    private static var python: String? { ProcessInfo.processInfo.environment["DROVER_PYTHON"] }

    private static let script =
        "/" + #filePath.split(separator: "/").dropLast().joined(separator: "/") + "/Clients/openai_chat.py"

    @Test(.enabled(if: Self.python != nil, "DROVER_PYTHON names no Python with the openai package; run `make test`"))
    func `the openai package finds everything it knows`() async throws {
        let farm = BoxFarm(
            .instant(boxes: 3, models: ["llama3.1:8b", "nomic-embed-text"]),
            group: MultiThreadedEventLoopGroup.singleton)
        let list = try await farm.start().flatMap { port in
            [("llama3", "llama3.1:8b"), ("embed", "nomic-embed-text")].map { name, tag in
                "  - {model_name: \(name), litellm_params: {model: \"ollama/\(tag)\", api_base: \"http://127.0.0.1:\(port)\"}}\n"
            }
        }
        let key = "sk-python-1234"
        let gateway = try await RunningGateway.start(
            "model_list:\n\(list.joined())router_settings: {routing_strategy: least-busy}\n", key: key)
        let (status, output) = try await Self.run(
            try #require(Self.python), [Self.script, "http://127.0.0.1:\(gateway.port)/v1", key])
        #expect(status == 0, "\(output)")
        #expect(output.split(separator: "\n").count { $0.hasPrefix("ok ") } == 16, "\(output)")
        await eventually("what the last client left is called off") { gateway.inFlight == 0 }
        #expect(gateway.pool.deployments.allSatisfy { $0.failures == 0 })
        try await gateway.stop()
        await farm.shutdown()
    }

    /// Runs a program to its end: its exit status, and its output (small) with its errors.
    private static func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let ended = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = {
            ended.continuation.yield($0.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        let status = await ended.stream.first { _ in true }
        let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
        return (status ?? -1, String(decoding: output, as: UTF8.self))
    }
}
