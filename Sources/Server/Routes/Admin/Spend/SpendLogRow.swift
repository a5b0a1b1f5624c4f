import Dialects
import Ledger

/// A finished request as a row of LiteLLM's `SpendLogs`.
struct SpendLogRow {
    let entry: LedgerEntry
    /// What was said, where it is kept and was asked for.
    var words: EntryWords?

    var json: JSONText {
        let total = entry.promptTokens + entry.completionTokens
        let hasFailed = entry.error != nil || entry.status >= 400
        return .object([
            ("request_id", .string(entry.requestID)), ("call_type", .string(entry.callType)),
            ("api_key", .string(entry.keyHash?.hex ?? Self.masterKey)),
            ("spend", .dollars(entry.money + entry.failedMoney)), ("total_tokens", .integer(total)),
            ("prompt_tokens", .integer(entry.promptTokens)), ("completion_tokens", .integer(entry.completionTokens)),
            ("startTime", .string(entry.start.iso)), ("endTime", .string(entry.end.iso)),
            ("completionStartTime", .maybe(entry.firstToken?.iso)), ("model", .string(entry.model)),
            ("model_id", .string(entry.deployment)), ("model_group", .string(entry.modelAsked)),
            ("custom_llm_provider", .string(entry.provider)), ("api_base", .string(entry.instance)),
            ("user", .string(entry.userID ?? "")), ("metadata", metadata), ("cache_hit", .string("False")),
            ("cache_key", .string("")), ("request_tags", .texts(entry.tags)), ("team_id", .maybe(entry.teamID)),
            ("organization_id", .null), ("end_user", .string(entry.customer ?? "")),
            ("requester_ip_address", .maybe(entry.address)), ("messages", asked), ("response", answered),
            ("session_id", .null), ("status", .string(hasFailed ? "failure" : "success")),
            ("request_duration_ms", .integer(Int((entry.end.microseconds - entry.start.microseconds) / 1000))),
            ("litellm_call_id", .string(entry.callID)), ("proxy_server_request", body),
        ])
    }

    // MARK: Words

    /// As LiteLLM's page of one request asks for them.
    var wordsJSON: JSONText {
        .object([("messages", asked), ("response", answered), ("proxy_server_request", body)])
    }

    private var body: JSONText { words.flatMap { JSONText($0.request) } ?? .object([]) }
    private var answered: JSONText { words?.response.flatMap { JSONText($0) } ?? .object([]) }
    /// The messages of a conversation, or the text that was to be gone on from or put into numbers.
    private var asked: JSONText {
        let body = body
        return ["messages", "prompt", "input"].lazy.compactMap { body.member($0) }.first ?? .object([])
    }

    private var metadata: JSONText {
        .object([
            ("user_api_key", .string(entry.keyHash?.hex ?? Self.masterKey)),
            ("user_api_key_user_id", .maybe(entry.userID)), ("user_api_key_team_id", .maybe(entry.teamID)),
            ("attempted_retries", .integer(max(0, entry.attempts - 1))),
            ("attempted_fallbacks", .integer(entry.fallbacks)), ("status_code", .integer(entry.status)),
            ("error_information", entry.error.map { .object([("error_code", .string($0))]) } ?? .null),
            (
                "usage_object",
                .object([
                    ("prompt_tokens", .integer(entry.promptTokens)),
                    ("completion_tokens", .integer(entry.completionTokens)),
                    ("total_tokens", .integer(entry.promptTokens + entry.completionTokens)),
                ])
            ), ("failed_attempts_cost", .dollars(entry.failedMoney)),
            ("compared_cost", .maybe(entry.comparedMoney)), ("stream", .bool(entry.isStream)),
            ("class", .maybe(entry.serviceClass)),
        ])
    }

    /// LiteLLM's name for the master key in its books.
    static let masterKey = "litellm_proxy_master_key"
}
