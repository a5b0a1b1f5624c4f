import Balancer
import Dialects
import Gateway
import Hummingbird
import NIOCore

/// `GET /pool/history`: the last day of the boxes, or of the one that `instance` names.
struct PoolHistoryRoute {
    let server: ServerContext

    func answer(_ context: RouteContext) -> Response {
        let boxes = server.history.boxes
        let wanted = context.query["instance"]?.percentDecoded
        if let wanted, boxes[wanted] == nil {
            return ErrorResponse.response(.notFound(message: "nothing is known yet of an instance named `\(wanted)`"))
        }
        let rows = boxes.filter { wanted == nil || $0.key == wanted }.sorted { $0.key < $1.key }
        return OllamaRoutes.json(
            ByteBuffer(
                bytes: JSONText.object([
                    ("object", .string("pool.history")),
                    ("span_seconds", .integer(Int(PoolHistory.spanSeconds))),
                    ("instances", .array(rows.map { Self.row($0.key, $0.value) })),
                ]).bytes))
    }

    private static func row(_ name: String, _ box: PoolHistory.Box) -> JSONText {
        .object([
            ("instance", .string(name)), ("spans", .array(box.spans.map(span))), ("moves", .array(box.moves.map(move))),
        ])
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
