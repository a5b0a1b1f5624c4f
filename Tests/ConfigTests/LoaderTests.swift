import Config
import Testing

@Suite struct LoaderTests {
    @Test(arguments: Article.all)
    func `finds no fault in the article's configurations in an empty environment`(text: String) {
        #expect(load(text).faults.isEmpty)
    }

    @Test func `finds nothing at all to say about a plain local configuration`() {
        for text in [Article.local, Article.verbose, Article.pool] {
            let loaded = load(text)
            #expect(loaded.warnings.isEmpty && loaded.refusals.isEmpty)
        }
    }

    @Test func `of the article's clouds it says only that their keys are not set`() {
        let keys = ["OPENAI_API_KEY", "ANTHROPIC_API_KEY"]
        let unset = keys.map { "\($0) is not set; this deployment is down until it is" }
        #expect(load(Article.cloudFallback).warnings.map(\.message) == unset)
        #expect(Array(load(Article.production).warnings.map(\.message).prefix(2)) == unset)
        let set = load(Article.cloudFallback, environment: ["OPENAI_API_KEY": "o", "ANTHROPIC_API_KEY": "a"])
        #expect(set.warnings.isEmpty && set.configuration.modelList.allSatisfy { $0.unavailable == nil })
        #expect(set.configuration.routerSettings.fallbacks.targets(for: ["smart"]) == ["gpt-4o"])
        #expect(
            set.configuration.modelList.map { set.configuration.instances[$0.instance].isLocal } == [
                true, true, false, false, true,
            ])
    }

    @Test func `the example with clouds says only that their keys are not set`() throws {
        let loaded = load(try contents(of: "configs/fallback.yaml"))
        #expect(loaded.warnings == loaded.unsetVariables && loaded.warnings.count == 2)
        #expect(loaded.configuration.isLocalOnly("private") && !loaded.configuration.isLocalOnly("smart"))
    }

    @Test func `reads the article's local configuration`() {
        let configuration = load(Article.local).configuration
        #expect(configuration.models.map(\.name) == ["llama3", "mistral"])
        #expect(configuration.models.map(\.strategy) == [.simpleShuffle, .simpleShuffle])
        #expect(configuration.instances.map(\.name) == ["localhost:11434"])
        #expect(configuration.litellmSettings.dropParams)
        #expect(configuration.routerSettings.timeout == .seconds(600))
        #expect(configuration.modelList.map(\.tag) == ["llama3.1:8b", "mistral"])
        #expect(configuration.modelList.map(\.timeout) == [.seconds(600), .seconds(600)])
        #expect(configuration.modelList.map(\.streamTimeout) == [.seconds(600), .seconds(600)])
        #expect(
            configuration.modelList.allSatisfy { $0.dropParams && $0.unavailable == nil && $0.provider == "ollama" })
        #expect(configuration.modelList[0].model.mark == SourceMark(file: "c.yaml", line: 4, column: 14))
    }

    @Test func `reads the article's pool`() {
        let configuration = load(Article.pool).configuration
        #expect(configuration.models.map(\.name) == ["llama3"])
        #expect(configuration.models.map(\.strategy) == [.leastBusy])
        #expect(configuration.models.map(\.deployments) == [[0, 1, 2]])
        #expect(
            configuration.instances.map(\.baseURL?.description) == [
                "http://gpu-server-1:11434", "http://gpu-server-2:11434", "http://gpu-server-3:11434",
            ])
        #expect(Set(configuration.modelList.map(\.id)).count == 3)
    }

    @Test func `a deployment whose key is unset is down and says why`() {
        let configuration = load(Article.production).configuration
        #expect(
            configuration.modelList.map(\.unavailable) == [
                nil, nil, nil, "OPENAI_API_KEY is not set", "ANTHROPIC_API_KEY is not set", nil,
            ])
        let keys = ["OPENAI_API_KEY": "sk-o", "ANTHROPIC_API_KEY": ""]
        let set = load(Article.production, environment: keys).configuration
        #expect(set.modelList[3].unavailable == nil)
        #expect(set.modelList[3].apiKey?.value == Secret("sk-o"))
        #expect(set.modelList[4].unavailable == "ANTHROPIC_API_KEY is empty")
    }

    @Test func `a file that is not there is a fault`() {
        let loaded = Loader.load(path: "no/such.yaml", environment: [:])
        #expect(loaded.faults.map(\.description) == ["cannot read no/such.yaml: there is no such file"])
    }

    @Test func `without a file it is the default Ollama with every tag`() {
        let plain = Loader.withoutFile(environment: [:])
        #expect(plain.faults.isEmpty && plain.warnings.isEmpty && plain.refusals.isEmpty)
        #expect(plain.configuration.drover.exposeTags)
        #expect(plain.configuration.instances.map(\.name) == ["localhost:11434"])
        let moved = Loader.withoutFile(environment: ["OLLAMA_API_BASE": "http://gpu-1:1/x"])
        #expect(moved.configuration.instances.map(\.name) == ["gpu-1:1/x"])
        let broken = Loader.withoutFile(environment: ["OLLAMA_API_BASE": "gpu-1"])
        #expect(broken.faults.map(\.message) == ["OLLAMA_API_BASE is not a base URL such as http://gpu-1:11434"])
    }

    @Test func `the repository's own configurations have no fault`() throws {
        for name in ["laptop", "farm", "fallback", "compose"] {
            let loaded = Loader.load(text: try contents(of: "configs/\(name).yaml"), name: name, environment: [:])
            #expect(loaded.faults.isEmpty, "\(name)")
            #expect(!loaded.configuration.models.isEmpty, "\(name)")
        }
    }

    @Test func `an empty file is every default and a warning`() {
        let loaded = load("")
        #expect(loaded.configuration == Configuration())
        #expect(loaded.faults.isEmpty)
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:1:1: model_list: there is no model, so every request will be answered 404"
            ])
    }
}
