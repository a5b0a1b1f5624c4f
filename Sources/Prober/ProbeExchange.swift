import Balancer
package import Curl

/// One probe of one instance: of an Ollama `/api/tags`, then `/api/ps`, then `/api/version` if the instance came up since it
/// was last asked; of another see `ProbeExchange+Models`.
///
/// One after the other, so that an instance serves one connection; whether an Ollama is reachable is settled by the first
/// alone.
package struct ProbeExchange: Sendable {
    /// Carries a request out; `CurlMulti.submit`, or a test's own.
    package typealias Send = @Sendable (CurlRequest, @escaping CurlMulti.Completion) -> Void

    /// A library of some ten thousand tags.
    static let maximumBodyBytes = 8 << 20

    let target: ProbeTarget
    let timeout: Duration
    /// Ask for what seldom changes (`/api/version`, whether there is a `/health`) in any case, not only when the answer came
    /// over a new connection.
    let asksAll: Bool
    let send: Send
    let now: @Sendable () -> Moment

    /// Calls `ended` exactly once, on the thread of whatever carries requests out.
    func run(_ ended: @escaping @Sendable (ProbeFinding) -> Void) {
        let started = now()
        send(request(target.listPath)) { result in
            switch result {
            case .failure(let error):
                var finding = ProbeFinding(outcome: outcome(of: error), latency: now() - started, at: now())
                if case .timedOut(_, isConnected: true) = error { finding.isSilence = true }
                ended(finding)
            case .success(let response) where target.kind.isAnswered(with: response.status):
                switch target.kind {
                case .ollama: askLoaded(tags: response, ended)
                case .models: askHealth(models: response, ended)
                case .life: ended(ProbeFinding(outcome: .alive, latency: response.timings.total, at: now()))
                }
            case .success(let response):
                let outcome = refused(response, from: target.listPath)
                ended(ProbeFinding(outcome: outcome, latency: response.timings.total, at: now()))
            }
        }
    }

    /// The outcome of a first request that got no whole answer.
    private func outcome(of error: CurlError) -> ProbeFinding.Outcome {
        guard let failure = ProbeFailure(error) else { return .abandoned }
        return target.kind == .life && failure.showsLife ? .alive : .failed(failure, "\(error)")
    }

    private func askLoaded(tags: CurlResponse, _ ended: @escaping @Sendable (ProbeFinding) -> Void) {
        send(request("/api/ps")) { result in
            let loaded = Self.body(result)
            // A new connection: perhaps another process has taken the port, with another version.
            guard asksAll || !tags.timings.reusedConnection else {
                return end(tags, loaded: loaded, version: nil, ended)
            }
            send(request("/api/version")) { end(tags, loaded: loaded, version: Self.body($0), ended) }
        }
    }

    private func end(
        _ tags: CurlResponse, loaded: [UInt8]?, version: [UInt8]?, _ ended: @Sendable (ProbeFinding) -> Void
    ) {
        let outcome = ProbeFinding.Outcome.answered(tags: tags.body, loaded: loaded, version: version)
        ended(ProbeFinding(outcome: outcome, latency: tags.timings.total, at: now()))
    }

    private static func body(_ result: Result<CurlResponse, CurlError>) -> [UInt8]? {
        guard case .success(let response) = result, response.status == 200 else { return nil }
        return response.body
    }

    /// The failure that an answer means whose status is no success.
    func refused(_ response: CurlResponse, from path: String) -> ProbeFinding.Outcome {
        if [.models, .life].contains(target.kind), Self.saysLoading(response) {
            return .failed(.loading, "loading its model")
        }
        let kind = [401, 403].contains(response.status) ? ProbeFailure.unauthorised : .status
        return .failed(kind, "status \(response.status) from \(path)")
    }

    func request(_ path: String) -> CurlRequest {
        var headers = [CurlRequest.Header("Accept", "application/json"), CurlRequest.Header("User-Agent", "drover")]
        if let authorization = target.authorization { headers.append(.init("Authorization", authorization)) }
        // A server of one thread would serve an idle connection, and nobody else.
        if target.kind == .life { headers.append(.init("Connection", "close")) }
        var request = CurlRequest(
            method: .get, url: target.url(path), headers: headers, body: nil, connectTimeout: timeout,
            totalTimeout: timeout, maximumBodyBytes: Self.maximumBodyBytes)
        request.address = target.address
        return request
    }
}
