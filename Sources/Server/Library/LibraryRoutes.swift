import Balancer
import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import Ledger
import LedgerStore
import Logging
import NIOCore
import Telemetry

/// `/api/delete` and `/api/copy`: on every box that has the model.
struct LibraryRoutes {
    let server: ServerContext

    /// Nothing that is asked of a library is longer.
    private static let body = BodyLimit(
        bytes: 1 << 20,
        tooLarge: .requestTooLarge(message: "the request body is over \(1 << 20) bytes, or did not come"))
    /// A large model is many gigabytes of files.
    private static let limit = Duration.seconds(60)

    func delete(_ context: RouteContext, _ body: ByteBuffer) async -> Response {
        do throws(GatewayError) {
            let fields = try LibraryRequest(body, type: "DeleteRequest")
            let model = try fields.model()
            guard !model.isEmpty else { throw .invalidRequest(message: "model is required", param: "model") }
            guard OllamaName.isValid(model) else {
                throw .invalidRequest(message: "name \"\(model.prefix(200))\" is invalid", param: "model")
            }
            let holders = try holders(of: model, try fields.boxes())
            let answers = await ask(holders) { tag in
                BoxCalls.Call(
                    .delete, "/api/delete", JSONText.object([("model", .string(tag))]).bytes, within: Self.limit)
            }
            return await response(
                to: answers, "deleted", model, missing: "model '\(model.prefix(200))' not found", context)
        } catch { return ErrorResponse.response(error, front: .ollamaChat) }
    }

    func copy(_ context: RouteContext, _ body: ByteBuffer) async -> Response {
        do throws(GatewayError) {
            let fields = try LibraryRequest(body, type: "CopyRequest")
            let (source, destination) = (try fields.text("source"), try fields.text("destination"))
            for (what, name) in [("source", source), ("destination", destination)] where !OllamaName.isValid(name) {
                throw .invalidRequest(message: "\(what) \"\(name.prefix(200))\" is invalid", param: what)
            }
            let holders = try holders(of: source, try fields.boxes())
            let answers = await ask(holders) { tag in
                let body: [(name: String, value: JSONText)] = [
                    ("source", .string(tag)), ("destination", .string(destination)),
                ]
                return BoxCalls.Call(.post, "/api/copy", JSONText.object(body).bytes, within: Self.limit)
            }
            return await response(
                to: answers, "copied", "\(source) to \(destination)",
                missing: "model \"\(source.prefix(200))\" not found", context)
        } catch { return ErrorResponse.response(error, front: .ollamaChat) }
    }

    // MARK: On the boxes

    /// The boxes that may have a model, each with its own spelling: all that there are, since a list is as old as the last
    /// probe.
    private func holders(of model: String, _ asked: [String]?) throws(GatewayError) -> [ModelPlacement.Target] {
        do throws(ModelPlacement.Fault) {
            let library = server.balancer.library()
            return try server.boxes.placement.holders(of: model, on: asked).map { target in
                let listed = library.shelf(of: target.box)?.tag(OllamaName.normalise(target.tag))
                return ModelPlacement.Target(box: target.box, tag: listed?.spelling ?? target.tag)
            }
        } catch { throw .invalidRequest(message: error.message, param: nil) }
    }

    private struct Answered: Sendable {
        var box: String
        var answer: Result<BoxCalls.Answer, BoxCalls.Failure>
    }

    /// All at once, in the boxes' order.
    private func ask(
        _ targets: [ModelPlacement.Target], _ call: (String) -> BoxCalls.Call
    ) async -> [Answered] {
        await withTaskGroup(of: (Int, Answered).self) { group in
            for (index, target) in targets.enumerated() {
                let call = call(target.tag)
                group.addTask {
                    do throws(BoxCalls.Failure) {
                        let answer = try await server.boxes.send(target.box, call)
                        return (index, Answered(box: target.box, answer: .success(answer)))
                    } catch { return (index, Answered(box: target.box, answer: .failure(error))) }
                }
            }
            var all: [(Int, Answered)] = []
            for await one in group { all.append(one) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// Nothing where it is done on every box that has the model; else the boxes on which it is not, and why.
    private func response(
        to answers: [Answered], _ what: String, _ model: String, missing: String, _ context: RouteContext
    ) async -> Response {
        var done: [String] = []
        var refusal: BoxCalls.Answer?
        var faults: [String] = []
        for answered in answers {
            switch answered.answer {
            case .success(let answer) where answer.status == 200: done.append(answered.box)
            // It has no such model.
            case .success(let answer) where answer.status == 404 && PoolPull.refusal(answer).contains("not found"):
                continue
            case .success(let answer):
                refusal = refusal ?? answer
                faults.append("\(answered.box): \(PoolPull.refusal(answer))")
            case .failure(let failure): faults.append("\(answered.box): \(failure.reason)")
            }
        }
        if !done.isEmpty {
            done.forEach(server.boxes.probe)
            await note(what, model, on: done, context)
        }
        if faults.isEmpty {
            guard !done.isEmpty else {
                return ErrorResponse.response(.notFound(message: missing), front: .ollamaChat)
            }
            return Response(status: .ok)
        }
        // What the request itself is told for is in the box's own words.
        if done.isEmpty, let refusal, refusal.status == 400 {
            return OllamaRoutes.json(ByteBuffer(bytes: refusal.body), status: .badRequest)
        }
        let rest = done.isEmpty ? "" : "; \(what) on \(done.joined(separator: ", "))"
        return ErrorResponse.response(
            .upstreamFailed(message: faults.joined(separator: "; ") + rest), front: .ollamaChat)
    }

    // MARK: Shared with pulls

    func body(of request: Request) async throws(GatewayError) -> WholeBody {
        try await request.wholeBody(upTo: Self.body, of: server)
    }

    static func targets(
        _ placement: ModelPlacement, _ model: String, _ boxes: [String]?
    ) throws(GatewayError) -> [ModelPlacement.Target] {
        do throws(ModelPlacement.Fault) { return try placement.targets(of: model, on: boxes) } catch {
            throw .invalidRequest(message: error.message, param: nil)
        }
    }

    /// Who has changed the boxes' models: in the log, and in the audit where a ledger is kept.
    func note(_ action: String, _ model: String, on boxes: [String], _ context: RouteContext) async {
        let asked = Operator(context.caller)
        let places = boxes.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ", ")
        let address = context.address?.ipAddress ?? "unknown"
        let logger = server.telemetry.logger("models")
        logger.notice(
            "The models of the boxes are changed.",
            metadata: [
                "admin.action": "\(action)", "admin.subject": "\(model)", "admin.user": "\(asked.name)",
                "admin.from": "\(address)", "boxes": "\(places)",
            ])
        // No store is made for it.
        guard server.desk.facts.requiresKey, !server.desk.ledger.isMissingStore, server.desk.hasRows else { return }
        var entry = AuditEntry(
            at: server.ledgerTime.wall, actor: asked.name, action: action, kind: "model",
            object: "\(model) on \(places)")
        entry.address = address
        do throws(StoreError) { try await server.desk.store.apply([], audit: [entry]) } catch {
            logger.warning("The audit of a change could not be written.", metadata: ["error": "\(error.message)"])
        }
    }
}
