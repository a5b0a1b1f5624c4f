import Dialects
import Gateway
import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /config/reload`: reads the configuration anew, and says what came of it.
struct ReloadRoute {
    let server: ServerContext

    func answer() async -> Response {
        let report = await server.changes.reload()
        guard report.faults.isEmpty else {
            return ErrorResponse.response(.invalidRequest(message: report.message, param: nil))
        }
        func list(_ lines: [String]) -> JSONText { .array(lines.map { .string($0) }) }
        return OllamaRoutes.json(
            ByteBuffer(
                bytes: JSONText.object([
                    ("object", .string("config.reload")), ("message", .string(report.message)),
                    ("added", list(report.added)), ("changed", list(report.changed)), ("removed", list(report.removed)),
                    ("needs_restart", list(report.needsRestart)), ("warnings", list(report.warnings)),
                ]).bytes))
    }
}
