import Dialects
import NIOCore
import Testing

@Suite struct OpenAIFaultTests {
    private static func classify(_ status: Int, _ body: String, retryAfter: Bool = false) -> UpstreamFault {
        UpstreamFault.classify(
            status: status, saysWhenToRetry: retryAfter, body: ByteBuffer(string: body), target: OpenAIFixture.target())
    }

    /// Errors as the providers write them.
    static let bodies: [(status: Int, kind: UpstreamFault.Kind, body: String)] = [
        // OpenAI
        (
            401, .unauthorised,
            #"{"error":{"message":"Incorrect API key provided: sk-abcde****wxyz. You can find your API key at https://platform.openai.com/account/api-keys.","type":"invalid_request_error","param":null,"code":"invalid_api_key"}}"#
        ),
        (
            429, .unauthorised,
            #"{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}"#
        ),
        (
            429, .saturated,
            #"{"error":{"message":"Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000.","type":"tokens","param":null,"code":"rate_limit_exceeded"}}"#
        ),
        (
            404, .server,
            #"{"error":{"message":"The model `gpt-9` does not exist or you do not have access to it.","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#
        ),
        (
            403, .unauthorised,
            #"{"error":{"message":"Project `proj_x` does not have access to model `gpt-5`","type":"invalid_request_error","param":null,"code":"model_not_found"}}"#
        ),
        (
            400, .contextWindow,
            #"{"error":{"message":"This model's maximum context length is 128000 tokens. However, your messages resulted in 130000 tokens. Please reduce the length of the messages.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#
        ),
        (
            400, .contextWindow,
            #"{"error":{"message":"Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.","type":"invalid_request_error","param":"messages","code":null}}"#
        ),
        (
            400, .contentPolicy,
            #"{"error":{"message":"Your request was rejected as a result of our safety system.","type":"invalid_request_error","param":null,"code":"content_policy_violation"}}"#
        ),
        (
            400, .contentPolicy,
            #"{"error":{"message":"Invalid prompt: your prompt was flagged as potentially violating our usage policy. Please try again with a different prompt.","type":"invalid_request_error","param":null,"code":"invalid_prompt"}}"#
        ),
        (
            400, .client,
            #"{"error":{"message":"Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.","type":"invalid_request_error","param":"temperature","code":"unsupported_value"}}"#
        ),
        (
            500, .server,
            #"{"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,"code":null}}"#
        ),
        (
            503, .saturated,
            #"{"error":{"message":"The engine is currently overloaded, please try again later","type":"service_unavailable","param":null,"code":null}}"#
        ),
        (503, .server, #"{"error":{"message":"Service unavailable","type":"server_error","param":null,"code":null}}"#),
        // Azure
        (
            401, .unauthorised,
            #"{"error":{"code":"401","message":"Access denied due to invalid subscription key or wrong API endpoint."}}"#
        ),
        (
            404, .server,
            #"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#
        ),
        (404, .server, #"{"error":{"code":"404","message":"Resource not found"}}"#),
        (
            429, .saturated,
            #"{"error":{"code":"429","message":"Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 6 seconds."}}"#
        ),
        (
            400, .contentPolicy,
            #"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{"hate":{"filtered":true,"severity":"high"}}}}}"#
        ),
        (
            400, .contentPolicy,
            #"{"error":{"message":"Bad request.","code":"invalid_request_error","inner_error":{"code":"ResponsibleAIPolicyViolation"}}}"#
        ),
        (
            403, .unauthorised,
            #"{"error":{"code":"AuthenticationTypeDisabled","message":"Key based authentication is disabled for this resource."}}"#
        ),
        (408, .server, #"{"error":{"code":"Timeout","message":"The operation was timeout."}}"#),
        // Mistral
        (401, .unauthorised, #"{"message":"Unauthorized","request_id":"1b36"}"#),
        (401, .unauthorised, #"{"detail":"Unauthorized"}"#),
        (
            422, .client,
            #"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","messages",0,"user","name"],"msg":"Extra inputs are not permitted","input":"a secret prompt"}]},"type":"invalid_request_error","param":null,"code":null}"#
        ),
        (
            422, .client,
            #"{"detail":[{"type":"less_than_equal","loc":["body","temperature"],"msg":"Input should be less than or equal to 1.5","input":2}]}"#
        ),
        (
            429, .saturated,
            #"{"object":"error","message":"Service tier capacity exceeded for this model.","type":"service_tier_capacity_exceeded","param":null,"code":"3505"}"#
        ),
        (429, .saturated, #"{"message":"Requests rate limit exceeded"}"#),
        (
            400, .contextWindow,
            #"{"object":"error","message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","param":null,"code":"3051"}"#
        ),
        (
            400, .server,
            #"{"object":"error","message":"Invalid model: mistral-huge","type":"invalid_model","param":null,"code":"1500"}"#
        ),
        // Groq
        (
            413, .saturated,
            #"{"error":{"message":"Request too large for model `llama-3.3-70b-versatile` in organization `org_01` service tier `on_demand` on tokens per minute (TPM): Limit 6000, Requested 14810, please reduce your message size and try again.","type":"tokens","code":"rate_limit_exceeded"}}"#
        ),
        (
            400, .contextWindow,
            #"{"error":{"message":"Please reduce the length of the messages or completion.","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"#
        ),
        (
            400, .client,
            #"{"error":{"message":"Failed to call a function. Please adjust your prompt.","type":"invalid_request_error","code":"tool_use_failed","failed_generation":"x"}}"#
        ),
        (498, .saturated, #"{"error":{"message":"Flex tier capacity exceeded","type":"capacity"}}"#),
        // vLLM
        (
            400, .contextWindow,
            #"{"object":"error","message":"This model's maximum context length is 4096 tokens. However, you requested 5000 tokens in the messages, Please reduce the length of the messages.","type":"BadRequestError","param":null,"code":400}"#
        ),
        (
            400, .contextWindow,
            #"{"error":{"message":"The decoder prompt (length 5000) is longer than the maximum model length of 4096.","type":"BadRequestError","param":null,"code":400}}"#
        ),
        (
            404, .server,
            #"{"object":"error","message":"The model `x` does not exist.","type":"NotFoundError","param":null,"code":404}"#
        ),
        (401, .unauthorised, #"{"error":"Unauthorized"}"#),
        // llama.cpp
        (
            400, .contextWindow,
            #"{"error":{"code":400,"message":"the request exceeds the available context size. try increasing the context size or enable context shift","type":"exceed_context_size_error","n_prompt_tokens":14429,"n_ctx":8192}}"#
        ),
        (
            500, .contextWindow,
            #"{"error":{"code":500,"message":"the request is too long","type":"exceed_context_size_error","n_prompt_tokens":1407,"n_ctx":256}}"#
        ),
        (503, .server, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#),
        // LM Studio
        (
            400, .contextWindow,
            #"{"error":"Trying to keep the first 10136 tokens when context the overflows. However, the model is loaded with context length of only 7866 tokens, which is not enough."}"#
        ),
        // DeepSeek
        (
            402, .unauthorised,
            #"{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}"#
        ),
        (
            400, .server,
            #"{"error":{"message":"Model Not Exist","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#
        ),
        (
            400, .contentPolicy,
            #"{"error":{"message":"Content Exists Risk","type":"invalid_request_error","param":null,"code":"invalid_request_error"}}"#
        ),
        (503, .saturated, #"{"error":{"message":"Service is too busy. Please retry later.","type":"server_error"}}"#),
        // xAI
        (
            400, .unauthorised,
            #"{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xa***YA. You can obtain an API key from https://console.x.ai."}"#
        ),
        (
            429, .unauthorised,
            #"{"code":"Some resource has been exhausted","error":"Your team x has either used all available credits or reached its monthly spending limit."}"#
        ),
        (
            400, .contextWindow,
            #"{"code":"Client specified an invalid argument","error":"This model's maximum prompt length is 131072 but the request contains 140000 tokens."}"#
        ),
        // OpenRouter
        (402, .unauthorised, #"{"error":{"message":"Insufficient credits","code":402},"user_id":"user_x"}"#),
        (
            403, .contentPolicy,
            #"{"error":{"message":"Input was flagged","code":403,"metadata":{"reasons":["violence"],"flagged_input":"the prompt","provider_name":"OpenAI"}}}"#
        ),
        (
            400, .contextWindow,
            #"{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"prompt is too long: 202000 tokens > 200000 maximum\"}}","provider_name":"Anthropic"}}}"#
        ),
        (429, .saturated, #"{"error":{"message":"Provider returned error","code":429,"metadata":{}}}"#),
        (502, .server, #"{"error":{"message":"Provider disconnected","code":502}}"#),
        // Together
        (
            422, .contextWindow,
            #"{"id":"1","error":{"message":"Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 10000 `inputs` tokens and 512 `max_new_tokens`","type":"invalid_request_error","param":null,"code":null}}"#
        ),
        (
            404, .server,
            #"{"error":{"message":"Unable to access model x. Please visit https://api.together.ai/models to view the list of supported models.","type":"invalid_request_error","param":null,"code":"model_not_available"}}"#
        ),
        (
            429, .saturated,
            #"{"error":{"message":"You have reached the rate limit specific to this model.","type":"model_rate_limit","param":null,"code":null}}"#
        ),
        // Fireworks
        (
            400, .contextWindow,
            #"{"error":{"object":"error","type":"invalid_request_error","code":"invalid_request_error","message":"The prompt is too long: 200000, model maximum context length: 131072"}}"#
        ),
        (
            412, .unauthorised,
            #"{"error":{"message":"Account x is suspended","type":"error","code":"FAILED_PRECONDITION"}}"#
        ),
        // What stands before a provider
        (502, .server, "<html><h1>502 Bad Gateway</h1></html>"), (413, .client, "<html>too large</html>"),
        (529, .saturated, ""), (418, .server, "teapot"),
    ]

    @Test(arguments: bodies)
    func `tells what an error says`(_ status: Int, _ kind: UpstreamFault.Kind, _ body: String) {
        let fault = Self.classify(status, body)
        #expect(fault.kind == kind, "\(body)")
        #expect(fault.status == status)
        #expect(!fault.message.isEmpty)
        #expect(!fault.message.contains("{"), "words, not JSON")
        #expect(!fault.message.contains("secret prompt") && !fault.message.contains("the prompt\""))
    }

    @Test(arguments: bodies)
    func `damaged errors never trap`(_ status: Int, _ kind: UpstreamFault.Kind, _ body: String) {
        for length in 0..<min(body.utf8.count, 200) {
            _ = Self.classify(status, String(decoding: body.utf8.prefix(length), as: UTF8.self))
        }
    }

    @Test func `gives the provider's own words`() {
        #expect(Self.classify(400, #"{"error":{"message":"no\nway"}}"#).message == "no way")
        #expect(Self.classify(400, #"{"error":"plain"}"#).message == "plain")
        #expect(
            Self.classify(422, #"{"detail":[{"loc":["body","n"],"msg":"too many"}]}"#).message == "body.n: too many")
        #expect(Self.classify(502, "Bad\r\nGateway").message == "Bad  Gateway")
        #expect(Self.classify(500, "").message == "the provider answered 500 without a word")
        #expect(Self.classify(500, #"{"error":{}}"#).message == "the provider answered 500 without a word")
        let long = #"{"error":{"message":"\#(String(repeating: "ä", count: 1000))"}}"#
        #expect(Self.classify(500, long).message.count == 500)
    }

    @Test(arguments: [
        "Incorrect API key provided: sk-proj-0123456789abcdef.", "Your api key: ****1234 is invalid",
        "Bad request for key xai-0123456789abcdef", "key 'gsk_0123456789abcdef' refused",
        "token 0123456789abcdef0123456789abcdef is unknown",
    ])
    func `never repeats a key`(_ text: String) {
        let message = Self.classify(401, "{\"error\":{\"message\":\(JSONText.string(text))}}").message
        #expect(message.contains("•••"))
        #expect(!message.contains("1234"))
    }

    @Test func `leaves all other words alone`() {
        for text in [
            "Rate limit reached for llama-3.3-70b-versatile in organization org-x: Limit 30000",
            "see https://console.groq.com/settings/billing", "model accounts/fireworks/models/llama-v3p1-8b-instruct",
        ] {
            #expect(Self.classify(429, "{\"error\":{\"message\":\(JSONText.string(text))}}").message == text)
        }
    }

    @Test func `a 503 that says when to come back is a full provider`() {
        #expect(Self.classify(503, "no healthy upstream", retryAfter: true).kind == .saturated)
        #expect(Self.classify(503, "no healthy upstream").kind == .server)
        #expect(Self.classify(500, "x", retryAfter: true).kind == .server)
    }
}
