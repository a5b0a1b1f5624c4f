struct OllamaTarget: Sendable {
    init(
        tag: String, pathPrefix: String, hostHeader: String, authorization: String?, userAgent: String,
        defaults: [String: JSONText]
    ) {}
}
