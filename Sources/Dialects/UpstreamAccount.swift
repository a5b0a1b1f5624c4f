/// The credentials for an upstream. Nothing of it is ever printed.
public struct UpstreamAccount: Sendable {
    /// The provider's key.
    public var apiKey: String?
    /// `organization` of OpenAI.
    public var organization: String?
    /// `api_version` of Azure, `anthropic-version` of Anthropic.
    public var apiVersion: String?
    /// `azure_ad_token`: sent as a bearer in place of the key.
    public var adToken: String?
    /// `aws_region_name`.
    public var region: String?
    /// The keys that sign AWS's requests.
    public var aws: AWSKeys?
    /// `extra_headers`, in the order of their names.
    public var headers: [(name: String, value: String)] = []

    /// AWS's pair of keys, and the token of a session where they are temporary.
    public struct AWSKeys: Sendable {
        /// `aws_access_key_id`.
        public var accessKey: String
        /// `aws_secret_access_key`.
        public var secretKey: String
        /// `aws_session_token`.
        public var sessionToken: String?
        /// The hash functions that a signature by these keys is made with.
        public var hash: any KeyedHash.Type

        /// Keys with these values.
        public init(
            accessKey: String, secretKey: String, sessionToken: String?, hash: any KeyedHash.Type
        ) {
            self.accessKey = accessKey
            self.secretKey = secretKey
            self.sessionToken = sessionToken
            self.hash = hash
        }
    }

    /// Nobody: an upstream that asks for no key.
    public init() {}

    /// An account with a key and nothing else.
    public init(apiKey: String?) { self.apiKey = apiKey }

    /// `Bearer KEY`.
    public var bearer: String? { apiKey.map { "Bearer " + Self.visible($0) } }

    /// Headers with the operator's own over them: a name stands once, in whatever letters.
    func headers(over ours: [(name: String, value: String)]) -> [(name: String, value: String)] {
        let given = Set(headers.map { $0.name.lowercased() })
        return ours.filter { !given.contains($0.name) } + headers
    }

    /// A value fit for a header: a line break at the end of a key's file or variable must not reach one.
    static func visible(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.isASCII && $0.value > 32 && $0.value != 127 }))
    }
}
