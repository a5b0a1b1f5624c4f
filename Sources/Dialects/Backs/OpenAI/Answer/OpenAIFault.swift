import NIOCore

/// The errors of OpenAI's dialect. Sources: the providers' references and SDKs, and LiteLLM's mapping.
enum OpenAIFault {
    /// An answer whose status is not 200.
    static func classify(status: Int, saysWhenToRetry: Bool, body: ByteBuffer) -> UpstreamFault {
        let error = body.withUnsafeReadableBytes { OpenAIErrorBody($0) }
        return fault(error, status: status, as: status, saysWhenToRetry: saysWhenToRetry)
    }

    /// An error inside an answer with status 200: an event of a stream, or the body.
    static func inAnswer(_ bytes: UnsafeRawBufferPointer) -> UpstreamFault {
        let error = OpenAIErrorBody(bytes)
        return fault(error, status: 200, as: error.status ?? 0, saysWhenToRetry: false)
    }

    private static func fault(
        _ error: OpenAIErrorBody, status: Int, as meant: Int, saysWhenToRetry: Bool
    ) -> UpstreamFault {
        let kind = kind(error, meant, saysWhenToRetry: saysWhenToRetry)
        let text =
            if !error.message.isEmpty {
                error.message
            } else if status == 200 {
                "the provider's answer is an error without words"
            } else {
                "the provider answered \(status) without a word"
            }
        return UpstreamFault(kind: kind, status: status, message: text)
    }

    /// - Parameter status: 0 where there is none.
    private static func kind(_ error: OpenAIErrorBody, _ status: Int, saysWhenToRetry: Bool) -> UpstreamFault.Kind {
        let words = ([error.message.lowercased()] + error.hints).joined(separator: "\n")
        func says(_ texts: [String]) -> Bool { texts.contains { words.contains($0) } }
        func hasCode(_ codes: [String]) -> Bool { error.hints.contains { codes.contains($0) } }

        let isAccess = status == 401 || status == 402 || status == 403
        if !isAccess, hasCode(contextCodes) || says(contextWords) { return .contextWindow }
        if error.isModeration || hasCode(policyCodes) || says(policyWords) { return .contentPolicy }
        // 412 is how Fireworks says that an account is suspended.
        if isAccess || status == 412 || hasCode(accountCodes) || says(accountWords) { return .unauthorised }
        if hasCode(saturatedCodes) { return .saturated }
        switch status {
        case 429, 498, 529: return .saturated
        case 503 where saysWhenToRetry || says(busyWords): return .saturated
        case 500... where says(busyWords): return .saturated
        // llama.cpp's word for a call of its model's that it cannot read.
        case 500 where error.message.hasPrefix("Failed to parse input at pos"): return .unreadCall
        case 500..., 404, 405, 408: return .server
        default: break
        }
        if hasCode(modelCodes) || says(modelWords) { return .server }
        switch status {
        case 400, 413, 415, 422: return .client
        case 0:
            if says(busyWords) { return .saturated }
            return hasCode(["invalid_request_error", "badrequesterror"]) ? .client : .server
        default: return .server
        }
    }

    private static let contextCodes = ["context_length_exceeded", "exceed_context_size_error"]
    private static let contextWords = [
        "maximum context length", "maximum model length", "model's context length", "model's context limit",
        "context window", "context limit",
        "exceed the configured limit", "too large for model with", "exceeds the available context size",
        "context size has been exceeded", "tokens when context the overflows", "loaded with context length of only",
        "`inputs` tokens + `max_new_tokens` must be", "prompt is too long", "input is too long for",
        "maximum input length is", "maximum prompt length is", "reduce the length of the messages",
    ]
    private static let policyCodes = [
        "content_policy_violation", "content_filter", "responsibleaipolicyviolation", "content_filter_policy",
        "image_content_policy_violation", "bio_policy",
    ]
    private static let policyWords = [
        "content management policy", "usage policy", "our safety system", "the safety system", "content exists risk",
        "the model produced invalid content",
    ]
    private static let accountCodes = [
        "insufficient_quota", "invalid_api_key", "account_deactivated", "billing_hard_limit_reached",
        "billing_not_active", "credit_limit", "authentication_error", "authenticationerror", "permission_error",
        "invalid_authentication",
    ]
    private static let accountWords = [
        "incorrect api key", "invalid api key", "exceeded your current quota", "insufficient balance",
        "insufficient credits", "used all available credits", "run out of credits", "spending limit",
        "credit limit exceeded", "credit balance is too low",
    ]
    private static let saturatedCodes = [
        "rate_limit_exceeded", "rate_limit_error", "ratelimitreached", "model_rate_limit", "nocapacity",
        "service_tier_capacity_exceeded", "rate_limited", "overloaded_error", "engine_overloaded",
    ]
    private static let busyWords = [
        "overloaded", "too busy", "is busy", "capacity", "high demand", "slow down", "too many requests",
        "queue is full",
    ]
    private static let modelCodes = [
        "model_not_found", "invalid_model", "model_not_available", "deploymentnotfound", "notfounderror",
    ]
    private static let modelWords = [
        "model not exist", "invalid model", "model not found", "model does not exist", "not a valid model id",
    ]
}
