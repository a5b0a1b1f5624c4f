import Testing

@testable import Config

/// Variables that models over the API may name: regression, since they could name any of the process, and send it anywhere.
@Suite struct StoredModelVariablesTests {
    private static let environment = [
        "OPENAI_API_KEY": "sk-o", "EU_KEY": "sk-eu", "STRIPE_KEY": "sk-pay", "AZURE_EU_KEY": "sk-az",
        "POSTGRES_PASSWORD": "pw",
    ]

    private func load(_ key: String, drover: String = "") -> Loaded {
        Loader.load(
            text: """
                model_list:
                  - {model_name: a, litellm_params: {model: openai/a, api_key: os.environ/EU_KEY}}
                drover: {\(drover)}
                """, name: "c.yaml", environment: Self.environment,
            models: [
                ModelEntry(
                    name: "the store's model m",
                    json:
                        #"{"model_name":"m","litellm_params":{"model":"openai/m","api_base":"http://x","api_key":"\#(key)"}}"#
                )
            ])
    }

    private func key(_ loaded: Loaded) -> String? {
        loaded.configuration.modelList.last?.account.apiKey?.value.reveal()
    }

    @Test(arguments: [
        ("os.environ/OPENAI_API_KEY", "sk-o"), ("os.environ/EU_KEY", "sk-eu"), ("sk-of-its-own", "sk-of-its-own"),
    ])
    func `the providers' own, and those that the file's models name`(written: String, key: String) {
        let loaded = load(written)
        #expect(loaded.faults.isEmpty)
        #expect(self.key(loaded) == key)
    }

    @Test(arguments: ["os.environ/STRIPE_KEY", "os.environ/POSTGRES_PASSWORD", "x-os.environ/AZURE_EU_KEY"])
    func `no other`(written: String) {
        let loaded = load(written)
        #expect(loaded.faults.map(\.mark?.file) == ["the store's model m"])
        #expect(loaded.faults.first?.message.contains("may not name os.environ/") == true)
        #expect(key(loaded) == nil)
    }

    @Test func `those that the operator names for it`() {
        #expect(key(load("os.environ/STRIPE_KEY", drover: "model_variables: [STRIPE_KEY]")) == "sk-pay")
        #expect(key(load("os.environ/AZURE_EU_KEY", drover: "model_variables: ['AZURE_*']")) == "sk-az")
        #expect(!load("os.environ/STRIPE_KEY", drover: "model_variables: ['AZURE_*']").faults.isEmpty)
    }

    @Test func `the file itself may name all of them`() {
        let loaded = Loader.load(
            text: "model_list:\n  - {model_name: a, litellm_params: {model: openai/a, api_key: os.environ/STRIPE_KEY}}",
            name: "c.yaml", environment: Self.environment)
        #expect(loaded.faults.isEmpty && key(loaded) == "sk-pay")
    }
}
