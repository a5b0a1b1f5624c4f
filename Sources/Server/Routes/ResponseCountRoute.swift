import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /v1/responses/input_tokens` for a model that the caller may ask: about how many tokens the input of a response to be has, with
/// the conversation from which it goes on.
struct ResponseCountRoute {
    let server: ServerContext

    func count(_ caller: Caller, _ request: Request) async -> Response {
        do throws(GatewayError) {
            let whole = try await request.wholeBody(upTo: server.configuration.limits.wholeBody, of: server)
            defer { withExtendedLifetime(whole.memory) {} }
            let asked = try Self.read { () throws(RequestFault) in
                try ClientRequest.scan(whole.bytes, front: .openAIResponses)
            }
            guard let name = try? server.routes.permitted(asked.model, for: caller), server.routes.route(name) != nil
            else { throw server.routes.unknown(asked.model, to: .openAIResponses) }
            return Self.response(try await tokens(of: asked, from: caller.owner))
        } catch {
            return ErrorResponse.response(error, front: .openAIResponses)
        }
    }

    /// The tokens of a request together with what it goes on from, or with the items that it names.
    private func tokens(of asked: ClientRequest, from owner: ResponseOwner) async throws(GatewayError) -> Int {
        let continued = asked.continuedResponse
        let kept = try await server.kept(continued.map { [$0] } ?? asked.referredResponses, of: owner)
        defer { withExtendedLifetime(kept.memory) {} }
        guard let continued else {
            return try Self.read { () throws(RequestFault) in try asked.holdingItems(of: kept.answers) }
                .promptTokenEstimate
        }
        guard let answer = kept.answers.first else { throw ResponseRoutes.unknown(continued) }
        return try Self.read { () throws(RequestFault) in try asked.continuing(answer) }.promptTokenEstimate
    }

    private static func read(
        _ body: () throws(RequestFault) -> ClientRequest
    ) throws(GatewayError) -> ClientRequest {
        do { return try body() } catch {
            throw .invalidRequest(message: error.message, param: error.param)
        }
    }

    private static func response(_ tokens: Int) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", AnthropicCountRoute.basis: "estimate"],
            body: .init(
                byteBuffer: ByteBuffer(string: #"{"object":"response.input_tokens","input_tokens":\#(tokens)}"#)))
    }
}
