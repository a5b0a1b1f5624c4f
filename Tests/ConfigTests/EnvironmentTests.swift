import Config
import Testing

@Suite struct EnvironmentTests {
    @Test func `any value may come from a variable`() {
        let loaded = load(
            """
            model_list:
              - model_name: os.environ/NAME
                litellm_params: {model: os.environ/MODEL, api_base: os.environ/BASE, rpm: os.environ/RPM, stop: [os.environ/STOP]}
            router_settings: {timeout: os.environ/TIMEOUT, disable_cooldowns: os.environ/OFF}
            """,
            environment: [
                "NAME": "llama3", "MODEL": "ollama/x", "BASE": "http://h:1", "RPM": "60", "TIMEOUT": "5", "OFF": "true",
                "STOP": "END",
            ])
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty)
        #expect(loaded.configuration.models.map(\.name) == ["llama3"])
        #expect(loaded.configuration.instances.map(\.name) == ["h:1"])
        #expect(loaded.configuration.modelList[0].weight == 60)
        #expect(loaded.configuration.modelList[0].extras == ["stop": "[\"END\"]"])
        #expect(loaded.configuration.routerSettings.timeout == .seconds(5))
        #expect(loaded.configuration.routerSettings.disableCooldowns)
    }

    @Test func `what a variable holds is never cited`() {
        let loaded = load(
            """
            router_settings: {timeout: os.environ/X, num_retries: os.environ/X, disable_cooldowns: os.environ/X}
            drover: {probe: {interval: os.environ/X}, limits: {max_body: os.environ/X}, total_timeout: os.environ/X}
            """, environment: ["X": "hush"])
        #expect(loaded.faults.count == 6)
        #expect(loaded.faults.allSatisfy { !$0.message.contains("hush") && $0.message.contains("the value of X") })
    }

    @Test func `an unset variable is a warning, the default stands`() {
        let loaded = load(withModel("router_settings: {timeout: os.environ/T}"))
        #expect(loaded.configuration.routerSettings.timeout == .seconds(6000))
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:2:28: router_settings.timeout: T is not set; it is as if this line were not there"
            ])
    }

    @Test func `a deployment is down while any of its variables is unset`() {
        let loaded = load("model_list: [{model_name: m, litellm_params: {model: ollama/x, num_ctx: os.environ/CTX}}]")
        #expect(loaded.configuration.modelList[0].unavailable == "CTX is not set")
        #expect(loaded.configuration.modelList[0].extras.isEmpty)
        #expect(loaded.configuration.models.map(\.deployments) == [[0]])
    }

    @Test func `environment_variables are variables, and those of the process win`() {
        let text = """
            environment_variables: {A: "http://a:1", B: "http://b:1", C: os.environ/D, E: os.environ/F, N: 3, Z: ~}
            model_list:
              - {model_name: m, litellm_params: {model: ollama/x, api_base: os.environ/A}}
              - {model_name: m, litellm_params: {model: ollama/x, api_base: os.environ/B}}
              - {model_name: m, litellm_params: {model: ollama/x, api_base: os.environ/C}}
            router_settings: {num_retries: os.environ/N}
            """
        let loaded = load(text, environment: ["B": "http://process:1", "D": "http://d:1"])
        #expect(loaded.configuration.instances.map(\.name) == ["a:1", "process:1", "d:1"])
        #expect(loaded.configuration.routerSettings.numRetries == 3)
        #expect(loaded.warnings.map(\.description) == ["c.yaml:1:79: environment_variables.E: F is not set"])
    }
}
