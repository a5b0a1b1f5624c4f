import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// `/v1/messages/count_tokens` for a model that the caller may ask: Anthropic's own count where the model is Anthropic's, else an
/// estimate that is made here.
struct AnthropicCountRoute {
    let server: ServerContext

    /// Says whose count it is.
    static let basis = HTTPField.Name("x-drover-token-count")!
    private static let localOnly = HTTPField.Name("x-drover-local-only")!
    private static let betas = HTTPField.Name("anthropic-beta")!

    func count(_ caller: Caller, _ request: Request) async -> Response {
        let whole: WholeBody
        do throws(GatewayError) {
            whole = try await request.wholeBody(upTo: server.configuration.limits.wholeBody, of: server)
        } catch { return Self.error(error) }
        defer { withExtendedLifetime(whole.memory) {} }
        let body = whole.bytes
        var wishes = CallWishes()
        for value in request.headers[values: Self.localOnly] {
            if let refusal = wishes.take(localOnly: value) { return Self.error(refusal) }
        }
        for value in request.headers[values: Self.betas] { wishes.take(betas: value) }
        let asked: AnthropicCountRequest
        do {
            asked = try AnthropicCountRequest(body)
        } catch {
            return Self.error(.invalidRequest(message: error.message, param: error.param))
        }
        guard let name = try? server.routes.permitted(asked.model, for: caller), let route = server.routes.route(name)
        else {
            return Self.error(server.routes.unknown(asked.model, to: .anthropicMessages))
        }
        let confinement = wishes.confinement.union(caller.confinement).union(route.rules.confinement)
        if let exact = await exact(body, wishes.betas, of: route, within: confinement) {
            return Self.response(AnthropicCountRequest.answer(exact), "exact")
        }
        return Self.response(AnthropicCountRequest.answer(asked.estimate), "estimate")
    }

    /// The count of the first instance that counts; nil where none does, or may be asked, or answers.
    private func exact(
        _ body: ByteBuffer, _ betas: String?, of route: RouteTable.Route, within confinement: Confinement
    ) async -> Int? {
        let routes = server.routes
        for index in routes.deployments(of: route.model) {
            let id = DeploymentID(index: index)
            guard let target = routes.deployments[index].target, target.countsTokens, server.balancer.isReady(id) else {
                continue
            }
            let isPassedOn = server.balancer.forwarding(of: id) != .none
            var wire = ByteBuffer()
            guard let permit = try? Fence.permit(target, isPassedOn: isPassedOn, for: confinement),
                Provider.encodeCount(of: body, with: permit, betas: betas, into: &wire),
                let answer = await server.counts.send(index, wire)
            else { continue }
            if let count = AnthropicCountRequest.count(in: answer) { return count }
        }
        return nil
    }

    private static func response(_ body: ByteBuffer, _ basis: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "application/json", Self.basis: basis],
            body: .init(byteBuffer: body))
    }

    private static func error(_ error: GatewayError) -> Response {
        ErrorResponse.response(error, front: .anthropicMessages)
    }
}
