import Curl
import Prober
import Server

extension Assembly {
    /// Questions to the boxes, by the thread that probes them.
    func boxCalls(_ curl: CurlMulti) -> BoxCalls {
        let boxes = Dictionary(
            probeTargets.filter(\.isOllama).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        return BoxCalls(boxes: Set(boxes.keys)) { name, path, body in
            guard let box = boxes[name] else { return nil }
            var headers = [
                CurlRequest.Header("Content-Type", "application/json"), .init("Accept", "application/json"),
                .init("User-Agent", "drover"),
            ]
            if let authorization = box.authorization { headers.append(.init("Authorization", authorization)) }
            let request = CurlRequest(
                method: .post, url: box.url(path), headers: headers, body: body, connectTimeout: .seconds(2),
                totalTimeout: .seconds(10), maximumBodyBytes: 64 << 20)
            let answer = try? await curl.perform(request)
            return answer.map { BoxCalls.Answer(status: $0.status, body: $0.body) }
        }
    }
}
