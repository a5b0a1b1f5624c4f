import NIOCore

/// Anthropic's error, `{"type":"error","error":{"type":…,"message":…},"request_id":…}`: alone as a body, or as the last event of a
/// stream.
enum AnthropicError {
    static func write(_ error: ClientError, into out: inout ByteBuffer) {
        out.writeStaticString("{\"type\":\"error\",\"error\":{\"type\":\"")
        out.writeStaticString(type(of: error))
        out.writeStaticString("\",\"message\":")
        out.writeQuoted(error.message)
        out.writeStaticString("},\"request_id\":")
        if let id = error.callID { out.writeQuoted(id) } else { out.writeStaticString("null") }
        out.writeStaticString("}")
    }

    static func writeEvent(_ error: ClientError, into out: inout ByteBuffer) {
        out.writeStaticString("event: error\ndata: ")
        write(error, into: &out)
        out.writeStaticString("\n\n")
    }

    /// Anthropic's own status for a service that has no room: its clients wait and come again.
    static func status(of error: ClientError, usually status: Int) -> Int {
        overloads.contains(error.code) ? 529 : status
    }

    private static let overloads: Set<String> = ["no_instance_available", "queue_full", "shutting_down", "overloaded"]

    /// By the error's name, and where that tells nothing by its class.
    private static func type(of error: ClientError) -> StaticString {
        if overloads.contains(error.code) { return "overloaded_error" }
        return switch error.code {
        case "model_not_found", "not_found": "not_found_error"
        case "model_not_allowed", "forbidden", "local_only": "permission_error"
        case "request_too_large": "request_too_large"
        case "upstream_timeout", "request_timeout": "timeout_error"
        default:
            switch error.type {
            case "authentication_error": "authentication_error"
            case "rate_limit_error": "rate_limit_error"
            case "invalid_request_error": "invalid_request_error"
            case "budget_exceeded": "billing_error"
            default: "api_error"
            }
        }
    }
}
