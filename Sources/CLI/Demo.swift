import Config
import Farm

/// The pool that `make run` serves: the Ollama on this machine if one answers, else three simulated boxes.
enum Demo {
    static let ollama = "http://localhost:11434"

    static func load() async throws -> (Loaded, BoxFarm?) {
        let environment = EnvironmentVariables.all
        if await OllamaCheck.answers(ollama) {
            Terminal.complain("an Ollama answers on localhost:11434: serving every model it has")
            return (Loader.withoutFile(environment: environment), nil)
        }
        let farm = BoxFarm(.demo())
        try await farm.start()
        let list = farm.urls.map {
            "  - {model_name: llama3, litellm_params: {model: \"ollama/llama3.1:8b\", api_base: \"\($0)\"}}\n"
        }
        Terminal.complain("no Ollama answers on localhost:11434: serving model llama3 from three simulated boxes")
        let text = "model_list:\n" + list.joined() + "router_settings: {routing_strategy: least-busy}\n"
        return (Loader.load(text: text, name: "demo", environment: environment), farm)
    }

    /// A line to paste.
    static func hint(_ configuration: Configuration, port: Int) -> String? {
        let model = configuration.models.first?.name ?? "MODEL (see /v1/models)"
        return "try: curl http://localhost:\(port)/v1/chat/completions -d "
            + "'{\"model\":\"\(model)\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]}'"
    }
}
