import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import NIOCore

/// `/api/show`: a box tells of a model that it holds; of a model in a cloud is told what is known here.
struct OllamaShowRoute {
    let server: ServerContext

    func show(_ caller: Caller, _ body: ByteBuffer) async -> Response {
        let asked: OllamaShowRequest
        do {
            asked = try OllamaShowRequest(body)
        } catch {
            return Self.error(.invalidRequest(message: error.message, param: error.param))
        }
        guard let name = try? server.routes.permitted(asked.model, for: caller), let route = server.routes.route(name)
        else {
            return Self.error(server.routes.unknown(Self.withTag(asked.model), to: .ollamaChat))
        }
        return await answer(to: asked, of: route)
    }

    private func answer(to asked: OllamaShowRequest, of route: RouteTable.Route) async -> Response {
        let deployments = server.routes.deployments
        let own = server.routes.deployments(of: route.model)
        // Those that may be sent to come first.
        let ready = own.filter { server.balancer.isReady(DeploymentID(index: $0)) }
        var refusal: BoxCalls.Answer?
        for index in ready + own.filter({ !ready.contains($0) }) {
            let instance = deployments[index].instanceName
            guard server.boxes.boxes.contains(instance), let facts = deployments[index].facts else { continue }
            let tag = server.balancer.listing(of: DeploymentID(index: index))?.spelling ?? facts.tag
            guard let answer = await server.boxes.post(instance, "/api/show", asked.body(asking: tag)) else { continue }
            if answer.status == 200 { return Self.response(answer) }
            refusal = refusal ?? answer
        }
        let elsewhere = own.first { !server.boxes.boxes.contains(deployments[$0].instanceName) }
        if let facts = elsewhere.flatMap({ deployments[$0].facts }) { return card(of: facts) }
        if let refusal { return Self.response(refusal) }
        return Self.error(
            .upstreamFailed(message: "no instance of `\(asked.model.prefix(200))` tells what it is; ask again"))
    }

    private func card(of facts: DeploymentFacts) -> Response {
        var body = ByteBuffer()
        OllamaModelCard(
            provider: facts.provider, contextLength: facts.maxInputTokens,
            makesEmbeddingsOnly: facts.makesEmbeddingsOnly
        ).write(into: &body)
        return OllamaRoutes.json(body)
    }

    private static func response(_ answer: BoxCalls.Answer) -> Response {
        OllamaRoutes.json(ByteBuffer(bytes: answer.body), status: .init(code: answer.status))
    }

    private static func error(_ error: GatewayError) -> Response {
        ErrorResponse.response(error, front: .ollamaChat)
    }

    /// As Ollama writes an unknown name here.
    private static func withTag(_ name: String) -> String {
        OllamaName.otherSpelling(of: name).flatMap { $0.utf8.count > name.utf8.count ? $0 : nil } ?? name
    }
}
