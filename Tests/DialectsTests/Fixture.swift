import Dialects
import Foundation
import NIOCore
import Testing

/// Recorded replies, and the requests and targets most tests need.
enum Fixture {
    /// A reply in `Fixtures/ollama`.
    static func ollama(_ name: String) throws -> ByteBuffer {
        let folder = try #require(Bundle.module.url(forResource: "Fixtures/ollama", withExtension: nil))
        return ByteBuffer(bytes: try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func target(
        tag: String = "llama3.1:8b", prefix: String = "", key: String? = nil,
        defaults: [String: JSONText] = [:], dropParams: Bool = false
    ) -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: .ollama, tag: tag, pathPrefix: prefix, hostHeader: "gpu-1:11434",
                isLocal: true),
            account: UpstreamAccount(apiKey: key), defaults: defaults, dropParams: dropParams,
            userAgent: "drover/0.1.0")
    }

    /// Leave to send anything to a target.
    static func permit(_ target: UpstreamTarget) -> EgressPermit {
        try! Fence.permit(target, isPassedOn: false, for: [])
    }

    static func scan(_ body: String, _ front: Front = .openAIChat) throws(RequestFault) -> ClientRequest {
        try ClientRequest.scan(ByteBuffer(string: body), front: front)
    }

    /// A chat request with these fields more (`"n":1`).
    static func chat(_ more: String = "") -> String {
        #"{"model":"llama3","messages":[{"role":"user","content":"Hi"}]"# + (more.isEmpty ? "" : ",") + more + "}"
    }

    /// The fault a body meets; nil when it meets none.
    static func fault(_ body: String, _ front: Front = .openAIChat) -> RequestFault? {
        do {
            _ = try scan(body, front)
            return nil
        } catch {
            return error
        }
    }
}

/// JSON with its names in order, so that two texts can be compared.
func canonical(_ text: String) throws -> String {
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
    let data = try JSONSerialization.data(
        withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
    return String(decoding: data, as: UTF8.self)
}
