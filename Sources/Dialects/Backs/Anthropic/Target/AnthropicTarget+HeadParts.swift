extension AnthropicTarget {
    /// What the heads of all requests to one model are made of.
    struct HeadParts {
        private let path: String
        private let headers: [(name: String, value: String)]
        /// The features that the account asks for with every request.
        private let betas: [String]
        private let body: [UInt8]

        /// The API's version these requests are written for.
        private static let version = "2023-06-01"
        /// The API takes the tokens of a subscription only from who says that they are such.
        private static let tokenBeta = "oauth-2025-04-20"

        init(_ place: UpstreamPlace, _ account: UpstreamAccount, _ userAgent: String) {
            path = Self.path(place.pathPrefix)
            body = Array("{\"model\":".utf8) + JSONText.string(place.tag).bytes
            var headers: [(name: String, value: String)] = [
                ("host", place.hostHeader), ("user-agent", userAgent),
                ("accept", "application/json, text/event-stream"), ("content-type", "application/json"),
                ("anthropic-version", account.apiVersion.map(UpstreamAccount.visible) ?? Self.version),
            ]
            var betas: [String] = []
            if let key = account.apiKey.map(UpstreamAccount.visible), let bearer = account.bearer {
                let isToken = key.hasPrefix("sk-ant-oat")
                headers.append(isToken ? ("authorization", bearer) : ("x-api-key", key))
                if isToken { betas.append(Self.tokenBeta) }
            }
            func isBeta(_ name: String) -> Bool { name.lowercased() == "anthropic-beta" }
            self.betas = betas + account.headers.filter { isBeta($0.name) }.map(\.value)
            var others = account
            others.headers.removeAll { isBeta($0.name) }
            // The account's own headers win.
            self.headers = others.headers(over: headers)
        }

        /// A base may be written with or without `/v1`, and as the whole URL of the route.
        private static func path(_ prefix: String) -> String {
            if prefix.hasSuffix("/v1/messages") { return prefix }
            return prefix.hasSuffix("/v1") ? prefix + "/messages" : prefix + "/v1/messages"
        }

        /// Betas are joined, since a request has one header for all of them.
        ///
        /// - Parameter route: behind the path of the messages.
        func head(withBetas own: String?, route: String = "") -> RequestHead {
            let all = (betas + [UpstreamAccount.visible(own ?? "")]).filter { !$0.isEmpty }
            let header = all.isEmpty ? [] : [(name: "anthropic-beta", value: all.joined(separator: ","))]
            return RequestHead(path: path + route, headers: headers + header, body: body)
        }
    }
}
