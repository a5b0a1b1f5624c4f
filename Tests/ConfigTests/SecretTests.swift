import Config
import FoundationEssentials
import Testing

@Suite struct SecretTests {
    let secret = Secret("sk-very-secret")

    @Test func `prints as dots wherever it is printed`() throws {
        struct Holder: Encodable {
            var key: Secret
        }
        var dumped = ""
        dump(Holder(key: secret), to: &dumped)
        let located = Located(secret, path: "x")
        let json = String(decoding: try JSONEncoder().encode(Holder(key: secret)), as: UTF8.self)
        let prints = [
            "\(secret)", String(describing: secret), String(reflecting: secret), "\(Holder(key: secret))", dumped, json,
            String(reflecting: located), "\(Optional(secret) as Any)", "\([secret])",
        ]
        for print in prints {
            #expect(!print.contains("very-secret"), "\(print)")
            #expect(print.contains("•••"), "\(print)")
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(secret.reveal() == "sk-very-secret")
    }

    @Test func `no key of a configuration is printed`() {
        let loaded = Loader.load(
            text: """
                model_list:
                  - model_name: a
                    litellm_params: {model: ollama/a, api_key: sk-very-secret}
                  - model_name: b
                    litellm_params: {model: ollama/b, api_key: os.environ/KEY, api_base: os.environ/BASE}
                  - model_name: c
                    litellm_params: {model: bedrock/c, aws_region_name: eu-west-1, aws_access_key_id: sk-very-secret,
                      aws_secret_access_key: os.environ/KEY, aws_session_token: sk-very-secret}
                  - model_name: d
                    litellm_params: {model: azure/d, api_base: "https://d.example.com", azure_ad_token: os.environ/KEY,
                      extra_headers: {x-key: sk-very-secret, y-key: os.environ/KEY}}
                  - {model_name: e, litellm_params: {model: gpt-4o}}
                general_settings: {master_key: sk-very-secret, database_url: "postgres://u:sk-very-secret@h/db"}
                drover: {store: "postgres://u:sk-very-secret@h/db", instances: {x: os.environ/BASE}}
                """, name: "c.yaml",
            environment: ["KEY": "sk-very-secret", "BASE": "sk-very-secret", "OPENAI_API_KEY": "sk-very-secret"])
        var dumped = ""
        dump(loaded, to: &dumped)
        dumped += "\(loaded)" + CheckReport(file: "c.yaml", loaded: loaded).render()
        #expect(!dumped.contains("very-secret"))
        #expect(
            loaded.faults.map(\.message) == [
                "the value of BASE is not a base URL such as http://gpu-1:11434",
                "the value of BASE is not a base URL such as http://gpu-1:11434",
            ])
        let other = Loader.load(
            text: "drover: {store: 'mysql://u:sk-very-secret@h/db'}", name: "c.yaml", environment: [:])
        #expect(!"\(other.faults)".contains("very-secret"))
        #expect(loaded.configuration.generalSettings.masterKey == .key(secret))
        #expect(loaded.configuration.modelList.map(\.apiKey?.value) == [secret, secret, nil, nil, secret])
    }
}
