import Config
import Curl
import Dialects
import Prober
import Server

extension Assembly {
    /// Questions to the boxes, by the thread that probes them.
    func boxCalls(_ curl: CurlMulti, _ requests: ProbeRequests, at positions: [Int]) -> BoxCalls {
        let boxes = Dictionary(
            probeTargets(at: positions).filter(\.isOllama).map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first })
        return BoxCalls(
            placement: placement,
            send: { name, call throws(BoxCalls.Failure) in
                guard let box = boxes[name] else { throw BoxCalls.Failure("no box is named \(name)") }
                do throws(CurlError) {
                    let answer = try await curl.perform(Self.request(call, to: box))
                    return BoxCalls.Answer(status: answer.status, body: answer.body)
                } catch { throw BoxCalls.Failure("\(error)") }
            },
            probe: { name in if let box = boxes[name] { requests.probeNow(box.instance) } })
    }

    private static func request(_ call: BoxCalls.Call, to box: ProbeTarget) -> CurlRequest {
        var headers = [CurlRequest.Header("Accept", "application/json"), .init("User-Agent", "drover")]
        if !call.body.isEmpty { headers.append(.init("Content-Type", "application/json")) }
        if let authorization = box.authorization { headers.append(.init("Authorization", authorization)) }
        let method: CurlRequest.Method =
            switch call.method {
            case .get: .get
            case .post: .post
            case .delete: .delete
            }
        var request = CurlRequest(
            method: method, url: box.url(call.path), headers: headers, body: call.body.isEmpty ? nil : call.body,
            connectTimeout: .seconds(2), totalTimeout: call.limit, maximumBodyBytes: 64 << 20)
        request.address = box.address
        request.receive = call.receive
        return request
    }

    /// Which boxes there are, and which of them should have which model.
    private var placement: ModelPlacement {
        let boxes = probeTargets.filter(\.isOllama).map(\.name)
        var placement = ModelPlacement(boxes: boxes)
        // A pattern is the name of no model.
        for deployment in configuration.modelList
        where !deployment.modelName.value.contains("*") && !deployment.tag.contains("*") {
            let box = configuration.instances[deployment.instance].name
            let isBox = deployment.provider == ProviderProfile.ollama.name && boxes.contains(box)
            placement.add(
                model: deployment.modelName.value, tag: deployment.tag, box: isBox ? box : nil)
        }
        for deployment in configuration.wildcards {
            let box = configuration.instances[deployment.instance].name
            guard boxes.contains(box) else { continue }
            placement.add(pattern: deployment.modelName.value, tag: deployment.tag, box: box)
        }
        for alias in configuration.routerSettings.modelGroupAlias {
            placement.add(alias: alias.name, of: alias.model.value)
        }
        for line in configuration.drover.placement {
            placement.add(line: line.model.value, boxes: line.boxes.map(\.value))
        }
        return placement
    }
}
