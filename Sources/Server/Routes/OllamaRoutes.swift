import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/tags`, `/api/ps`, `/api/version` and `/`: what clients of Ollama ask before they chat.
struct OllamaRoutes {
    let server: ServerContext

    /// In the order of the configuration, as `/v1/models` has them.
    func tags(_ caller: Caller) -> Response {
        let (routes, holdings) = (server.routes, server.balancer.holdings())
        let rows = ModelRoutes.names(routes, for: caller).map { name in
            let model = routes.route(name)?.name ?? name
            let tag = holdings.tags[model]
            return OllamaModelList.Row(
                name: name, modifiedAt: tag?.modifiedAt ?? "", size: tag?.size ?? 0, digest: tag?.digest ?? "",
                details: tag?.details ?? "",
                digests: holdings.digests[model]?.map { ($0.instance, $0.digest) } ?? [])
        }
        return Self.json { OllamaModelList.write(rows, into: &$0) }
    }

    /// As the last probes found it, each model under the names that the caller may ask for.
    func loaded(_ caller: Caller) -> Response {
        let (routes, loaded) = (server.routes, server.balancer.holdings().loaded)
        let rows = ModelRoutes.names(routes, for: caller).flatMap { name in
            loaded.filter { $0.model == routes.route(name)?.name }.map { held in
                OllamaLoadedList.Row(
                    name: name, instance: held.instance, size: held.memory.size, sizeVRAM: held.memory.sizeVRAM,
                    contextLength: held.memory.contextLength, expiresAt: held.memory.expiresAt,
                    digest: held.tag?.digest ?? "", details: held.tag?.details ?? "")
            }
        }
        return Self.json { OllamaLoadedList.write(rows, into: &$0) }
    }

    func version() -> Response {
        Self.json { OllamaModelList.write(versions: server.balancer.holdings().versions, into: &$0) }
    }

    static var greeting: Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: OllamaModelList.greeting)))
    }

    private static func json(_ write: (inout ByteBuffer) -> Void) -> Response {
        var body = ByteBuffer()
        write(&body)
        return json(body)
    }

    static func json(_ body: ByteBuffer, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "\(Front.ollamaChat.contentType(isStream: false))"],
            body: .init(byteBuffer: body))
    }
}
