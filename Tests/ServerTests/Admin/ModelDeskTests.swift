import Dialects
import Testing

@testable import Server

/// What is shown of models that were made over the API.
@Suite struct ModelDeskTests {
    @Test(arguments: [
        (#"{"model":"openai/x","api_key":"sk-secret"}"#, #"{"model":"openai/x","api_key":"*****"}"#),
        (#"{"api_key":"os.environ/KEY"}"#, #"{"api_key":"os.environ/KEY"}"#),
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
}
