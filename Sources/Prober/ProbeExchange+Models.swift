import Balancer
import Curl

/// The probe of an instance that speaks like OpenAI: `/v1/models`, then `/health` where there is one.
///
/// vLLM's `/health` is 200 and empty, or 503 when its engine has died; llama.cpp's says that it loads its model while
/// `/v1/models` answers already; LM Studio has none, and says so with a 200. None at all is fine.
extension ProbeExchange {
    func askHealth(models: CurlResponse, _ ended: @escaping @Sendable (ProbeFinding) -> Void) {
        // Over the old connection it is the process that had none.
        guard asksAll || !models.timings.reusedConnection else { return end(models, hasHealth: false, ended) }
        send(request("/health")) { result in
            let outcome: ProbeFinding.Outcome
            switch result {
            case .failure(let error):
                outcome = ProbeFailure(error).map { .failed($0, "\(error)") } ?? .abandoned
            case .success(let response) where Self.saysLoading(response) || response.status >= 500:
                // 501 is one way to say that there is none.
                guard response.status != 501 else { return end(models, hasHealth: false, ended) }
                outcome = refused(response, from: "/health")
            case .success(let response):
                let isThere = response.status == 200 && !Self.text(response).contains("\"error\"")
                return end(models, hasHealth: isThere, ended)
            }
            ended(ProbeFinding(outcome: outcome, latency: models.timings.total, at: now()))
        }
    }

    private func end(_ models: CurlResponse, hasHealth: Bool, _ ended: @Sendable (ProbeFinding) -> Void) {
        let outcome = ProbeFinding.Outcome.listed(models: models.body, hasHealth: hasHealth)
        ended(ProbeFinding(outcome: outcome, latency: models.timings.total, at: now()))
    }

    /// Whether an answer has llama.cpp's words for it: `{"error":{"message":"Loading model",…}}`, or of old
    /// `{"status":"loading model"}`.
    static func saysLoading(_ response: CurlResponse) -> Bool {
        text(response).lowercased().contains("\"loading model\"")
    }

    /// The beginning of a body, which is all of one that says something about health.
    private static func text(_ response: CurlResponse) -> String {
        String(decoding: response.body.prefix(1024), as: UTF8.self)
    }
}
