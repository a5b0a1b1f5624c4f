/// A few entries in LiteLLM's format: the kinds that its file has.
enum PriceMapSample {
    static let text = #"""
        {
            "sample_spec": {
                "litellm_provider": "one of the providers", "input_cost_per_token": 0.0, "output_cost_per_token": 0.0,
                "max_input_tokens": "tokens, if the provider says", "search_context_cost_per_query": {"low": 0.0}
            },
            "gpt-4o": {
                "cache_read_input_token_cost": 1.25e-06, "input_cost_per_token": 2.5e-06, "litellm_provider": "openai",
                "max_input_tokens": 128000, "max_output_tokens": 16384, "max_tokens": 16384, "mode": "chat",
                "output_cost_per_token": 1e-05, "supports_vision": true, "supported_regions": ["us", "eu"]
            },
            "text-embedding-3-small": {
                "input_cost_per_token": 2e-08, "litellm_provider": "openai", "max_input_tokens": 8191, "mode": "embedding"
            },
            "dall-e-3": {"litellm_provider": "openai", "mode": "image_generation", "output_cost_per_image": 0.04},
            "claude-sonnet-4-5": {
                "cache_creation_input_token_cost": 3.75e-06, "cache_read_input_token_cost": 3e-07,
                "input_cost_per_token": 3e-06, "litellm_provider": "anthropic", "max_input_tokens": 200000,
                "output_cost_per_token": 1.5e-05
            },
            "deepseek/deepseek-chat": {
                "input_cost_per_token": 2.8e-07, "litellm_provider": "deepseek", "output_cost_per_token": 4.2e-07
            },
            "deepseek-chat": {
                "input_cost_per_token": 2.8e-07, "litellm_provider": "deepseek", "output_cost_per_token": 4.2e-07
            },
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0": {
                "input_cost_per_token": 3.3e-06, "litellm_provider": "bedrock_converse", "output_cost_per_token": 1.65e-05
            },
            "azure/gpt-4o": {
                "input_cost_per_token": 2.5e-06, "litellm_provider": "azure", "output_cost_per_token": 1e-05
            },
            "ollama/llama3.1": {
                "input_cost_per_token": 0.0, "litellm_provider": "ollama", "output_cost_per_token": 0.0
            },
            "together_ai/meta-llama/Llama-3.3-70B-Instruct-Turbo": {
                "input_cost_per_token": 8.8e-07, "litellm_provider": "together_ai", "output_cost_per_token": 8.8e-07
            }
        }
        """#
}
