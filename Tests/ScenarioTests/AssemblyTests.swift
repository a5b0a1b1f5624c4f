import Balancer
import Config
import Gateway
import Ledger
import Testing

@testable import CLI

/// What a configuration becomes, where no request shows it.
@Suite struct AssemblyTests {
    private static func assembly(_ yaml: String) throws -> Assembly {
        let loaded = Loader.load(
            text:
                "model_list: [{model_name: llama3, litellm_params: {model: ollama/a, api_base: 'http://box:11434'}}]\n"
                + yaml, name: "test.yaml", environment: [:])
        try #require(loaded.faults.isEmpty, "\(loaded.faults)")
        return try Assembly(loaded.configuration, version: "test", environment: [:])
    }

    private static func retries(_ policy: String) throws -> [FailureClass: Int] {
        try #require(assembly("router_settings: {retry_policy: {\(policy)}}").routes.route("llama3")).rules.retries
    }

    @Test func `every class has its own number, else the default one, but not for what is the request's own fault`()
        throws
    {
        let retries = try Self.retries("TimeoutErrorRetries: 1, DefaultRetries: 4")
        for failure in FailureClass.allCases {
            switch failure {
            case .timeout: #expect(retries[failure] == 1)
            case .badRequest, .contentPolicy, .contextWindow: #expect(retries[failure] == nil)
            case .authentication, .notFound, .rateLimit, .internalServer, .serviceUnavailable:
                #expect(retries[failure] == 4)
            }
        }
        #expect(try Self.retries("BadRequestErrorRetries: 2") == [.badRequest: 2, .contentPolicy: 2])
        #expect(try Self.retries("") == [:])
    }

    @Test func `a failure may be allowed by its class, and one more opens the breaker`() throws {
        let breaker = try Self.assembly("router_settings: {allowed_fails_policy: {TimeoutErrorAllowedFails: 2}}")
            .breakerSettings(nil)
        #expect(breaker.thresholds.timeout == 3)
        #expect(breaker.thresholds.internalServer == nil)
    }

    @Test(arguments: ["gpt-4o", "openai/gpt-4o", "azure/gpt-4o"])
    func `what is compared with is a model of the price table`(name: String) throws {
        let price = try #require(try Self.assembly("drover: {compare_with: \(name)}").prices.compared)
        #expect(price.input.description == "0.0000025")
    }

    @Test func `what is compared with and has no price is told at the start`() {
        #expect(throws: SetupFault.self) { try Self.assembly("drover: {compare_with: nobody-knows}") }
    }
}
