import Config
import FoundationEssentials

/// The five configurations of the article Drover follows, as a reader writes them.
enum Article {
    static let local = """
        model_list:
          - model_name: llama3       # The name your apps will use
            litellm_params:
              model: ollama/llama3.1:8b          # How LiteLLM routes it internally
              api_base: http://localhost:11434   # Your local Ollama instance

          - model_name: mistral
            litellm_params:
              model: ollama/mistral
              api_base: http://localhost:11434

        litellm_settings:
          drop_params: true        # Ignore unsupported params instead of erroring
          request_timeout: 600     # 10 min timeout for slow local inference
        """

    static let cloudFallback = """
        model_list:
          - model_name: llama3
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://localhost:11434

          - model_name: mistral
            litellm_params:
              model: ollama/mistral
              api_base: http://localhost:11434

          # Cloud models — only used when explicitly requested
          - model_name: gpt-4o
            litellm_params:
              model: gpt-4o
              api_key: os.environ/OPENAI_API_KEY

          - model_name: claude-sonnet
            litellm_params:
              model: anthropic/claude-3-5-sonnet-20241022
              api_key: os.environ/ANTHROPIC_API_KEY

          # "smart" — tries local first, falls back to cloud on error/timeout
          - model_name: smart
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://localhost:11434

        litellm_settings:
          drop_params: true
          request_timeout: 600
          num_retries: 3
          fallbacks: [{"smart": ["gpt-4o"]}]  # if smart fails, fall back to cloud
        """

    static let verbose = """
        model_list:
          - model_name: llama3
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://localhost:11434

        litellm_settings:
          drop_params: true
          request_timeout: 600
          set_verbose: true    # log all requests to console
        """

    static let pool = """
        model_list:
          - model_name: llama3   # same model_name across all three...
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://gpu-server-1:11434

          - model_name: llama3   # ...LiteLLM distributes load automatically
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://gpu-server-2:11434

          - model_name: llama3
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://gpu-server-3:11434

        router_settings:
          routing_strategy: least-busy   # or: latency-based, simple-shuffle
        """

    static let production = """
        model_list:
          # Primary local models
          - model_name: llama3
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://localhost:11434

          - model_name: mistral
            litellm_params:
              model: ollama/mistral
              api_base: http://localhost:11434

          - model_name: qwen-coder
            litellm_params:
              model: ollama/qwen3:7b
              api_base: http://localhost:11434

          # Cloud models — available but require explicit selection
          - model_name: gpt-4o
            litellm_params:
              model: gpt-4o
              api_key: os.environ/OPENAI_API_KEY

          - model_name: claude-sonnet
            litellm_params:
              model: anthropic/claude-3-5-sonnet-20241022
              api_key: os.environ/ANTHROPIC_API_KEY

          # Smart routing — local first, cloud fallback on failure
          - model_name: smart
            litellm_params:
              model: ollama/llama3.1:8b
              api_base: http://localhost:11434

        general_settings:
          master_key: os.environ/LITELLM_MASTER_KEY

        router_settings:
          routing_strategy: least-busy

        litellm_settings:
          drop_params: true
          request_timeout: 600
          num_retries: 3
          fallbacks: [{"smart": ["gpt-4o"]}]
          success_callback: ["langfuse"]   # optional: full observability (article #6)
          failure_callback: ["langfuse"]
          set_verbose: false               # set to true for debugging
        """

    static let all = [local, cloudFallback, verbose, pool, production]
}

/// Reads a text as the file `c.yaml`.
func load(_ text: String, environment: [String: String] = [:]) -> Loaded {
    Loader.load(text: text, name: "c.yaml", environment: environment)
}

/// One model on one box, with more of the file after it.
func withModel(_ rest: String) -> String {
    "model_list: [{model_name: llama3, litellm_params: {model: 'ollama/llama3.1:8b'}}]\n" + rest
}

/// The repository's root, by the place of this file.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

func contents(of path: String) throws -> String {
    String(decoding: try Data(contentsOf: repository.appending(path: path)), as: UTF8.self)
}
