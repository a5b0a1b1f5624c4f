import Balancer
import Dialects
import Gateway
import Hummingbird
import NIOCore

/// `GET /pool/history?instance=NAME`: the last day of a box. That of hundreds together would be tens of megabytes.
struct PoolHistoryRoute {
    let server: ServerContext

    func answer(_ context: RouteContext) -> Response {
        guard let name = context.query["instance"], !name.isEmpty else {
            return ErrorResponse.response(
                .invalidRequest(message: "name an instance: /pool/history?instance=NAME", param: "instance"))
        }
        guard let box = server.history.box(name) else {
            return ErrorResponse.response(.notFound(message: "nothing is known yet of an instance named `\(name)`"))
        }
        return OllamaRoutes.json(
            ByteBuffer(
                bytes: JSONText.object([
                    ("object", .string("pool.history")),
                    ("instance", .string(name)), ("span_seconds", .integer(Int(PoolHistory.spanSeconds))),
                    ("spans", .array(box.spans.map(Self.span))), ("moves", .array(box.moves.map(Self.move))),
                ]).bytes))
    }

    private static func span(_ span: PoolHistory.Span) -> JSONText {
        .object([
            ("at", .integer(Int(span.number * PoolHistory.spanSeconds))), ("looks", .integer(span.looks)),
            ("out", .integer(span.out)), ("busiest", .integer(span.busiest)), ("requests", .integer(span.requests)),
            ("first_token_ms", span.firstTokenMilliseconds.map { .double($0) } ?? .null),
            ("tokens_per_second", span.tokensPerSecond.map { .double($0) } ?? .null),
            ("loads", .integer(span.loads)), ("evictions", .integer(span.evictions)),
        ])
    }

    private static func move(_ move: PoolHistory.Move) -> JSONText {
        .object([
            ("at", .integer(Int(move.unixSeconds))), ("model", .string(move.model)), ("loaded", .bool(move.isLoad)),
        ])
    }
}
