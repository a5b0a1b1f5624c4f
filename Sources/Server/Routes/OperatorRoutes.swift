import Balancer
import FoundationEssentials
import Gateway
import HTTPTypes
import Hummingbird
import LedgerStore
import NIOCore
import Telemetry

/// `/health*`, `/pool`, `/decisions`, `/metrics`: what operators and their scripts ask.
struct OperatorRoutes {
    let server: ServerContext

    static var alive: Response { JSONResponse.text("\"I'm alive!\"") }

    func pool() -> Response { JSONResponse.encode(server.pool) }

    func drain(_ context: RouteContext) async throws -> Response {
        try await change(context) { try await server.balancer.drain($0) }
    }

    func undrain(_ context: RouteContext) async throws -> Response {
        try await change(context) { try await server.balancer.undrain($0) }
    }

    /// Ready is who serves requests: with a store that was read and is out for a while all keys are known, and budgets hold,
    /// so that taking every gateway out of rotation would make an outage of a restart of the store. One that has not read its
    /// store knows no keys, and is not ready.
    func readiness() async -> Response {
        // Who stands in front sends no more, while those that are here are served.
        if server.isLeaving { return ErrorResponse.response(.shuttingDown) }
        let standing = await server.standing()
        if standing == .unread {
            return ErrorResponse.response(
                .noInstanceAvailable(
                    message: "the store could not be read since the start, so keys are not known; see the log",
                    retryAfter: 5))
        }
        let snapshot = server.pool
        let ready = JSONResponse.text("{\"status\":\"healthy\",\"db\":\"\(Self.word(standing))\"}")
        if snapshot.models.contains(where: { $0.ready > 0 }) || snapshot.models.isEmpty && snapshot.instances.isEmpty {
            return ready
        }
        // Not looked at yet is still eligible: only a pool that is known to be out is not ready.
        if snapshot.deployments.contains(where: { $0.state == "unknown" || $0.state == "full" }) { return ready }
        let why =
            snapshot.deployments.compactMap { one in one.reason.map { "\(one.instance): \($0)" } }.first
            ?? "no model is configured"
        return ErrorResponse.response(
            .noInstanceAvailable(message: "no model can be served: \(why)", retryAfter: 5))
    }

    /// LiteLLM's words, and one for what it does not tell apart.
    private static func word(_ standing: StoreStanding) -> String {
        switch standing {
        case .connected: "connected"
        case .none, .unread: "Not connected"
        case .out: "disconnected"
        }
    }

    /// LiteLLM's shape, from what is known: no request is sent anywhere.
    func health() -> Response {
        struct Endpoint: Encodable {
            var model: String
            var model_id: String
            var api_base: String
            var error: String?
        }
        struct Health: Encodable {
            var healthy_endpoints: [Endpoint] = []
            var unhealthy_endpoints: [Endpoint] = []
            var healthy_count = 0
            var unhealthy_count = 0
        }
        let snapshot = server.pool
        let bases = Dictionary(uniqueKeysWithValues: snapshot.instances.map { ($0.instance, $0.apiBase) })
        var health = Health()
        for one in snapshot.deployments {
            let isHealthy = one.takesRequests
            let endpoint = Endpoint(
                model: one.model, model_id: one.modelID, api_base: bases[one.instance] ?? "",
                error: isHealthy ? nil : one.reason ?? one.state)
            if isHealthy {
                health.healthy_endpoints.append(endpoint)
            } else {
                health.unhealthy_endpoints.append(endpoint)
            }
        }
        health.healthy_count = health.healthy_endpoints.count
        health.unhealthy_count = health.unhealthy_endpoints.count
        return JSONResponse.encode(health)
    }

    func decision(_ context: RouteContext) async throws -> Response {
        let name = try context.parameters.require("call").percentDecoded
        let call = Array(name.utf8).withUnsafeBytes { CallID($0) }
        let attempts = call.map { server.balancer.attempts(of: $0.hashed) } ?? []
        guard !attempts.isEmpty else {
            return ErrorResponse.response(
                .notFound(
                    message:
                        "no decision is kept for this call id; only the latest ones are, and only of requests that "
                        + "were sent to an instance"))
        }
        var report = DecisionReport(callID: name, attempts: attempts)
        let hash = call?.hashed ?? 0
        if let found = try await server.loops.gather({ $0.costs.cost(of: hash) }).compactMap({ $0 }).first {
            report.cost = Double(found.cost) / 1e12
            report.failedAttemptsCost = Double(found.failedAttemptsCost) / 1e12
        }
        return JSONResponse.encode(report)
    }

    /// `GET /pool/decisions?instance=NAME&limit=20`: why a box got the latest requests, or did not.
    func decisions(_ context: RouteContext) -> Response {
        guard let name = context.query["instance"], !name.isEmpty else {
            return ErrorResponse.response(
                .invalidRequest(message: "name an instance: /pool/decisions?instance=NAME", param: "instance"))
        }
        let limit = context.query["limit"] ?? "20"
        guard let most = Int(limit), (1...100).contains(most) else {
            return ErrorResponse.response(
                .invalidRequest(message: "limit: `\(limit)` is no number from 1 to 100", param: "limit"))
        }
        guard let decisions = server.balancer.decisions(about: name, most: most) else {
            return ErrorResponse.response(.notFound(message: "no instance named `\(name)`; GET /pool has their names"))
        }
        return JSONResponse.encode(decisions)
    }

    private func change(
        _ context: RouteContext, _ body: (String) async throws -> PoolSnapshot.Instance
    ) async throws -> Response {
        let name = try context.parameters.require("instance")
        do {
            return JSONResponse.encode(try await body(name.percentDecoded))
        } catch let error as UnknownInstance {
            let known = error.known.joined(separator: ", ")
            return ErrorResponse.response(
                .notFound(message: "no instance named `\(error.name)`; there are: \(known)"))
        }
    }

    func metrics() async throws -> Response {
        let loops = try await server.loops.gather { $0.telemetry.snapshot() }
        let text = server.telemetry.prometheus(
            loops: loops, pool: server.pool, metrics: server.poolMetrics, connections: server.gate.open,
            heldBytes: server.memory.held)
        return Response(
            status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(bytes: text)))
    }
}
