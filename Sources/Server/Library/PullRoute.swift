import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `/api/pull`: a model comes to the boxes that should have it, and their progress is told as one.
struct PullRoute {
    let server: ServerContext

    /// The fields of a request. `boxes` and `progress` are our own.
    private struct Asked {
        var model: String
        var streams: Bool
        var isInsecure: Bool
        var boxes: [String]?
        var detail: PullProgress.Detail

        init(_ body: ByteBuffer) throws(GatewayError) {
            let fields = try LibraryRequest(body, type: "PullRequest")
            model = try fields.model()
            guard OllamaName.isValid(model) else {
                throw .invalidRequest(message: "invalid model name", param: "model")
            }
            streams = try fields.flag("stream", default: true)
            isInsecure = try fields.flag("insecure", default: false)
            boxes = try fields.boxes()
            switch try fields.text("progress") {
            case "", "merged": detail = .merged
            case "boxes": detail = .boxes
            case let other:
                throw .invalidRequest(
                    message: "`progress` is merged or boxes, not `\(other.prefix(100))`", param: "progress")
            }
        }
    }

    func pull(_ request: Request, _ context: RouteContext) async -> Response {
        let pull: PoolPull
        let asked: Asked
        do throws(GatewayError) {
            asked = try Asked(try await LibraryRoutes(server: server).body(of: request).bytes)
            let targets = try LibraryRoutes.targets(server.boxes.placement, asked.model, asked.boxes)
            guard let pass = server.pulls.enter() else {
                throw .rateLimited(
                    message: "\(server.pulls.most) pulls are under way already; ask again when one has ended",
                    retryAfter: 30)
            }
            pull = PoolPull(
                targets, insecure: asked.isInsecure, detail: asked.detail, boxes: server.boxes,
                balancer: server.balancer, time: server.time, pass: pass)
        } catch { return ErrorResponse.response(error, front: .ollamaChat) }
        await LibraryRoutes(server: server).note("pulled", asked.model, on: pull.targets.map(\.box), context)
        pull.begin()
        let watch = LeaveWatch { pull.cancel() }
        // A connection that takes no handler any more is closed.
        do { try await context.channel.pipeline.addHandler(watch).get() } catch { pull.cancel() }
        return asked.streams ? streamed(pull, watch, context) : await whole(pull, watch, context)
    }

    private func streamed(_ pull: PoolPull, _ watch: LeaveWatch, _ context: RouteContext) -> Response {
        let channel = context.channel
        return Response(
            status: .ok, headers: [.contentType: "\(Front.ollamaChat.contentType(isStream: true))"],
            body: ResponseBody { writer in
                do {
                    try await Self.tell(pull, to: &writer)
                    try? await channel.pipeline.removeHandler(watch).get()
                    try await writer.finish(nil)
                } catch {
                    // Nobody is left to be told.
                    pull.cancel()
                    throw error
                }
            })
    }

    private static func tell(_ pull: PoolPull, to writer: inout any ResponseBodyWriter) async throws {
        for await _ in pull.changes {
            let lines = pull.takeLines()
            if !lines.isEmpty { try await writer.write(ByteBuffer(string: lines)) }
        }
        guard let outcome = pull.outcome else { throw CancellationError() }
        try await writer.write(ByteBuffer(string: "\(pull.takeLines())\(outcome.json)\n"))
    }

    private func whole(_ pull: PoolPull, _ watch: LeaveWatch, _ context: RouteContext) async -> Response {
        for await _ in pull.changes {}
        // Without an outcome the request itself was called off.
        let outcome = pull.outcome ?? .failed("called off")
        if pull.outcome == nil { pull.cancel() }
        try? await context.channel.pipeline.removeHandler(watch).get()
        let status: HTTPResponse.Status = outcome == .succeeded ? .ok : .internalServerError
        return OllamaRoutes.json(ByteBuffer(bytes: outcome.json.bytes), status: status)
    }
}

extension PoolPull.Outcome {
    /// The last line, or the whole answer.
    fileprivate var json: JSONText {
        switch self {
        case .succeeded: .object([("status", .string("success"))])
        case .failed(let message): .object([("error", .string(message))])
        }
    }
}
