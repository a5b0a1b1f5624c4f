import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// `/v1/messages/count_tokens`: an estimate, made here, for a model that the caller may ask.
struct AnthropicCountRoute {
    let server: ServerContext

    /// Says that the count is no model's own.
    private static let basis = HTTPField.Name("x-drover-token-count")!

    func count(_ caller: Caller, _ body: ByteBuffer) -> Response {
        let asked: AnthropicCountRequest
        do {
            asked = try AnthropicCountRequest(body)
        } catch {
            return Self.error(.invalidRequest(message: error.message, param: error.param))
        }
        guard let name = try? server.routes.permitted(asked.model, for: caller), server.routes.route(name) != nil else {
            return Self.error(server.routes.unknown(asked.model, to: .anthropicMessages))
        }
        var answer = ByteBuffer()
        asked.write(into: &answer)
        return Response(
            status: .ok, headers: [.contentType: "application/json", Self.basis: "estimate"],
            body: .init(byteBuffer: answer))
    }

    private static func error(_ error: GatewayError) -> Response {
        ErrorResponse.response(error, front: .anthropicMessages)
    }
}
