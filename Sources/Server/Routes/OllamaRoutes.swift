import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/tags`, `/api/version` and `/`: what clients of Ollama ask before they chat.
struct OllamaRoutes {
    let server: ServerContext

    /// In the order of the configuration, as `/v1/models` has them.
    func tags(_ caller: Caller) -> Response {
        let (routes, held) = (server.routes, server.balancer.holdings().tags)
        let rows = ModelRoutes.names(routes, for: caller).map { name in
            let tag = routes.route(name).flatMap { held[$0.name] }
            return OllamaModelList.Row(
                name: name, modifiedAt: tag?.modifiedAt ?? "", size: tag?.size ?? 0, digest: tag?.digest ?? "",
                details: tag?.details ?? "")
        }
        return json { OllamaModelList.write(rows, into: &$0) }
    }

    func version() -> Response {
        json { OllamaModelList.write(versions: server.balancer.holdings().versions, into: &$0) }
    }

    static var greeting: Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: OllamaModelList.greeting)))
    }

    private func json(_ write: (inout ByteBuffer) -> Void) -> Response {
        var body = ByteBuffer()
        write(&body)
        return Response(
            status: .ok, headers: [.contentType: "\(Front.ollamaChat.contentType(isStream: false))"],
            body: .init(byteBuffer: body))
    }
}
