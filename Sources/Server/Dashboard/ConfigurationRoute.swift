import Balancer
import Dialects
import HTTPTypes
import Hummingbird
import NIOCore

/// `GET /config`: what is in force, and what was said of it.
struct ConfigurationRoute {
    let server: ServerContext

    func view() -> Response {
        let view = server.configurationView
        let sections = view.sections.map { section in
            let rows = section.rows.map { JSONText.object([("name", .string($0.name)), ("value", .string($0.value))]) }
            return JSONText.object([("title", .string(section.title)), ("rows", .array(rows))])
        }
        let findings = view.warnings + server.balancer.snapshot().warnings
        return OllamaRoutes.json(
            ByteBuffer(
                bytes: JSONText.object([
                    ("object", .string("config")),
                    ("reloads", .bool(!server.serverRoutes.rows(at: "/config/reload").isEmpty)),
                    ("warnings", .array(findings.map { .string($0) })), ("sections", .array(sections)),
                ]).bytes))
    }
}
