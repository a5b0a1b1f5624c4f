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

    @Test func `a variable may stand inside a value`() {
        let loaded = load(
            """
            environment_variables: {URL: "http://os.environ/HOST:os.environ/PORT", LATER: "x-os.environ/NONE"}
            model_list:
              - model_name: m
                litellm_params:
                  model: ollama/os.environ/TAG
                  api_base: http://os.environ/HOST:11434/os.environ/PORT
                  extra_headers: {X-Auth: "Bearer os.environ/TOKEN"}
              - {model_name: n, litellm_params: {model: ollama/x, api_base: os.environ/URL}}
              - {model_name: o, litellm_params: {model: ollama/x, api_base: "http://os.environ/NONE:1"}}
              - {model_name: p, litellm_params: {model: ollama/x, api_base: os.environ/ODD-NAME}}
            """,
            environment: [
                "HOST": "gpu-1", "PORT": "81", "TAG": "llama3", "TOKEN": "hush", "ODD-NAME": "http://odd:1",
            ])
        let configuration = loaded.configuration
        #expect(loaded.faults.isEmpty)
        #expect(configuration.instances.map(\.name) == ["gpu-1:11434/81", "gpu-1:81", "NONE", "odd:1"])
        #expect(configuration.modelList[0].tag == "llama3")
        #expect(configuration.modelList[0].account.headers.map { $0.value.reveal() } == ["Bearer hush"])
        #expect(configuration.modelList.map(\.unavailable) == [nil, nil, "NONE is not set", nil])
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:1:79: environment_variables.LATER: NONE is not set",
                "c.yaml:9:65: model_list[2].litellm_params.api_base: NONE is not set; this deployment is down until it is",
            ])
    }

    @Test func `what is wrong with a value that a variable stands in is said without it`() {
        let loaded = load(
            "model_list: [{model_name: m, litellm_params: {model: ollama/x, api_base: \"ftp://os.environ/HOST\"}}]",
            environment: ["HOST": "hush"])
        #expect(loaded.faults.count == 1)
        #expect(loaded.faults.allSatisfy { !$0.message.contains("hush") && $0.message.contains("the value of HOST") })
        #expect(
            load("general_settings: {master_key: \"sk-os.environ/\"}").faults.map(\.message) == [
                "os.environ/ names no variable; write os.environ/NAME"
            ])
    }

    @Test func `white space around a secret, a URL or any text is left out with a warning, wherever it comes from`() {
        let text = """
            model_list:
              - model_name: m
                litellm_params: {model: "openai/gpt-4o ", api_base: "https://h.example/v1\\n", api_key: os.environ/KEY}
              - {model_name: n, litellm_params: {model: openai/gpt-4o}}
              - {model_name: o, litellm_params: {model: ollama/x}}
            """
        let loaded = load(
            text,
            environment: [
                "KEY": " sk-1\n", "OPENAI_API_KEY": "sk-2\r\n", "OLLAMA_API_BASE": "http://gpu-1:1 ",
                "LITELLM_MASTER_KEY": "sk-3\n",
            ])
        let configuration = loaded.configuration
        #expect(loaded.faults.isEmpty)
        #expect(configuration.modelList[0].tag == "gpt-4o")
        #expect(configuration.modelList.map { $0.account.apiKey?.value.reveal() } == ["sk-1", "sk-2", nil])
        #expect(configuration.instances.map { $0.baseURL?.description }.first == "https://h.example/v1")
        #expect(configuration.instances.map { $0.baseURL?.description }.last == "http://gpu-1:1")
        #expect(configuration.generalSettings.masterKey == .key(Secret("sk-3")))
        let params = "model_list[0].litellm_params"
        #expect(
            loaded.warnings.filter { $0.message == "begins or ends in white space, which is left out" }.map(\.path) == [
                "\(params).model", "\(params).api_base", "\(params).api_key", "LITELLM_MASTER_KEY", "OPENAI_API_KEY",
                "OLLAMA_API_BASE",
            ])
        #expect(load("general_settings: {master_key: ' '}").faults.map(\.message) == ["is empty"])
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
