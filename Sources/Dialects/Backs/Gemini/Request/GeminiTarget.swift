/// What every request to one model of one instance has in common, written out once.
final class GeminiTarget: Sendable {
    /// `:generateContent`, up to and with the opening bracket of `contents`.
    let generate: RequestHead
    /// The same with `:streamGenerateContent`, whose answer is a stream of events.
    let stream: RequestHead
    /// `:batchEmbedContents`, up to and with the opening bracket of `requests`.
    let embed: RequestHead
    let model: GeminiModel
    /// `"models/gemini-embedding-001"`, as embeddings name their model.
    let quotedModel: [UInt8]
    let defaults: DefaultParameters

    init(_ place: UpstreamPlace, account: UpstreamAccount, defaults: [String: JSONText], userAgent: String) {
        let model = GeminiModel(place.tag)
        self.model = model
        self.defaults = DefaultParameters(defaults)
        quotedModel = JSONText.string(model.path).bytes
        var headers: [(name: String, value: String)] = [
            ("host", place.hostHeader), ("user-agent", userAgent), ("accept", "application/json, text/event-stream"),
            ("content-type", "application/json"),
        ]
        // The key never stands in the URL, where proxies would log it. A token of OAuth is no key.
        if let key = account.apiKey.map(UpstreamAccount.visible), !key.isEmpty {
            headers.append(key.hasPrefix("ya29.") ? ("authorization", "Bearer " + key) : ("x-goog-api-key", key))
        }
        headers = account.headers(over: headers)
        let base = Self.versioned(place.pathPrefix) + "/" + model.urlPath
        func head(_ method: String, _ list: String) -> RequestHead {
            RequestHead(path: base + method, headers: headers, body: Array("{\"\(list)\":[".utf8))
        }
        generate = head(":generateContent", "contents")
        stream = head(":streamGenerateContent?alt=sse", "contents")
        embed = head(":batchEmbedContents", "requests")
    }

    /// A base without the API's version gets the one that has all that is used here.
    static func versioned(_ prefix: String) -> String {
        let last = prefix.split(separator: "/").last ?? ""
        let isVersion = last.first == "v" && last.dropFirst().first?.isNumber == true
        return isVersion ? prefix : prefix + "/v1beta"
    }
}
