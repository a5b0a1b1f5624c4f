import Balancer
import BoxModel
import Config
import Farm
import Locking
import NIOPosix
import Testing

@testable import CLI

/// A gateway before simulated boxes, and the file that it reads anew when it is told to.
final class ReloadedGateway: Sendable {
    let farm: BoxFarm
    let ports: [Int]
    let gateway: RunningGateway
    private let text: WrittenText

    /// The text of the file.
    private final class WrittenText: Sendable {
        let now: Locked<String>
        init(_ text: String) { now = Locked(text) }
    }

    private init(farm: BoxFarm, ports: [Int], gateway: RunningGateway, text: WrittenText) {
        (self.farm, self.ports, self.gateway, self.text) = (farm, ports, gateway, text)
    }

    /// - Parameter yaml: what the file says at first, by the boxes' ports.
    static func start(
        boxes: Int, decode: Double = .infinity, tokens: ClosedRange<Int> = 12...40, key: String? = nil,
        _ yaml: ([Int]) -> String
    ) async throws -> ReloadedGateway {
        var configuration = FarmConfiguration.instant(boxes: boxes)
        for index in configuration.boxes.indices {
            configuration.boxes[index].gpu.decodeTokensPerSecond = decode
            configuration.boxes[index].gpu.decodeSlowdown = 0
            configuration.boxes[index].gpu.slots = 64
            configuration.boxes[index].answerTokens = tokens
        }
        let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
        let ports = try await farm.start()
        let text = WrittenText(yaml(ports))
        let gateway = try await RunningGateway.start(
            text.now.withLock { $0 }, threads: 2, key: key,
            read: { models in
                Loader.load(text: text.now.withLock { $0 }, name: "test.yaml", environment: [:], models: models)
            })
        return ReloadedGateway(farm: farm, ports: ports, gateway: gateway, text: text)
    }

    /// Writes the file.
    func write(_ yaml: String) { text.now.withLock { $0 = yaml } }

    /// `POST /config/reload`.
    func reload(headers: String = "") async throws -> (status: Int, answer: JSONNode) {
        let message = try await call(
            "POST /config/reload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\(headers)\r\n")
        return (message.status, try JSONNode(message.body))
    }

    /// Any request, on a connection of its own.
    func call(_ request: String) async throws -> RawConnection.Message {
        let client = try await gateway.connect()
        try await client.send(request)
        let answer = try await client.message()
        await client.close()
        return answer
    }

    func chat(stream: Bool = false, model: String = "llama3", headers: String = "") async throws -> ChatAnswer {
        try ChatAnswer(try await call(FarmedGateway.chat(stream: stream, model: model, headers: headers)))
    }

    /// Stops both; nothing may be open on either side.
    func stop() async throws {
        for box in ports.indices {
            try await farm.stats(box: box, within: .seconds(5)) { $0.running == 0 && $0.queued == 0 }
        }
        try await gateway.stop()
        await farm.shutdown()
    }

    /// `llama3` on these ports.
    static func pool(_ ports: some Sequence<Int>, strategy: String = "least-busy", more: String = "") -> String {
        "model_list:\n"
            + ports.map {
                "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", api_base: \"http://127.0.0.1:\($0)\"}}\n"
            }.joined() + "router_settings: {routing_strategy: \(strategy), num_retries: 2}\n" + more
    }
}
