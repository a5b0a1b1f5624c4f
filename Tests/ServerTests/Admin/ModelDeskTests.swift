import Dialects
import Testing

@testable import Server

/// What is shown of models that were made over the API.
@Suite struct ModelDeskTests {
    @Test(arguments: [
        (#"{"model":"openai/x","api_key":"sk-secret"}"#, #"{"model":"openai/x","api_key":"*****"}"#),
        (#"{"api_key":"os.environ/KEY"}"#, #"{"api_key":"os.environ/KEY"}"#),
        (
            #"{"input_cost_per_token":0.5,"azure_ad_token":"t"}"#,
            #"{"input_cost_per_token":0.5,"azure_ad_token":"*****"}"#
        ),
        (#"{"extra_headers":{"X":"secret"}}"#, #"{"extra_headers":"*****"}"#),
        (#"{"a":[{"aws_secret_access_key":"s","n":1}]}"#, #"{"a":[{"aws_secret_access_key":"*****","n":1}]}"#),
        (
            #"{"aws_session_token":null,"vertex_credentials":{"k":1}}"#,
            #"{"aws_session_token":null,"vertex_credentials":"*****"}"#
        ),
    ])
    func `a key of a provider is never shown, a variable's name is`(given: String, shown: String) throws {
        #expect(ModelDeskRow.masked(try #require(JSONText(given))).description == shown)
    }

    @Test(arguments: [
        (#"{"api_key":"os.environ/OPENAI_API_KEY","extra_headers":{"X":"os.environ/TOKEN"}}"#, false),
        (#"{"model":"openai/os.environ/OPENAI_API_KEY"}"#, true), (#"{"a":[{"b":"os.environ/X"}]}"#, true),
        (#"{"api_key":"os.environ/LITELLM_MASTER_KEY"}"#, true), (#"{"api_key":"x os.environ/DATABASE_URL"}"#, true),
    ])
    func `a variable is named for keys alone, and none of the gateway's own`(given: String, spills: Bool) throws {
        #expect(ModelDeskRow.spillsVariable(try #require(JSONText(given))) == spills)
    }

    @Test(arguments: [
        (#"{"api_key":"*****"}"#, true), (#"{"a":[{"extra_headers":"*****"}]}"#, true),
        (#"{"api_key":"sk","model":"*****"}"#, false), ("{}", false),
    ])
    func `the mask of a secret is found wherever it stands`(given: String, holds: Bool) throws {
        #expect(ModelDeskRow.holdsMask(try #require(JSONText(given))) == holds)
    }
}
