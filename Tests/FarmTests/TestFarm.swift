import BoxModel
import NIOPosix
import Testing

@testable import Farm

/// Runs a farm for a test and ends it, whatever comes.
func withFarm(
    _ configuration: FarmConfiguration = .test(), _ body: (BoxFarm) async throws -> Void
) async throws {
    let farm = BoxFarm(configuration, group: MultiThreadedEventLoopGroup.singleton)
    try await farm.start()
    do {
        try await body(farm)
    } catch {
        await farm.shutdown()
        throw error
    }
    await farm.shutdown()
}

/// Runs one box that takes no time, with a connection to it.
func withBox(
    _ configuration: FarmConfiguration = .test(), fault: FarmFault? = nil,
    _ body: (BoxFarm, inout RawClient) async throws -> Void
) async throws {
    try await withFarm(configuration) { farm in
        if let fault { try await farm.inject(fault, box: 0) }
        var client = try await RawClient(port: farm.ports[0])
        try await body(farm, &client)
    }
}

extension FarmConfiguration {
    /// One box that takes no time and has a model of each kind; every answer has ten tokens.
    static func test(_ change: (inout FarmConfiguration) -> Void = { _ in }) -> FarmConfiguration {
        var configuration = FarmConfiguration.instant(
            boxes: 1, models: ["llama3.1:8b", "qwen3:8b", "nomic-embed-text", "plain"])
        configuration.boxes[0].answerTokens = 10...10
        configuration.boxes[0].models[1].toolCallStyle = .lastLine
        configuration.boxes[0].models[3].capabilities = [.completion]
        change(&configuration)
        return configuration
    }
}

extension String {
    /// The JSON objects of lines, or of the events of an event stream but `[DONE]`.
    var objects: [JSONValue] {
        split(separator: "\n").map { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : String($0) }
            .filter { $0 != "[DONE]" }.compactMap { try? JSONParser.parse($0) }
    }
}

extension JSONValue {
    /// The names of an object's fields, in order.
    var names: [String] { members?.map(\.name) ?? [] }
    subscript(index: Int) -> JSONValue? { array.flatMap { $0.indices.contains(index) ? $0[index] : nil } }
}

let chat = #"{"model":"llama3.1:8b","messages":[{"role":"user","content":"Where do they graze?"}]}"#
let wholeChat = #"{"model":"llama3.1:8b","stream":false,"messages":[{"role":"user","content":"Where do they graze?"}]}"#
