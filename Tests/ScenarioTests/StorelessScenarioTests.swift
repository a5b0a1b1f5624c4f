import Foundation
import Testing

@testable import CLI

/// A gateway whose database cannot be reached, beside a file that has a ledger.
@Suite struct StorelessScenarioTests {
    static let master = "sk-master"

    private func yaml(_ address: String) -> String {
        """
        model_list: [{model_name: llama3, litellm_params: {model: ollama/a, api_base: "http://127.0.0.1:1"}}]
        general_settings: {database_url: "\(address)"}
        """
    }

    @Test(arguments: [true, false])
    func `why a store cannot be reached is for the log alone, with a file that is passed by`(_ isBeside: Bool)
        async throws
    {
        try await TemporaryFolder.lend { folder in
            if isBeside { #expect(FileManager.default.createFile(atPath: "\(folder)/drover.db", contents: nil)) }
            let log = try await LoggedGateway.log(
                yaml("postgres://ann:zz9@127.0.0.1:1/ledger"), name: "\(folder)/config.yaml", key: Self.master
            ) { port in
                let client = try await RawConnection.connect(port)
                for request in [
                    RunningGateway.post(
                        "/v1/chat/completions", #"{"model":"llama3","messages":[{"role":"user","content":"a"}]}"#,
                        "Authorization: Bearer sk-1\r\n"),
                    RunningGateway.get("/key/list", "Authorization: Bearer \(Self.master)\r\n"),
                ] {
                    try await client.send(request)
                    let answer = try await client.message()
                    #expect(answer.status == 503)
                    let message = try JSONNode(answer.body)["error"]["message"].text
                    #expect(message == "keys cannot be looked up yet: the ledger's store cannot be reached")
                }
            }
            #expect(log.contains("postgres://ann@127.0.0.1:1/ledger: ") && !log.contains("zz9"))
            let wayOut = "set drover.store to sqlite:\(folder)/drover.db, or remove general_settings.database_url"
            #expect(log.split(separator: "\\/").joined(separator: "/").contains(wayOut) == isBeside, "\(log)")
        }
    }

    @Test func `an address that cannot be read stops the start, and nothing of it is told`() async throws {
        try await TemporaryFolder.lend { folder in
            let fault = await #expect(throws: SetupFault.self) {
                _ = try await LoggedGateway.log(
                    yaml("postgres://eve:ab%zz9@h/ledger"), name: "\(folder)/config.yaml", key: Self.master
                ) { _ in }
            }
            let text = fault.map { "\($0)" } ?? ""
            #expect(text.contains("the address cannot be read") && !text.contains("zz9") && !text.contains("eve"))
        }
    }
}
