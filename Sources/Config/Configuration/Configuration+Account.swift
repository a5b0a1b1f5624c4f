extension Configuration {
    /// The credentials for a deployment's upstream. Secrets print as dots.
    public struct Account: Equatable, Sendable {
        /// `litellm_params.api_key`, else the first of the provider's key variables that is set. Default: none.
        public var apiKey: Located<Secret>?
        /// `organization`; for `openai` else `OPENAI_ORGANIZATION`. Default: none.
        public var organization: String?
        /// `api_version`; for `azure` else `AZURE_API_VERSION`, else the provider's default. Default: none.
        public var apiVersion: String?
        /// `azure_ad_token`, else `AZURE_AD_TOKEN`; for `azure` only. Default: none.
        public var adToken: Located<Secret>?
        /// `aws_region_name`, else what the model's name says, else `AWS_REGION_NAME`, `AWS_REGION`,
        /// `AWS_DEFAULT_REGION`; for `bedrock` only. Default: none, and then it cannot serve.
        public var region: String?
        /// `aws_access_key_id`, else `AWS_ACCESS_KEY_ID`. Comes with `awsSecretKey` or not at all.
        public var awsAccessKey: Secret?
        /// `aws_secret_access_key`, else `AWS_SECRET_ACCESS_KEY`.
        public var awsSecretKey: Secret?
        /// `aws_session_token`, else `AWS_SESSION_TOKEN`, whichever belongs to the keys above. Default: none.
        public var awsSessionToken: Secret?
        /// The profile of AWS's credentials file that the keys have to be read from: `aws_profile_name`, else
        /// `AWS_PROFILE`, else `default`. `nil` where the keys are above, and for other providers.
        public var awsProfile: String?
        /// `extra_headers`, in the order of their names. Default: none.
        public var headers: [Header] = []
    }

    /// A header that is sent along. Its value may be a key, so it prints as dots.
    public struct Header: Equatable, Sendable {
        /// As written.
        public var name: String
        /// As written; without control characters.
        public var value: Secret
    }

    /// Whose certificates an instance behind https may show.
    public enum Trust: Hashable, Sendable {
        /// Those that the system's trust store vouches for.
        case system
        /// Those that the certificates of this PEM file vouch for. A path relative to the file it is written in is given
        /// as one relative to the working directory.
        case bundle(path: String)
        /// Any.
        case unverified
    }

    /// The written price of a deployment's tokens; in US dollars for one token, as the exact decimal numbers of the file,
    /// such as `2.5e-06`. `nil` is as in the price table.
    public struct PriceOverride: Equatable, Sendable {
        /// `input_cost_per_token`.
        public var input: String?
        /// `output_cost_per_token`.
        public var output: String?
        /// `cache_read_input_token_cost`: of a prompt's token that the provider had in its cache.
        public var cacheRead: String?
        /// `cache_creation_input_token_cost`: of a prompt's token that the provider put there.
        public var cacheWrite: String?
        /// Those of prompts above so many tokens (`input_cost_per_token_above_200k_tokens`), by rising length.
        public var longPrompts: [LongPrompt] = []

        /// The price of a request whose prompt is longer than most.
        public struct LongPrompt: Equatable, Sendable {
            /// Prompts with more tokens than this cost so.
            public var above: Int
            /// As in the price of short prompts; nil: as there.
            public var input: String?
            /// The same of the answer.
            public var output: String?
            /// The same of the cache.
            public var cacheRead: String?
            /// The same of what goes there.
            public var cacheWrite: String?
        }

        /// The lengths that LiteLLM's names of prices have, in thousands of tokens.
        public static let lengths = [128, 200, 272]
    }
}
