import Config
import Testing

@Suite struct CommandLineSettingsTests {
    private static let file = """
        model_list: [{model_name: m, litellm_params: {model: ollama/x}}]
        litellm_settings: {request_timeout: 7}
        """

    @Test func `the command line wins over the file, which is a warning`() {
        var settings = CommandLineSettings()
        settings.requestTimeout = 5
        settings.dropParams = true
        settings.idleTimeout = 90
        settings.maxConnections = 10
        let loaded = Loader.load(text: Self.file, name: "c.yaml", environment: [:], commandLine: settings)
        #expect(loaded.faults.isEmpty)
        #expect(loaded.configuration.routerSettings.timeout == .seconds(5))
        #expect(loaded.configuration.litellmSettings.dropParams)
        #expect(loaded.configuration.drover.limits.idleTimeout == .seconds(90))
        #expect(loaded.configuration.drover.limits.maxConnections == 10)
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:2:20: litellm_settings.request_timeout: command line:1:1 sets it too and wins"
            ])
    }

    @Test func `a model of the command line is served beside those of the file, or alone`() {
        var settings = CommandLineSettings()
        settings.model = .init("ollama/llama3")
        let beside = Loader.load(text: Self.file, name: "c.yaml", environment: [:], commandLine: settings)
        #expect(beside.configuration.models.map(\.name) == ["m", "ollama/llama3"])
        settings.model?.alias = "gpt-4"
        settings.model?.apiBase = "http://gpu-1:1"
        settings.model?.temperature = 0.5
        settings.model?.maxTokens = 9
        settings.model?.headers = "{\"X-Team\": \"red\"}"
        let alone = Loader.withoutFile(environment: [:], commandLine: settings)
        #expect(alone.faults.isEmpty && alone.warnings.isEmpty)
        #expect(!alone.configuration.drover.exposeTags)
        #expect(alone.configuration.models.map(\.name) == ["gpt-4"])
        #expect(alone.configuration.instances.map(\.name) == ["gpu-1:1"])
        let deployment = alone.configuration.modelList[0]
        #expect(deployment.extras == ["temperature": "0.5", "max_tokens": "9"])
        #expect(deployment.account.headers.map(\.name) == ["X-Team"])
    }

    @Test func `what is wrong in it is told with its place`() {
        var settings = CommandLineSettings()
        settings.model = .init("ollama/llama3")
        settings.model?.apiBase = "gpu-1"
        let loaded = Loader.withoutFile(environment: [:], commandLine: settings)
        #expect(loaded.faults.map(\.description).allSatisfy { $0.hasPrefix("command line:1:1: model_list[0]") })
        #expect(loaded.faults.count == 1)
    }

    @Test func `nothing set changes nothing`() {
        let plain = Loader.load(text: Self.file, name: "c.yaml", environment: [:])
        #expect(plain.configuration.routerSettings.timeout == .seconds(7))
        #expect(plain.warnings.isEmpty)
    }
}
