import NIOCore
import Testing

@testable import Dialects

/// The fields of one route, each with a value that asks for something.
struct RouteFields: Sendable, CustomTestStringConvertible {
    let front: Front
    /// What every request of it has.
    let base: String
    let rows: [(field: String, value: String)]

    var testDescription: String { heading }

    var heading: String { "### `\(front.paths[0])`" }

    func body(_ field: String, _ value: String) -> String {
        let parts = field.split(separator: ".")
        let needsTools = field == "tool_choice" || field == "parallel_tool_calls"
        let tools = rows.first { $0.field == "tools" }?.value ?? "[]"
        let more =
            (needsTools ? ",\"tools\":\(tools)" : "")
            + (field == "top_logprobs" && front != .openAIResponses ? ",\"logprobs\":true" : "")
        let member = parts.count == 2 ? "\"\(parts[0])\":{\"\(parts[1])\":\(value)}" : "\"\(field)\":\(value)"
        return "{\(base),\(member)\(more)}"
    }

    private static let sampling: [(field: String, value: String)] = [
        ("temperature", "0.5"), ("top_p", "0.5"), ("stop", #"["x"]"#), ("seed", "5"), ("presence_penalty", "0.5"),
        ("frequency_penalty", "0.5"),
    ]
    private static let options: [(field: String, value: String)] = [
        ("options.temperature", "0.5"), ("options.top_p", "0.5"), ("options.top_k", "7"), ("options.min_p", "0.25"),
        ("options.seed", "5"), ("options.stop", #"["x"]"#), ("options.num_predict", "50"), ("options.num_ctx", "4096"),
        ("options.repeat_penalty", "1.25"), ("options.mirostat", "2"),
    ]
    private static let function =
        #""name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#

    static let all = [
        RouteFields(
            front: .openAICompletions, base: #""model":"m","prompt":"Hi""#,
            rows: sampling + [
                ("max_tokens", "77"), ("n", "2"), ("best_of", "3"), ("echo", "true"), ("suffix", #""s""#),
                ("logprobs", "2"),
                ("logit_bias", #"{"5":1}"#), ("user", #""u""#), ("system", #""s""#), ("template", #""t""#),
                ("raw", "true"),
                ("think", "false"), ("format", #""json""#), ("keep_alive", #""5m""#), ("truncate", "false"),
                ("options.top_k", "7"), ("num_ctx", "4096"), ("top_k", "7"), ("min_p", "0.25"), ("foo", "1"),
            ]),
        RouteFields(
            front: .openAIEmbeddings, base: #""model":"m","input":["Hi","Ho"]"#,
            rows: [
                ("dimensions", "77"), ("encoding_format", #""base64""#), ("user", #""u""#), ("truncate", "false"),
                ("keep_alive", #""5m""#), ("num_ctx", "4096"), ("options.num_ctx", "4096"), ("foo", "1"),
            ]),
        RouteFields(
            front: .openAIResponses, base: #""model":"m","input":"Hi""#,
            rows: [
                ("instructions", #""Be brief.""#), ("max_output_tokens", "77"), ("temperature", "0.5"),
                ("top_p", "0.5"),
                ("tools", "[{\"type\":\"function\",\(function)}]"), ("tool_choice", #""required""#),
                ("parallel_tool_calls", "false"), ("reasoning", #"{"effort":"high"}"#),
                ("text", #"{"format":{"type":"json_object"}}"#), ("include", #"["reasoning.encrypted_content"]"#),
                ("truncation", #""auto""#), ("max_tool_calls", "3"), ("background", "true"), ("conversation", #""c""#),
                ("top_logprobs", "3"), ("user", #""u""#), ("service_tier", #""flex""#), ("prompt_cache_key", #""p""#),
                ("safety_identifier", #""s""#), ("foo", "1"),
            ]),
        RouteFields(
            front: .anthropicMessages,
            base: #""model":"m","max_tokens":5000,"messages":[{"role":"user","content":"Hi"}]"#,
            rows: [
                ("system", #""Be brief.""#), ("temperature", "0.5"), ("top_p", "0.5"), ("top_k", "7"),
                ("stop_sequences", #"["x"]"#),
                ("tools", #"[{"name":"f","input_schema":{"type":"object","properties":{}}}]"#),
                ("tool_choice", #"{"type":"any"}"#), ("thinking", #"{"type":"enabled","budget_tokens":2048}"#),
                ("metadata", #"{"user_id":"u"}"#), ("service_tier", #""auto""#), ("container", #""c""#),
                ("mcp_servers", #"[{"type":"url"}]"#), ("context_management", #"{"edits":[]}"#), ("foo", "1"),
            ]),
        RouteFields(
            front: .ollamaChat, base: #""model":"m","messages":[{"role":"user","content":"Hi"}]"#,
            rows: options + [
                ("tools", "[{\"type\":\"function\",\"function\":{\(function)}}]"), ("format", #""json""#),
                ("think", "true"),
                ("keep_alive", #""5m""#), ("logprobs", "true"), ("top_logprobs", "3"), ("truncate", "false"),
                ("shift", "false"),
                ("foo", "1"),
            ]),
        RouteFields(
            front: .ollamaGenerate, base: #""model":"m","prompt":"Hi""#,
            rows: options + [
                ("system", #""s""#), ("suffix", #""s""#), ("template", #""t""#), ("raw", "true"), ("context", "[1,2]"),
                ("images", #"["iVBORw0KGgoAAAAN"]"#), ("format", #""json""#), ("think", "true"),
                ("keep_alive", #""5m""#),
                ("logprobs", "true"), ("foo", "1"),
            ]),
        RouteFields(
            front: .ollamaEmbed, base: #""model":"m","input":["Hi","Ho"]"#,
            rows: [
                ("dimensions", "77"), ("truncate", "false"), ("keep_alive", #""5m""#), ("options.num_ctx", "4096"),
                ("foo", "1"),
            ]),
        RouteFields(
            front: .ollamaEmbeddings, base: #""model":"m","prompt":"Hi""#,
            rows: [("keep_alive", #""5m""#), ("options.num_ctx", "4096"), ("foo", "1")]),
    ]
}
