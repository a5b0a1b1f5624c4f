import Curl

/// Is an Ollama there?
enum OllamaCheck {
    /// True when `GET /api/version` answers 200 within a second.
    static func answers(_ base: String) async -> Bool {
        let curl = CurlMulti(maximumIdleConnections: 1)
        defer { curl.stop() }
        let request = CurlRequest(
            method: .get, url: base + "/api/version", headers: [], body: nil, connectTimeout: .seconds(1),
            totalTimeout: .seconds(1), maximumBodyBytes: 4096)
        return (try? await curl.perform(request))?.status == 200
    }
}
